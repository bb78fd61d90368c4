using Fablab.Domain.MachineJobs;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Desks;

/// <summary>The desk after an event, and what else must happen in the same transaction.</summary>
public sealed record DeskDecision(MachineDesk Desk, IReadOnlyList<DeskEffect> Effects);

/// <summary>What follows from a desk event besides the desk itself.</summary>
public abstract record DeskEffect
{
    private DeskEffect()
    {
    }

    /// <summary>A reservation is over or shortened and leaves the desk; save it.</summary>
    public sealed record ReservationChanged(Reservation Reservation) : DeskEffect;

    /// <summary>A session got its last record or was voided; save it, and charge it when it is <see cref="UsageSessionState.Closed"/>.</summary>
    public sealed record SessionEnded(UsageSession Session) : DeskEffect;

    /// <summary>The job of a reservation that leaves the desk, as it stands; save it.</summary>
    public sealed record JobLeft(MachineJob Job) : DeskEffect;

    /// <summary>From here on the machine is free again.</summary>
    public sealed record TimeFreed(TimeSlot Slot) : DeskEffect;

    /// <summary>A job runs past its slot; the next holder should know.</summary>
    public sealed record OverrunBegan(Reservation Reservation) : DeskEffect;
}
