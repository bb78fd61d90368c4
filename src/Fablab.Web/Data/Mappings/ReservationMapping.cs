using Fablab.Domain.MachineJobs;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Reservations.Booking;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fablab.Web.Data.Mappings;

internal sealed class ReservationMapping : IEntityTypeConfiguration<Reservation>
{
    public void Configure(EntityTypeBuilder<Reservation> builder)
    {
        builder.ToTable("Reservations", table =>
            table.HasCheckConstraint("CK_Reservations_KeptHoldsSlot", "\"KeptStart\" <= \"SlotStart\" AND \"KeptEnd\" >= \"SlotEnd\""));
        builder.ComplexProperty(reservation => reservation.Slot, slot =>
        {
            slot.Property(s => s.Start).HasColumnName("SlotStart");
            slot.Property(s => s.End).HasColumnName("SlotEnd");
        });
        builder.ComplexProperty(reservation => reservation.Kept, kept =>
        {
            kept.Property(s => s.Start).HasColumnName("KeptStart");
            kept.Property(s => s.End).HasColumnName("KeptEnd");
        });
        builder.ComplexProperty(reservation => reservation.BookedSlot, slot =>
        {
            slot.Property(s => s.Start).HasColumnName("BookedStart");
            slot.Property(s => s.End).HasColumnName("BookedEnd");
        });
        builder.Property(reservation => reservation.Title).HasMaxLength(BookingWish.LongestTitle);

        // Most reservations have none of these, and need not be in an index that nobody finds them by.
        builder.HasIndex(reservation => reservation.Series).HasFilter("\"Series\" IS NOT NULL");
        builder.HasIndex(reservation => reservation.Bundle).HasFilter("\"Bundle\" IS NOT NULL");
        builder.HasIndex(reservation => reservation.Pool).HasFilter("\"Pool\" IS NOT NULL");
        builder.HasIndex(reservation => reservation.Job).HasFilter("\"Job\" IS NOT NULL");
        builder.HasIndex(reservation => reservation.Project).HasFilter("\"Project\" IS NOT NULL");
        builder.HasIndex(reservation => reservation.ExpiresAt).HasFilter("\"State\" IN ('Requested', 'Held')");
        builder.HasOne<SeriesRow>().WithMany().HasForeignKey(reservation => reservation.Series).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<PoolRow>().WithMany().HasForeignKey(reservation => reservation.Pool).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<MachineRow>().WithMany().HasForeignKey(reservation => reservation.Machine).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<MachineJob>().WithMany().HasForeignKey(reservation => reservation.Job).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<ProjectRow>().WithMany().HasForeignKey(reservation => reservation.Project).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class MachineJobMapping : IEntityTypeConfiguration<MachineJob>
{
    public void Configure(EntityTypeBuilder<MachineJob> builder)
    {
        builder.ToTable("MachineJobs");
        builder.Property(job => job.FileName).HasMaxLength(200);
        builder.Property(job => job.Sha256).HasMaxLength(64);
        builder.HasIndex(job => job.Member);
    }
}

internal sealed class UsageSessionMapping : IEntityTypeConfiguration<UsageSession>
{
    public void Configure(EntityTypeBuilder<UsageSession> builder)
    {
        builder.ToTable("UsageSessions");
        builder.HasIndex(session => session.Reservation);

        // One open session a machine, whatever the code does; generations never repeat.
        builder.HasIndex(session => session.Machine)
            .HasDatabaseName("UX_UsageSessions_OneOpen")
            .IsUnique()
            .HasFilter("\"State\" IN ('Authorised', 'Armed', 'Closing')");
        builder.HasIndex(session => new { session.Machine, session.Generation }).IsUnique();
        builder.HasOne<Reservation>().WithMany().HasForeignKey(session => session.Reservation).OnDelete(DeleteBehavior.Restrict);
    }
}
