using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Desks;

/// <summary>
/// The server's side of a machine as one function of (desk, event, now). It never waits, reads or writes anything.
/// Facts from the bridge are never refused: what no longer fits changes nothing.
/// </summary>
public static class DeskRules
{
    /// <summary>More sessions than one machine can have had since a backup.</summary>
    private const long SessionsSinceAnyBackup = 100_000;

    public static Result<DeskDecision> Handle(MachineDesk desk, DeskEvent happened, Instant now)
    {
        var step = new DeskStep(desk, now);
        var refusal = happened switch
        {
            DeskEvent.CheckIn e => CheckIn(step, e),
            DeskEvent.TimePassed e => TimePassed(step, e),
            DeskEvent.ConfirmPresence e => ConfirmPresence(step, e),
            DeskEvent.End e => End(step, e),
            DeskEvent.WishJob e => WishJob(step, e),
            DeskEvent.SetOutOfOrder e => SetOutOfOrder(step, e),
            DeskEvent.GiveUpSession => GiveUp(step),
            DeskEvent.BridgeIsAhead e => CatchUp(step, e),
            DeskEvent.SessionArmed e => SessionFacts.Armed(step, e),
            DeskEvent.SessionMetered e => SessionFacts.Metered(step, e),
            DeskEvent.SessionClosed e => SessionFacts.Closed(step, e),
            DeskEvent.JobMoved e => SessionFacts.JobMoved(step, e),
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "Unknown desk event"),
        };

        return refusal is null ? step.Decide() : refusal;
    }

    private static Refusal? CheckIn(DeskStep step, DeskEvent.CheckIn e)
    {
        var desk = step.Desk;
        if (desk.Current is not { State: ReservationState.Confirmed or ReservationState.Active } reservation || reservation.Member != e.By)
        {
            return new NoReservation();
        }

        if (desk.Session is { } open)
        {
            return open.Reservation == reservation.Id && open.State != UsageSessionState.Closing ? null : new StillInUse(null);
        }

        if (desk.IsOutOfOrder)
        {
            return new MachineOutOfOrder();
        }

        if (!desk.IsAuthorised)
        {
            return new NotAuthorised();
        }

        if (!desk.MayCharge)
        {
            return new ProjectNotYours();
        }

        var opensAt = reservation.Slot.Start - desk.Policy.CheckInLead;
        if (reservation.State is ReservationState.Confirmed && desk.FreeSince > opensAt)
        {
            // Whoever was interrupted comes back to their own things; everybody else waits until the machine is cleared.
            opensAt = desk.FreeSince.Value;
        }

        if (step.Now < opensAt)
        {
            return new TooEarly(opensAt, reservation.Slot);
        }

        if (step.Now >= reservation.Slot.End)
        {
            return new SlotEnded(reservation.Slot);
        }

        if (desk.Presence.Refusal is { } absent)
        {
            return absent;
        }

        OpenSession(step, reservation, e.NewSession);
        return null;
    }

    private static Refusal? TimePassed(DeskStep step, DeskEvent.TimePassed e)
    {
        switch (step.Desk.Current)
        {
            case { State: ReservationState.Confirmed } next when step.Desk.Session is null:
                if (step.Desk.WaitsForItsTime(next) && step.Now >= step.Desk.UnattendedStart(next) && step.Now < next.Slot.End)
                {
                    OpenSession(step, next, e.NewSession);
                }
                else if (step.Now >= step.Desk.GraceEnd(next))
                {
                    var wasKeptAway = step.Desk.IsOutOfOrder || step.Desk.CameFreeTooLateFor(next);
                    step.CloseReservation(wasKeptAway ? ReservationEvent.MachineDown : ReservationEvent.GraceExpired, step.Now, wasUsed: false);
                }

                break;

            case { State: ReservationState.Active } active when step.Desk.Session is null:
                if (step.Now >= active.Slot.End)
                {
                    step.CloseReservation(ReservationEvent.CheckOut, step.Now, wasUsed: true);
                }

                break;

            case { State: ReservationState.Active } active when step.Now >= active.Slot.End:
                EndOfSlot(step, active);
                break;
        }

        if (step.Desk.Session is { State: UsageSessionState.Authorised or UsageSessionState.Armed } open && step.Now >= step.Desk.IdleEnd(open))
        {
            step.BeginClosing("idle");
        }

        return null;
    }

    private static void EndOfSlot(DeskStep step, Reservation active)
    {
        if (!step.Desk.JobMustFinish)
        {
            step.BeginClosing("slot-ended");
        }
        else if (active.OverrunSince is null)
        {
            var overrunning = active with { OverrunSince = step.Now };
            step.Desk = step.Desk with { Current = overrunning };
            step.Effects.Add(new DeskEffect.OverrunBegan(overrunning));
        }
    }

    private static Refusal? ConfirmPresence(DeskStep step, DeskEvent.ConfirmPresence e)
    {
        if (step.Desk.Session is not { State: UsageSessionState.Authorised or UsageSessionState.Armed } session || session.Member != e.By)
        {
            return new NoReservation();
        }

        step.Desk = step.Desk with { Session = session with { PresenceConfirmedAt = step.Now, LastActiveAt = step.Now } };
        return null;
    }

    private static Refusal? End(DeskStep step, DeskEvent.End e)
    {
        if (step.Desk.Current is not { State: ReservationState.Active } active || !(e.AsManager || active.Member == e.By))
        {
            return new NoReservation();
        }

        if (step.Desk.Session is null)
        {
            step.CloseReservation(ReservationEvent.CheckOut, step.Now, wasUsed: true);
            return null;
        }

        if (step.Desk.Job is { IsOver: false } job)
        {
            step.Desk = step.Desk with { Job = job with { Intent = JobIntent.Cancel } };
            if (step.Desk.Session.FirstLeaseAt is not null)
            {
                // The bridge may have started it, so the session closes when it reports the job's end; until then somebody uses the machine.
                step.Desk = step.Desk with { Session = step.Desk.Session with { EndReason = step.Desk.Session.EndReason ?? "ended" } };
                return null;
            }
        }

        step.BeginClosing("ended");
        return null;
    }

    private static Refusal? WishJob(DeskStep step, DeskEvent.WishJob e)
    {
        if (step.Desk.Current is not { } current || !(e.AsManager || current.Member == e.By))
        {
            return new NoReservation();
        }

        if (step.Desk.Job is not { } job)
        {
            return new NoJob();
        }

        if (job.IsOver || (job.Intent is JobIntent.Cancel && e.Intent is not JobIntent.Cancel))
        {
            return new JobIsOver(job.IsOver ? job.State.ToString() : "being cancelled");
        }

        step.Desk = step.Desk with { Job = job with { Intent = e.Intent } };
        return null;
    }

    private static Refusal? SetOutOfOrder(DeskStep step, DeskEvent.SetOutOfOrder e)
    {
        step.Desk = step.Desk with { IsOutOfOrder = e.IsOutOfOrder };
        if (e.IsOutOfOrder && step.Desk.Session is { IsOpen: true } && !step.Desk.JobMustFinish)
        {
            step.BeginClosing("out-of-order");
        }

        return null;
    }

    private static Refusal? GiveUp(DeskStep step)
    {
        if (step.Desk.Session is not { } session)
        {
            return new NoSession();
        }

        if (session.FirstLeaseAt is null && session.StartedAt is null)
        {
            // Nothing can have run, so there is nothing to look at either.
            step.BeginClosing("given-up");
            return null;
        }

        step.EndSession(session with
        {
            State = UsageSessionState.Closed,
            EndedAt = step.Now,
            EndReason = session.EndReason ?? "given-up",
            ReviewReason = session.ReviewReason ?? "bridge-lost",
        });
        step.CloseReservation(ReservationEvent.CheckOut, step.Now, wasUsed: true);
        return null;
    }

    /// <summary>Versions and generations only have to rise, so after a restore they leap over all that may have been given since the backup.</summary>
    private static Refusal? CatchUp(DeskStep step, DeskEvent.BridgeIsAhead e)
    {
        if (e.AppliedVersion <= step.Desk.Desired.Version)
        {
            return null;
        }

        var generation = step.Desk.LastGeneration + SessionsSinceAnyBackup;
        step.Desk = step.Desk with
        {
            LastGeneration = generation,
            Session = step.Desk.Session is { } open ? open with { Generation = generation } : null,
            Desired = step.Desk.Desired with { Version = e.AppliedVersion },
        };
        step.MustSayAgain = true;
        return null;
    }

    private static void OpenSession(DeskStep step, Reservation reservation, UsageSessionId id)
    {
        var generation = step.Desk.LastGeneration + 1;
        step.Desk = step.Desk with
        {
            LastGeneration = generation,
            Current = reservation with
            {
                State = ReservationLifecycle.Next(reservation.State, ReservationEvent.CheckIn)!.Value,

                // Current is the earliest reservation not over, so nobody else holds the time before its start.
                Slot = reservation.Slot.StartingAt(Instant.Min(reservation.Slot.Start, step.Now)),
                Kept = reservation.Kept.StartingAt(Instant.Min(reservation.Kept.Start, step.Now)),
            },
            Session = new UsageSession
            {
                Id = id,
                Machine = step.Desk.Machine,
                Reservation = reservation.Id,
                Member = reservation.Member,
                Project = reservation.Project,
                Job = reservation.Job,
                Generation = generation,
                State = step.Desk.HasController ? UsageSessionState.Authorised : UsageSessionState.Armed,
                AuthorisedAt = step.Now,
                StartedAt = step.Desk.HasController ? null : step.Now,
                PresenceConfirmedAt = step.Now,
                LastActiveAt = step.Now,
            },
        };
    }
}
