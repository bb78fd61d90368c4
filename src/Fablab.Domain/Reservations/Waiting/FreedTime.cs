using Fablab.Domain.Machines;
using Fablab.Domain.Reservations.Finding;

namespace Fablab.Domain.Reservations.Waiting;

/// <summary>Time of a machine that went back to the calendar, and what one must know to offer it.</summary>
public sealed record FreedTime
{
    public required MachineId Machine { get; init; }

    public PoolId? Pool { get; init; }

    public required MachineCategory Category { get; init; }

    public required SiteId Site { get; init; }

    /// <summary>Free from one kept time to the next: set-up and clean-up of what is offered must lie in it too.</summary>
    public required TimeSlot Slot { get; init; }

    /// <summary>When a slot may begin.</summary>
    public required StartGrid Grid { get; init; }

    /// <summary>Rules differ by member, so each wish has its own.</summary>
    public required Func<WaitingWish, SlotRules> RulesFor { get; init; }

    /// <summary>Whose slots the time lies between, so far as they are the member's own.</summary>
    public Func<WaitingWish, OwnEnds> OwnEndsFor { get; init; } = _ => default;
}
