using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fablab.Web.Data.Mappings;

internal sealed class OrganisationMemberMapping : IEntityTypeConfiguration<OrganisationMemberRow>
{
    public void Configure(EntityTypeBuilder<OrganisationMemberRow> builder)
    {
        builder.HasKey(row => new { row.Organisation, row.Member });
        builder.HasIndex(row => row.Member);
        builder.HasOne<OrganisationRow>().WithMany().HasForeignKey(row => row.Organisation).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class ProjectMapping : IEntityTypeConfiguration<ProjectRow>
{
    public void Configure(EntityTypeBuilder<ProjectRow> builder) =>
        builder.HasOne<OrganisationRow>().WithMany().HasForeignKey(project => project.Organisation).OnDelete(DeleteBehavior.Restrict);
}

internal sealed class RoleGrantMapping : IEntityTypeConfiguration<RoleGrantRow>
{
    public void Configure(EntityTypeBuilder<RoleGrantRow> builder) => builder.HasIndex(grant => grant.Member);
}

internal sealed class AccessTokenMapping : IEntityTypeConfiguration<AccessTokenRow>
{
    public void Configure(EntityTypeBuilder<AccessTokenRow> builder)
    {
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

internal sealed class NoticeMapping : IEntityTypeConfiguration<NoticeRow>
{
    public void Configure(EntityTypeBuilder<NoticeRow> builder) => builder.HasIndex(notice => new { notice.Member, notice.At });
}
