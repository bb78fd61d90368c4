using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Presence;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Desks;

/// <summary>
/// All that decides what one machine should be doing: the reservation at hand, the open session, its job, and the desired
/// state told to the bridge. <see cref="DeskRules"/> moves it; storage loads and saves it whole, one transaction an event.
/// </summary>
public sealed record MachineDesk
{
    public required MachineId Machine { get; init; }

    public required MachinePolicy Policy { get; init; }

    public bool IsOutOfOrder { get; init; }

    /// <summary>
    /// A bridge meters the sessions. Without one, as for rooms, benches and seats, nothing is unlocked and the clock is the meter: a
    /// session lasts from the check-in to its end, or to the end of the slot.
    /// </summary>
    public bool HasController { get; init; } = true;

    /// <summary>The active reservation, else the earliest one that is confirmed and not past its slot; future ones count too.</summary>
    public Reservation? Current { get; init; }

    /// <summary>The session that is not closed yet.</summary>
    public UsageSession? Session { get; init; }

    /// <summary>The current reservation's job.</summary>
    public MachineJob? Job { get; init; }

    /// <summary>The member of <see cref="Current"/> holds what the machine requires, now.</summary>
    public bool IsAuthorised { get; init; } = true;

    /// <summary>Who must be in when <see cref="Current"/> begins, and who is.</summary>
    public PresenceAtStart Presence { get; init; }

    /// <summary>The member of <see cref="Current"/> may have its project charged, now: who left an organisation uses nothing at its expense.</summary>
    public bool MayCharge { get; init; } = true;

    /// <summary>The generation of the last session, 0 before the first.</summary>
    public long LastGeneration { get; init; }

    /// <summary>
    /// When the last session closed and the clean-up behind it is done. Nobody checks in before; the grace of the next
    /// reservation counts from here if that is later than its start.
    /// </summary>
    public Instant? FreeSince { get; init; }

    public required DesiredState Desired { get; init; }

    /// <summary>
    /// When <see cref="DeskEvent.TimePassed"/> will mean something next; <see langword="null"/> when nothing is due. Never
    /// earlier than what has been handled, so a sweep comes to rest.
    /// </summary>
    public Instant? DueAt => (Current, Session) switch
    {
        (null or { State: ReservationState.Confirmed }, { State: UsageSessionState.Authorised or UsageSessionState.Armed } open) => IdleEnd(open),
        ({ State: ReservationState.Confirmed } next, null) => WaitsForItsTime(next) ? UnattendedStart(next) : GraceEnd(next),
        ({ State: ReservationState.Active } active, null) => active.Slot.End,
        ({ State: ReservationState.Active } active, { State: UsageSessionState.Closing }) => null,
        ({ State: ReservationState.Active } active, { } open) => DueDuring(active, open),
        _ => null,
    };

    /// <summary>Never beyond the slot: afterwards nobody could check in, so there is nothing to wait for.</summary>
    internal Instant GraceEnd(Reservation reservation) => Instant.Min(
        Instant.Max(reservation.Slot.Start, FreeSince ?? reservation.Slot.Start) + GraceOf(reservation),
        reservation.Slot.End);

    /// <summary>The one before overran so far that the member had less than the grace to come; not coming is no no-show then.</summary>
    internal bool CameFreeTooLateFor(Reservation reservation) =>
        FreeSince > reservation.Slot.Start && FreeSince + GraceOf(reservation) > reservation.Slot.End;

    internal Duration CleanUpOf(Reservation reservation) => reservation.Terms.CleanUp ?? Policy.CleanUp;

    private Duration GraceOf(Reservation reservation) => reservation.Terms.Grace ?? Policy.Grace;

    /// <summary>
    /// The reservation's job starts by itself when the slot begins, unless its owner wants it held or cancelled, or the one
    /// before left too little of the slot, or rules ask who is in. What has no controller needs no job: a room is simply used.
    /// </summary>
    internal bool WaitsForItsTime(Reservation reservation) =>
        Policy.StartsUnattended && !IsOutOfOrder && IsAuthorised && MayCharge && !Presence.AsksAnything && (HasController ? HasJobToStart(reservation) : Policy.HazardClass is not HazardClass.H)
        && !CameFreeTooLateFor(reservation);

    private bool HasJobToStart(Reservation reservation) =>
        Policy.HazardClass is HazardClass.R && reservation.Job is not null && Job is { IsOver: false, Intent: JobIntent.Run };

    /// <summary>Not before the machine is cleared: a print must not begin on the one before.</summary>
    internal Instant UnattendedStart(Reservation reservation) =>
        Instant.Min(Instant.Max(reservation.Slot.Start, FreeSince ?? reservation.Slot.Start), reservation.Slot.End);

    /// <summary>A class R job is finished, not killed, when the slot or the person's patience ends.</summary>
    internal bool JobMustFinish => Policy.HazardClass is HazardClass.R && Job is { IsUnderWay: true };

    internal Instant? IdleEnd(UsageSession open) => JobMustFinish || !HasController ? null : open.LastActiveAt + Policy.IdleLimit;

    private Instant? DueDuring(Reservation active, UsageSession open)
    {
        var idle = IdleEnd(open);
        var end = JobMustFinish && active.OverrunSince is not null ? (Instant?)null : active.Slot.End;
        return (idle, end) switch
        {
            ({ } i, { } e) => Instant.Min(i, e),
            _ => idle ?? end,
        };
    }
}
