using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Presence;
using NodaTime;

namespace Fablab.Web.Data.Rows;

/// <summary>A tablet or reader at a door or at a machine. It acts by a secret of its own, of which only the SHA-256 is kept.</summary>
public sealed class KioskRow : IPairable
{
    public const int LongestName = 60;

    public required KioskId Id { get; init; }

    public required SiteId Site { get; init; }

    /// <summary>The machine that it stands at; <see langword="null"/> at a door.</summary>
    public MachineId? Machine { get; init; }

    /// <summary>For staff to know it by.</summary>
    public required string Name { get; init; }

    public required MemberId By { get; init; }

    public required Instant At { get; init; }

    /// <summary>SHA-256 of the device's secret, 64 lower-case hex digits; <see langword="null"/> before it was paired.</summary>
    public string? TokenHash { get; set; }

    public Instant? PairedAt { get; set; }

    /// <summary>To the minute.</summary>
    public Instant? LastSeenAt { get; set; }

    public Instant? RevokedAt { get; set; }

    public string? PairingName { get; set; }

    public string? PairingHash { get; set; }

    public Instant? PairingEndsAt { get; set; }

    public int PairingGuesses { get; set; }

    /// <summary>Who stands before a machine's kiosk, until <see cref="PersonUntil"/>.</summary>
    public MemberId? Person { get; set; }

    public Instant? PersonUntil { get; set; }

    /// <summary>They typed their PIN, and did not only hold a badge to the reader.</summary>
    public bool PersonTypedPin { get; set; }
}

/// <summary>What a member types at kiosks in place of a badge, as the hash of a password is kept.</summary>
public sealed class KioskPinRow
{
    public required MemberId Member { get; init; }

    public required string Hash { get; set; }

    public required Instant At { get; set; }
}

/// <summary>Wrong guesses at one kiosk: of one member's PIN, or of badges. Elsewhere nobody is kept out by them.</summary>
public sealed class KioskGuessRow
{
    public required KioskId Kiosk { get; init; }

    /// <summary>A member's id, or as many digits of the hash of an address that no member has; <see cref="Badges"/>; <see cref="Pins"/> for those of all members together; or <see cref="Refusals"/> and a code.</summary>
    public required string Whom { get; init; }

    public const string Badges = "badges";

    public const string Pins = "pins";

    /// <summary>Not a guess, but counted like one, for each code: how often the audit was told that somebody was turned away.</summary>
    public const string Refusals = "refused:";

    public required int Count { get; set; }

    public required Instant Since { get; set; }
}
