using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fablab.Web.Data.Mappings;

internal sealed class CompanyMapping : IEntityTypeConfiguration<CompanyRow>
{
    public void Configure(EntityTypeBuilder<CompanyRow> builder)
    {
        builder.ToTable("Company");
        builder.Property(row => row.GuestName).HasMaxLength(100);
        builder.HasIndex(row => row.Reservation);
        builder.HasIndex(row => row.Member);
        builder.HasOne<Reservation>().WithMany().HasForeignKey(row => row.Reservation).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class SeriesMapping : IEntityTypeConfiguration<SeriesRow>
{
    public void Configure(EntityTypeBuilder<SeriesRow> builder) => builder.Property(series => series.Bookable).HasMaxLength(40);
}

internal sealed class WaitingWishMapping : IEntityTypeConfiguration<WaitingWishRow>
{
    public void Configure(EntityTypeBuilder<WaitingWishRow> builder)
    {
        builder.ToTable("WaitingList", table => table.HasCheckConstraint(
            "CK_WaitingList_OneTarget",
            "(\"Machine\" IS NOT NULL AND \"Pool\" IS NULL AND \"Category\" IS NULL) OR (\"Machine\" IS NULL AND \"Pool\" IS NOT NULL AND \"Category\" IS NULL) OR (\"Machine\" IS NULL AND \"Pool\" IS NULL AND \"Category\" IS NOT NULL)"));
        builder.HasIndex(wish => wish.Member);
        builder.HasIndex(wish => wish.Offer);
        builder.HasIndex(wish => wish.DueAt);
        builder.HasIndex(wish => wish.WindowEnd).HasFilter("\"State\" = 'Waiting'");
        builder.HasOne<MachineRow>().WithMany().HasForeignKey(wish => wish.Machine).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<PoolRow>().WithMany().HasForeignKey(wish => wish.Pool).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<SiteRow>().WithMany().HasForeignKey(wish => wish.Site).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class HandoverMapping : IEntityTypeConfiguration<HandoverRow>
{
    public void Configure(EntityTypeBuilder<HandoverRow> builder)
    {
        builder.HasIndex(row => row.To).HasFilter("\"ClosedAt\" IS NULL");

        // A reservation is offered to one at a time.
        builder.HasIndex(row => row.Reservation).IsUnique().HasFilter("\"ClosedAt\" IS NULL");
        builder.HasOne<Reservation>().WithMany().HasForeignKey(row => row.Reservation).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Reservation>().WithMany().HasForeignKey(row => row.InExchange).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class RuleBookMapping : IEntityTypeConfiguration<RuleBookRow>
{
    public void Configure(EntityTypeBuilder<RuleBookRow> builder)
    {
        builder.Property(book => book.Note).HasMaxLength(500);

        // Two unique indexes, because nothing is equal to a site that is not there.
        builder.HasIndex(book => new { book.Site, book.Version }).IsUnique();
        builder.HasIndex(book => book.Version).HasDatabaseName("UX_RuleBooks_Lab").IsUnique().HasFilter("\"Site\" IS NULL");
        builder.HasOne<SiteRow>().WithMany().HasForeignKey(book => book.Site).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class TariffGroupMapping : IEntityTypeConfiguration<TariffGroupRow>
{
    public void Configure(EntityTypeBuilder<TariffGroupRow> builder)
    {
        builder.Property(group => group.Code).HasMaxLength(40);
        builder.HasIndex(group => group.Code).IsUnique();
    }
}

internal sealed class TariffGroupMemberMapping : IEntityTypeConfiguration<TariffGroupMemberRow>
{
    public void Configure(EntityTypeBuilder<TariffGroupMemberRow> builder)
    {
        builder.HasIndex(row => row.Member);
        builder.HasIndex(row => row.Until).HasFilter("\"Until\" IS NOT NULL AND \"EndToldAt\" IS NULL");
        builder.Property(row => row.Proof).HasMaxLength(500);
        builder.HasOne<TariffGroupRow>().WithMany().HasForeignKey(row => row.Group).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class TariffRequestMapping : IEntityTypeConfiguration<TariffRequestRow>
{
    public void Configure(EntityTypeBuilder<TariffRequestRow> builder)
    {
        builder.Property(row => row.Reason).HasMaxLength(500);
        builder.HasIndex(row => row.State);

        // One waits at a time, whatever the code does.
        builder.HasIndex(row => new { row.Member, row.Group }).IsUnique().HasFilter("\"State\" = 'Waiting'");
        builder.HasIndex(row => new { row.Member, row.AskedAt });
        builder.HasOne<TariffGroupRow>().WithMany().HasForeignKey(row => row.Group).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class TariffProofMapping : IEntityTypeConfiguration<TariffProofRow>
{
    public void Configure(EntityTypeBuilder<TariffProofRow> builder)
    {
        // Goes with its request, whoever deletes that.
        builder.HasKey(row => row.Request);
        builder.HasOne<TariffRequestRow>().WithOne().HasForeignKey<TariffProofRow>(row => row.Request).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class MissedBookingFeeMapping : IEntityTypeConfiguration<MissedBookingFeeRow>
{
    public void Configure(EntityTypeBuilder<MissedBookingFeeRow> builder)
    {
        builder.ToTable("MissedBookingFees");

        // One a reservation, whatever the code does.
        builder.HasKey(fee => fee.Reservation);
        builder.ComplexProperty(fee => fee.Amount);
        builder.HasIndex(fee => fee.Member);
        builder.HasOne<Reservation>().WithOne().HasForeignKey<MissedBookingFeeRow>(fee => fee.Reservation).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class AcceptedTermsMapping : IEntityTypeConfiguration<AcceptedTermsRow>
{
    public void Configure(EntityTypeBuilder<AcceptedTermsRow> builder)
    {
        builder.HasKey(row => new { row.Member, row.Site, row.Kind, row.Version });
        builder.HasOne<SiteRow>().WithMany().HasForeignKey(row => row.Site).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class MaintenanceTaskMapping : IEntityTypeConfiguration<MaintenanceTaskRow>
{
    public void Configure(EntityTypeBuilder<MaintenanceTaskRow> builder)
    {
        builder.Property(task => task.Title).HasMaxLength(200);
        builder.HasIndex(task => task.Machine).HasFilter("\"DoneAt\" IS NULL");
        builder.HasOne<MachineRow>().WithMany().HasForeignKey(task => task.Machine).OnDelete(DeleteBehavior.Restrict);
    }
}
