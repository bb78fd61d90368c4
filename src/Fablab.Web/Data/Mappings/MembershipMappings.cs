using Fablab.Domain.Members;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fablab.Web.Data.Mappings;

internal sealed class SiteMembershipMapping : IEntityTypeConfiguration<SiteMembershipRow>
{
    public void Configure(EntityTypeBuilder<SiteMembershipRow> builder)
    {
        builder.HasKey(row => new { row.Site, row.Member });
        builder.HasIndex(row => row.Member);
        builder.Property(row => row.Reason).HasMaxLength(500);
        builder.HasOne<SiteRow>().WithMany().HasForeignKey(row => row.Site).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class SiteInvitationMapping : IEntityTypeConfiguration<SiteInvitationRow>
{
    public void Configure(EntityTypeBuilder<SiteInvitationRow> builder)
    {
        builder.Property(row => row.Email).HasMaxLength(256);
        builder.Property(row => row.NormalizedEmail).HasMaxLength(256);
        builder.Property(row => row.Language).HasMaxLength(2);
        builder.HasIndex(row => new { row.Site, row.CreatedAt });
        builder.HasOne<SiteRow>().WithMany().HasForeignKey(row => row.Site).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<TariffGroupRow>().WithMany().HasForeignKey(row => row.Group).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class SiteTextMapping : IEntityTypeConfiguration<SiteTextRow>
{
    public void Configure(EntityTypeBuilder<SiteTextRow> builder)
    {
        builder.HasKey(row => new { row.Site, row.Kind, row.Version });
        builder.HasOne<SiteRow>().WithMany().HasForeignKey(row => row.Site).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class SuspensionMapping : IEntityTypeConfiguration<SuspensionRow>
{
    public void Configure(EntityTypeBuilder<SuspensionRow> builder)
    {
        builder.Property(row => row.Reason).HasMaxLength(500);
        builder.HasIndex(row => row.Member);
        builder.HasOne<SiteRow>().WithMany().HasForeignKey(row => row.Site).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class MemberNoteMapping : IEntityTypeConfiguration<MemberNoteRow>
{
    public void Configure(EntityTypeBuilder<MemberNoteRow> builder)
    {
        builder.Property(row => row.Text).HasMaxLength(2000);
        builder.HasIndex(row => new { row.Member, row.At });
        builder.HasOne<SiteRow>().WithMany().HasForeignKey(row => row.Site).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class BadgeMapping : IEntityTypeConfiguration<BadgeRow>
{
    public void Configure(EntityTypeBuilder<BadgeRow> builder)
    {
        builder.Property(row => row.Hash).HasMaxLength(64);
        builder.Property(row => row.Label).HasMaxLength(60);
        builder.HasIndex(row => row.Hash).IsUnique().HasFilter("\"RevokedAt\" IS NULL");
        builder.HasIndex(row => row.Member);
    }
}

internal sealed class LabSecretMapping : IEntityTypeConfiguration<LabSecretRow>
{
    public void Configure(EntityTypeBuilder<LabSecretRow> builder)
    {
        builder.HasKey(row => row.Name);
        builder.Property(row => row.Name).HasMaxLength(60);
    }
}

internal sealed class GuardianConsentMapping : IEntityTypeConfiguration<GuardianConsentRow>
{
    public void Configure(EntityTypeBuilder<GuardianConsentRow> builder)
    {
        builder.Property(row => row.GuardianName).HasMaxLength(100);
        builder.Property(row => row.GuardianEmail).HasMaxLength(256);
        builder.HasIndex(row => new { row.Member, row.AskedAt });
    }
}

internal sealed class AccountMapping : IEntityTypeConfiguration<Account>
{
    public void Configure(EntityTypeBuilder<Account> builder)
    {
        builder.Property(account => account.DisplayName).HasConversion<ErasedNameConverter>();
        builder.Property(account => account.InvoiceAddress).HasMaxLength(500);
        builder.Property(account => account.GuardianName).HasMaxLength(100);
        builder.Property(account => account.GuardianEmail).HasMaxLength(256);
        builder.HasIndex(account => account.LastSeenAt);
    }
}
