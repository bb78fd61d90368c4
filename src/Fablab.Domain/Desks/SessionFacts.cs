using Fablab.Domain.MachineJobs;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Desks;

/// <summary>Facts from the bridge's journal. They are true whatever we think of them, so none is refused.</summary>
internal static class SessionFacts
{
    public static Refusal? Armed(DeskStep step, DeskEvent.SessionArmed e)
    {
        if (OpenSession(step, e.Session) is { } session)
        {
            step.Desk = step.Desk with
            {
                Session = session with
                {
                    State = session.State is UsageSessionState.Authorised ? UsageSessionState.Armed : session.State,
                    StartedAt = session.StartedAt ?? session.Within(e.At),
                },
            };
        }

        return null;
    }

    public static Refusal? Metered(DeskStep step, DeskEvent.SessionMetered e)
    {
        if (OpenSession(step, e.Session) is { } session)
        {
            step.Desk = step.Desk with { Session = session.Metered(e.Read) };
        }

        return null;
    }

    public static Refusal? Closed(DeskStep step, DeskEvent.SessionClosed e)
    {
        if (OpenSession(step, e.Session) is not { } session)
        {
            return null;
        }

        var wasInterrupted = session.State is not UsageSessionState.Closing && session.EndReason is null && IsInterruption(e.Reason);
        step.EndSession(session with
        {
            State = UsageSessionState.Closed,

            // The bridge's clock is known better later: what began can be dated late, and nothing ends before it began.
            EndedAt = Instant.Max(session.Within(e.At), session.StartedAt ?? session.AuthorisedAt),
            EndReason = session.EndReason ?? e.Reason,
            ReviewReason = session.ReviewReason ?? (e.Total == session.Total ? null : "total-does-not-match"),
        });

        if (wasInterrupted && step.Desk.Current is { State: ReservationState.Active } active && step.Now < active.Slot.End)
        {
            // The member did not want to stop: the slot stays theirs and they may check in again.
            return null;
        }

        step.CloseReservation(ReservationEvent.CheckOut, Instant.Min(session.Within(e.At), step.Now), wasUsed: session.StartedAt is not null);
        return null;
    }

    public static Refusal? JobMoved(DeskStep step, DeskEvent.JobMoved e)
    {
        if (step.Desk.Job is not { } job || job.Id != e.Job)
        {
            return null;
        }

        var moved = job.Moved(e.State, e.Reason);
        step.Desk = step.Desk with { Job = moved };
        if (!moved.IsOver || job.IsOver)
        {
            return null;
        }

        var endWasAskedFor = step.Desk.Session?.EndReason is not null;
        if (step.Desk.Policy.EndsWithJob || endWasAskedFor || step.Desk.IsOutOfOrder || step.Now >= step.Desk.Current?.Slot.End)
        {
            step.BeginClosing("job-ended");
            step.FreeRestOfSlot(Instant.Min(step.Desk.Session?.Within(e.At) ?? e.At, step.Now));
        }

        return null;
    }

    private static UsageSession? OpenSession(DeskStep step, UsageSessionId id) =>
        step.Desk.Session is { } session && session.Id == id ? session : null;

    private static bool IsInterruption(string reason) => reason is "lease-lost" or "lease-refused" or "bridge-restarted" or "fault";
}
