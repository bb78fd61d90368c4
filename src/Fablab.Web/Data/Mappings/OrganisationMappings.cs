using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fablab.Web.Data.Mappings;

internal sealed class OrganisationMapping : IEntityTypeConfiguration<OrganisationRow>
{
    public void Configure(EntityTypeBuilder<OrganisationRow> builder)
    {
        builder.ToTable("Organisations", table =>
        {
            table.HasCheckConstraint("CK_Organisations_State", "\"VerifiedAt\" IS NULL OR \"TurnedDownAt\" IS NULL");
            table.HasCheckConstraint("CK_Organisations_Reason", "(\"TurnedDownAt\" IS NULL) = (\"TurnedDownReason\" IS NULL)");
        });
        builder.Property(row => row.Name).HasMaxLength(OrganisationRow.LongestName);
        builder.Property(row => row.Siren).HasMaxLength(9);
        builder.Property(row => row.Siret).HasMaxLength(14);
        builder.Property(row => row.VatNumber).HasMaxLength(16);
        builder.Property(row => row.BillingMail).HasMaxLength(256);

        builder.Property(row => row.TurnedDownReason).HasMaxLength(OrganisationRow.LongestReason);
        builder.Ignore(row => row.State);

        // One legal person is one organisation, or its invoices would be split. Who was turned down keeps the number from nobody.
        builder.HasIndex(row => row.Siren).IsUnique().HasFilter("\"TurnedDownAt\" IS NULL");
        builder.HasIndex(row => row.VerifiedAt);
        builder.HasIndex(row => row.CreatedBy);
    }
}

internal sealed class OrganisationMemberMapping : IEntityTypeConfiguration<OrganisationMemberRow>
{
    public void Configure(EntityTypeBuilder<OrganisationMemberRow> builder)
    {
        builder.HasKey(row => new { row.Organisation, row.Member });
        builder.HasIndex(row => row.Member);
        builder.HasOne<OrganisationRow>().WithMany().HasForeignKey(row => row.Organisation).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class OrganisationTokenMapping : IEntityTypeConfiguration<OrganisationTokenRow>
{
    public void Configure(EntityTypeBuilder<OrganisationTokenRow> builder)
    {
        builder.Property(token => token.Name).HasMaxLength(OrganisationTokenRow.LongestName);
        builder.Property(token => token.Hash).HasMaxLength(64);
        builder.HasIndex(token => token.Hash).IsUnique();
        builder.HasOne<OrganisationRow>().WithMany().HasForeignKey(token => token.Organisation).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class OrganisationInvitationMapping : IEntityTypeConfiguration<OrganisationInvitationRow>
{
    public void Configure(EntityTypeBuilder<OrganisationInvitationRow> builder)
    {
        builder.Property(row => row.Email).HasMaxLength(256);
        builder.Property(row => row.Hash).HasMaxLength(64);
        builder.HasIndex(row => row.Hash).IsUnique();
        builder.HasIndex(row => new { row.Organisation, row.State });
        builder.HasOne<OrganisationRow>().WithMany().HasForeignKey(row => row.Organisation).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class ProjectMapping : IEntityTypeConfiguration<ProjectRow>
{
    public void Configure(EntityTypeBuilder<ProjectRow> builder)
    {
        builder.Property(project => project.Name).HasMaxLength(ProjectRow.LongestName);
        builder.Property(project => project.PurchaseOrder).HasMaxLength(ProjectRow.LongestName);
        builder.HasOne<OrganisationRow>().WithMany().HasForeignKey(project => project.Organisation).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class BudgetNoticeMapping : IEntityTypeConfiguration<BudgetNoticeRow>
{
    public void Configure(EntityTypeBuilder<BudgetNoticeRow> builder)
    {
        // Told once, whoever notices it.
        builder.HasKey(row => new { row.Project, row.Period, row.Percent });
        builder.HasOne<ProjectRow>().WithMany().HasForeignKey(row => row.Project).OnDelete(DeleteBehavior.Cascade);
    }
}
