using Fablab.Domain.Reservations;

namespace Fablab.Domain.Desks;

/// <summary>There is no reservation of this member to act on.</summary>
public sealed record NoReservation() : Refusal("no-reservation");

/// <summary>Checking in opens some time before the slot.</summary>
public sealed record TooEarly(Instant OpensAt, TimeSlot Slot) : Refusal("too-early")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["opensAt"] = OpensAt, ["start"] = Slot.Start };
}

/// <summary>The slot is over.</summary>
public sealed record SlotEnded(TimeSlot Slot) : Refusal("slot-ended")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["end"] = Slot.End };
}

/// <summary>The session before has not been closed by the bridge yet, so nothing new can be unlocked.</summary>
public sealed record StillInUse(Instant? Until) : Refusal("machine-still-in-use")
{
    public override IReadOnlyDictionary<string, object> Facts => Until is { } until
        ? new Dictionary<string, object> { ["until"] = until }
        : NoFacts;
}

public sealed record MachineOutOfOrder() : Refusal("machine-out-of-order");

/// <summary>Nobody is using the machine.</summary>
public sealed record NoSession() : Refusal("no-session-open");

/// <summary>Nothing runs or waits that this could apply to.</summary>
public sealed record NoJob() : Refusal("no-job");

/// <summary>The job is past the point where this could change it.</summary>
public sealed record JobIsOver(string State) : Refusal("job-is-over")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["state"] = State };
}

/// <summary>The booking would be charged to a project of an organisation that its member left.</summary>
public sealed record ProjectNotYours() : Refusal("project-not-yours");

/// <summary>Unlocking needs a machine authorisation that is valid now.</summary>
public sealed record NotAuthorised() : Refusal("not-authorised");
