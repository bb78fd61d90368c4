using Fablab.Domain.Members;
using Fablab.Web.Data.Rows;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fablab.Web.Data.Mappings;

internal sealed class RoleGrantMapping : IEntityTypeConfiguration<RoleGrantRow>
{
    public void Configure(EntityTypeBuilder<RoleGrantRow> builder) => builder.HasIndex(grant => grant.Member);
}

internal sealed class AccessTokenMapping : IEntityTypeConfiguration<AccessTokenRow>
{
    public void Configure(EntityTypeBuilder<AccessTokenRow> builder)
    {
        builder.ToTable("AccessTokens", table => table.HasCheckConstraint(
            "CK_AccessTokens_Scopes", $"\"Scopes\" IN ({string.Join(", ", ScopeSet.Every.Select(set => $"'{set}'"))})"));
        builder.Property(token => token.Hash).HasMaxLength(64);
        builder.HasIndex(token => token.Hash).IsUnique();
        builder.HasIndex(token => token.Member);
    }
}

internal sealed class IdempotentAnswerMapping : IEntityTypeConfiguration<IdempotentAnswerRow>
{
    public void Configure(EntityTypeBuilder<IdempotentAnswerRow> builder)
    {
        builder.Property(answer => answer.Key).HasMaxLength(100);
        builder.HasKey(answer => new { answer.Member, answer.Key });
        builder.HasIndex(answer => answer.AnsweredAt);
    }
}

/// <summary>As the framework maps them in its own third version of the schema, which it takes from settings that contexts of ours do not have.</summary>
internal sealed class PasskeyMapping : IEntityTypeConfiguration<IdentityUserPasskey<Guid>>
{
    public void Configure(EntityTypeBuilder<IdentityUserPasskey<Guid>> builder)
    {
        builder.ToTable("AspNetUserPasskeys");
        builder.HasKey(passkey => passkey.CredentialId);
        builder.Property(passkey => passkey.CredentialId).HasMaxLength(1024);
        builder.HasOne<Account>().WithMany().HasForeignKey(passkey => passkey.UserId).IsRequired();
        builder.OwnsOne(passkey => passkey.Data).ToJson();
    }
}

internal sealed class BrowserSessionMapping : IEntityTypeConfiguration<BrowserSessionRow>
{
    public void Configure(EntityTypeBuilder<BrowserSessionRow> builder)
    {
        builder.Property(session => session.Browser).HasMaxLength(200);
        builder.HasIndex(session => session.Member);
    }
}

internal sealed class SignInLinkMapping : IEntityTypeConfiguration<SignInLinkRow>
{
    public void Configure(EntityTypeBuilder<SignInLinkRow> builder)
    {
        builder.Property(link => link.Provider).HasMaxLength(40);
        builder.Property(link => link.Issuer).HasMaxLength(500);
        builder.Property(link => link.Subject).HasMaxLength(255);
        builder.Property(link => link.Shown).HasMaxLength(SignInLinkRow.LongestShown);
        builder.HasIndex(link => new { link.Issuer, link.Subject }).IsUnique();
        builder.HasIndex(link => link.Member);
    }
}

internal sealed class MailMapping : IEntityTypeConfiguration<MailRow>
{
    public void Configure(EntityTypeBuilder<MailRow> builder)
    {
        builder.Property(mail => mail.Code).HasMaxLength(60);
        builder.Property(mail => mail.Address).HasMaxLength(256);
        builder.Property(mail => mail.Name).HasMaxLength(100);
        builder.HasIndex(mail => mail.DueAt).HasFilter("\"DueAt\" IS NOT NULL");
        builder.HasIndex(mail => mail.Member);
    }
}

internal sealed class NoticeMapping : IEntityTypeConfiguration<NoticeRow>
{
    public void Configure(EntityTypeBuilder<NoticeRow> builder)
    {
        builder.HasIndex(notice => new { notice.Member, notice.At });
        builder.HasIndex(notice => notice.PushDueAt).HasFilter("\"PushDueAt\" IS NOT NULL");
    }
}
