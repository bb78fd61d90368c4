using Fablab.Contracts;
using Fablab.Domain.Machines;
using Fablab.Domain.UsageSessions;
using Fablab.Simulation.Server;
using HazardClass = Fablab.Domain.Machines.HazardClass;

namespace Fablab.Simulation.Invariants;

/// <summary>I3 and I8: a grant goes to an open session of a member who may, is there, and whose time it is.</summary>
internal static class LeaseWatch
{
    public static void Granted(DatabaseState state, LeaseAnswer answer, Instant now)
    {
        var machine = state.Machines[answer.Machine];
        if (!state.Sessions.TryGetValue(answer.Session, out var session) || machine.Session?.Value != answer.Session
            || session.State is not (UsageSessionState.Authorised or UsageSessionState.Armed) || session.Generation != answer.Generation)
        {
            throw new InvariantBrokenException("I8", $"{answer.Machine} got a lease for a session that is not open");
        }

        if (machine.Policy.RequiresAuthorisation && state.Withdrawn.Contains((machine.Id.Value, session.Member.Value)))
        {
            throw new InvariantBrokenException("I8", $"{answer.Machine} got a lease for a member without authorisation");
        }

        if (session.FirstLeaseAt is null)
        {
            throw new InvariantBrokenException("I8", $"{answer.Machine} got its first lease and the session does not remember it");
        }

        if (machine.Policy.HazardClass is HazardClass.H)
        {
            var end = now + Duration.FromMilliseconds(answer.TtlMilliseconds);
            if (end > session.PresenceConfirmedAt + machine.Policy.PresenceLimit || end > state.Reservations[session.Reservation.Value].Slot.End)
            {
                throw new InvariantBrokenException("I3", $"{answer.Machine} got a lease beyond presence or slot");
            }
        }
    }
}
