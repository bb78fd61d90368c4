using Fablab.Domain.Machines;

namespace Fablab.Domain.Reservations.Rules;

/// <summary>A machine authorisation that is valid through the booked time.</summary>
public sealed record AuthorisationRule : BookingRule
{
    public const string Kind = "authorisation";

    public override string Code => Kind;

    /// <summary>For this machine; <see langword="null"/> for the one that is booked.</summary>
    public MachineId? For { get; init; }
}

/// <summary>A manager must say yes. Without any condition: always.</summary>
public sealed record ApprovalRule : BookingRule
{
    public const string Kind = "approval";

    public override string Code => Kind;

    public Duration? WhenLongerThan { get; init; }

    /// <summary>When a part of the slot lies outside.</summary>
    public WeeklyWindows? WhenOutside { get; init; }

    /// <summary>The request is held so long, though never past the start, and then lapses.</summary>
    public required Duration HeldFor { get; init; }
}

/// <summary>So many people must be there: the two-person rule.</summary>
public sealed record PeopleRule : BookingRule
{
    public const string Kind = "people";

    public override string Code => Kind;

    public required int AtLeast { get; init; }

    /// <summary>When the use begins, so many others must have told a door that they are in, and be authorised for the machine.</summary>
    public bool AtStart { get; init; }
}

/// <summary>Whoever starts a use must have told a door of the site that they are in. Asked at the start only, and nobody lifts it.</summary>
public sealed record PresenceRule : BookingRule
{
    public const string Kind = "presence";

    public override string Code => Kind;
}

/// <summary>What must be booked along with it: extraction, a room.</summary>
public sealed record CompanionRule : BookingRule
{
    public const string Kind = "companions";

    public override string Code => Kind;

    /// <summary>Codes of machines or pools.</summary>
    public required IReadOnlyList<string> Codes { get; init; }
}

/// <summary>Terms that the member must have accepted in this version or a later one.</summary>
public sealed record TermsRule : BookingRule
{
    public const string Kind = "terms";

    public override string Code => Kind;

    public required string Terms { get; init; }

    public required int Version { get; init; }
}

/// <summary>What happens when a booking is cancelled late or nobody comes.</summary>
public sealed record CancellationRule : BookingRule
{
    public const string Kind = "cancellation";

    public override string Code => Kind;

    public required CancellationTerms Terms { get; init; }
}

/// <summary>Use without a booking.</summary>
public sealed record WalkUpRule : BookingRule
{
    public const string Kind = "walk-up";

    public override string Code => Kind;

    public required WalkUpKind Use { get; init; }

    /// <summary>Ends so long before the next booking.</summary>
    public Duration Before { get; init; } = Duration.Zero;

    /// <summary>Codes of the problems that mean nothing to whoever is at the machine already: they are for people who plan.</summary>
    public IReadOnlyList<string> Waives => Use is WalkUpKind.UntilNextBooking ? OfPlanning : [];

    private static readonly string[] OfPlanning = ["notice-too-short", "slot-off-grid"];
}

/// <summary>From the strictest to the freest.</summary>
public enum WalkUpKind
{
    Forbidden,

    /// <summary>Makes a booking, and all rules apply.</summary>
    CreatesBooking,

    UntilNextBooking,
}
