using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fablab.Web.Data.Mappings;

internal sealed class FeedMapping : IEntityTypeConfiguration<FeedRow>
{
    public void Configure(EntityTypeBuilder<FeedRow> builder)
    {
        builder.Property(feed => feed.Name).HasMaxLength(FeedRow.LongestName);
        builder.Property(feed => feed.Hash).HasMaxLength(64);
        builder.HasIndex(feed => feed.Hash).IsUnique();
        builder.HasIndex(feed => feed.Member);
        builder.HasOne<MachineRow>().WithMany().HasForeignKey(feed => feed.Machine).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class CalendarEntryMapping : IEntityTypeConfiguration<CalendarEntryRow>
{
    public void Configure(EntityTypeBuilder<CalendarEntryRow> builder)
    {
        builder.HasKey(entry => entry.Reservation);
        builder.HasOne<Reservation>().WithMany().HasForeignKey(entry => entry.Reservation).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(entry => new { entry.Member, entry.End });
    }
}
