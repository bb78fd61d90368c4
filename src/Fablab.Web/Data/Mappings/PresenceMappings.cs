using Fablab.Domain.Members;
using Fablab.Domain.Presence;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fablab.Web.Data.Mappings;

internal sealed class VisitMapping : IEntityTypeConfiguration<Visit>
{
    public void Configure(EntityTypeBuilder<Visit> builder)
    {
        builder.ToTable("Visits");
        builder.HasKey(visit => visit.Id);
        builder.Property(visit => visit.Id).ValueGeneratedNever();
        builder.Ignore(visit => visit.IsOpen).Ignore(visit => visit.LastToldAt);

        // Nobody is at two places at once.
        builder.HasIndex(visit => visit.Member).IsUnique().HasFilter("\"LeftAt\" IS NULL").HasDatabaseName("IX_Visits_OneOpen");
        builder.HasIndex(visit => new { visit.Member, visit.ArrivedAt });
        builder.HasIndex(visit => new { visit.Site, visit.ArrivedAt });
        builder.HasIndex(visit => visit.ClosesAt).HasFilter("\"LeftAt\" IS NULL");
        builder.HasIndex(visit => visit.LeftAt);
    }
}

internal sealed class KioskMapping : IEntityTypeConfiguration<KioskRow>
{
    public void Configure(EntityTypeBuilder<KioskRow> builder)
    {
        builder.HasKey(kiosk => kiosk.Id);
        builder.Property(kiosk => kiosk.Id).ValueGeneratedNever();
        builder.Property(kiosk => kiosk.Name).HasMaxLength(KioskRow.LongestName);
        builder.Property(kiosk => kiosk.TokenHash).HasMaxLength(64);
        builder.Property(kiosk => kiosk.PairingName).HasMaxLength(8);
        builder.Property(kiosk => kiosk.PairingHash).HasMaxLength(64);
        builder.HasIndex(kiosk => kiosk.TokenHash).IsUnique();
        builder.HasIndex(kiosk => kiosk.PairingName).IsUnique();
        builder.HasIndex(kiosk => kiosk.Site);
    }
}

internal sealed class KioskPinMapping : IEntityTypeConfiguration<KioskPinRow>
{
    public void Configure(EntityTypeBuilder<KioskPinRow> builder)
    {
        builder.HasKey(pin => pin.Member);
        builder.Property(pin => pin.Member).ValueGeneratedNever();
        builder.Property(pin => pin.Hash).HasMaxLength(200);
    }
}

internal sealed class KioskGuessMapping : IEntityTypeConfiguration<KioskGuessRow>
{
    public void Configure(EntityTypeBuilder<KioskGuessRow> builder)
    {
        builder.HasKey(guess => new { guess.Kiosk, guess.Whom });
        builder.Property(guess => guess.Whom).HasMaxLength(40);
        builder.HasIndex(guess => guess.Since);
    }
}
