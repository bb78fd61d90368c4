using Fablab.Domain.MachineJobs;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Desks;

/// <summary>One event's work in progress: the desk as it changes and the effects as they arise.</summary>
internal sealed class DeskStep(MachineDesk desk, Instant now)
{
    public MachineDesk Desk { get; set; } = desk;

    public Instant Now { get; } = now;

    public List<DeskEffect> Effects { get; } = [];

    /// <summary>The desired state gets a new version although its content is the same.</summary>
    public bool MustSayAgain { get; set; }

    /// <summary>No more leases; the bridge locks and sends its last record. Without any lease granted there is nothing to wait for.</summary>
    public void BeginClosing(string reason)
    {
        if (Desk.Session is not { State: UsageSessionState.Authorised or UsageSessionState.Armed } session)
        {
            return;
        }

        var why = session.EndReason ?? reason;
        if (!Desk.HasController)
        {
            EndByTheClock(session, why);
            return;
        }

        if (session.FirstLeaseAt is not null || session.StartedAt is not null)
        {
            Desk = Desk with { Session = session with { State = UsageSessionState.Closing, EndReason = why } };
            return;
        }

        EndSession(session with { State = UsageSessionState.Void, EndReason = why, EndedAt = Now });
        if (Desk.Current is { State: ReservationState.Active } active && active.Id == session.Reservation)
        {
            CloseReservation(ReservationEvent.CheckOut, Now, wasUsed: false);
        }
    }

    public void EndSession(UsageSession ended)
    {
        Effects.Add(new DeskEffect.SessionEnded(ended));
        Desk = Desk with { Session = null, FreeSince = Desk.HasController ? Now : ended.EndedAt };
    }

    /// <summary>However late the sweep comes, nothing was used after the slot.</summary>
    private void EndByTheClock(UsageSession session, string why)
    {
        var end = Instant.Max(session.AuthorisedAt, Instant.Min(Now, Desk.Current?.Slot.End ?? Now));
        var used = end - session.AuthorisedAt;
        EndSession(session with { State = UsageSessionState.Closed, EndedAt = end, EndReason = why, Total = used, Active = used });
        CloseReservation(ReservationEvent.CheckOut, end, wasUsed: true);
    }

    /// <summary>The current reservation ends in whatever state the event leads to, and what is left of its slot is free again.</summary>
    /// <param name="wasUsed">Something ran, so that there is something to clear away.</param>
    public void CloseReservation(ReservationEvent on, Instant freeFrom, bool wasUsed)
    {
        if (Desk.Current is not { } reservation || ReservationLifecycle.Next(reservation.State, on) is not { } state)
        {
            return;
        }

        var closed = reservation with { State = state };
        var rest = ReleaseRest(ref closed, freeFrom);
        Effects.Add(new DeskEffect.ReservationChanged(closed));
        if (rest is not null)
        {
            Effects.Add(new DeskEffect.TimeFreed(rest));
        }

        if (Desk.Job is { } job)
        {
            // A job that was never begun ends with the reservation that it waited for.
            Effects.Add(new DeskEffect.JobLeft(job.IsUnderWay ? job : job.Moved(MachineJobState.Cancelled, "reservation-over")));
        }

        Desk = Desk with { Current = null, Job = null, FreeSince = ClearedAfter(closed, wasUsed) };
    }

    /// <summary>The clean-up is kept behind the slot, and after an overrun it comes on top: nobody's use may reach into it.</summary>
    private Instant? ClearedAfter(Reservation closed, bool wasUsed)
    {
        if (!closed.TakesTheSlot)
        {
            return Desk.FreeSince;
        }

        var cleared = wasUsed && Desk.FreeSince is { } ended ? ended + Desk.CleanUpOf(closed) : closed.Kept.End;
        return Instant.Max(Instant.Max(cleared, closed.Kept.End), Desk.FreeSince ?? closed.Kept.End);
    }

    /// <summary>Cuts the active reservation's slot although the session is not closed yet, so that freed time is bookable at once.</summary>
    public void FreeRestOfSlot(Instant from)
    {
        if (Desk.Current is not { State: ReservationState.Active } reservation)
        {
            return;
        }

        var cut = reservation;
        var rest = ReleaseRest(ref cut, from);
        Desk = Desk with { Current = cut };
        if (rest is not null)
        {
            Effects.Add(new DeskEffect.TimeFreed(rest));
        }
    }

    public DeskDecision Decide()
    {
        var desired = DesiredNow();
        if (MustSayAgain || !desired.SaysTheSameAs(Desk.Desired))
        {
            Desk = Desk with { Desired = desired with { Version = Desk.Desired.Version + 1 } };
        }

        return new DeskDecision(Desk, Effects);
    }

    private TimeSlot? ReleaseRest(ref Reservation reservation, Instant from)
    {
        var kept = reservation.Kept;
        var slot = reservation.Slot.CutAt(from);
        var cleanUp = reservation.State is ReservationState.Active or ReservationState.Completed ? Desk.CleanUpOf(reservation) : Duration.Zero;
        var cut = kept.CutAt(slot.End + cleanUp);
        reservation = reservation with { Slot = slot, Kept = cut };
        return cut.End < kept.End ? new TimeSlot(cut.End, kept.End) : null;
    }

    private DesiredState DesiredNow()
    {
        if (Desk.IsOutOfOrder && !Desk.JobMustFinish)
        {
            return new DesiredState { Version = 0, Mode = DeskMode.OutOfOrder };
        }

        if (Desk.Session is not { State: UsageSessionState.Authorised or UsageSessionState.Armed } session)
        {
            return new DesiredState { Version = 0, Mode = DeskMode.Available };
        }

        var job = Desk.Job is { IsOver: false } open && open.Id == session.Job ? open : null;
        return new DesiredState
        {
            Version = 0,
            Mode = DeskMode.InSession,
            Session = session.Id,
            Generation = session.Generation,
            Until = Desk.Current?.Slot.End,
            Job = job?.Id,
            JobIntent = job?.Intent,
        };
    }
}
