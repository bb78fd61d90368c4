using Fablab.Contracts;
using Fablab.Domain.UsageSessions;
using Fablab.Simulation.Machines;
using Fablab.Simulation.Server;
using Fablab.Simulation.World;

namespace Fablab.Simulation.Invariants;

/// <summary>
/// Watches the contacts themselves. I2 and I4: closed only under a lease that was granted to this boot, counted from the moment
/// it was asked for. I5: nobody else's session opens while one is closed. I7: a stop works within seconds. I11: metered is
/// what the contact shows.
/// </summary>
internal sealed class RelayWatch(VirtualWorld world, IReadOnlyList<Workplace> workplaces)
{
    /// <summary>Noticing takes a tick of a second, switching an answer of the plug, perhaps behind the answer to a renewal.</summary>
    private const long StopTime = 3_000;

    /// <summary>With a dead bridge or a lost link the plug opens by its own timer, which may be five percent slow.</summary>
    private const long DeadManTime = 14_000;

    private readonly SortedDictionary<string, RelayTruth> truths = Truths(workplaces);

    public void LeaseAsked(LeaseRequest request, NodeClock clock)
    {
        if (truths.TryGetValue(request.Machine, out var truth))
        {
            Count(truth);
            truth.Clock = clock;
            truth.Serving = request.Session;
            truth.Asked[request.Nonce] = world.Milliseconds;
        }
    }

    public void LeaseGranted(LeaseAnswer answer)
    {
        if (truths.TryGetValue(answer.Machine, out var truth) && truth.Asked.TryGetValue(answer.Nonce, out var askedAt))
        {
            // The bridge's clock may run five percent slow, so its fifteen seconds may be nearly sixteen.
            truth.CoveredUntil = Math.Max(truth.CoveredUntil, askedAt + NodeClock.TrueDelay(answer.TtlMilliseconds, truth.Clock!.DriftPerMillion));
            CheckWhenOver(truth);
        }
    }

    /// <summary>A boot begins without any lease, whatever was granted before.</summary>
    public void BridgeBooted(string machine)
    {
        if (truths.TryGetValue(machine, out var truth))
        {
            truth.Asked.Clear();
            truth.CoveredUntil = Math.Min(truth.CoveredUntil, world.Milliseconds);
            truth.StopReceivedAt = null;
            truth.DiskFullSince = null;
            CheckWhenOver(truth);
        }
    }

    public void BridgeDied(string machine)
    {
        if (truths.TryGetValue(machine, out var truth))
        {
            truth.TroubleAt = world.Milliseconds;
            SlackOf(truth).Crashes++;
            SlackOf(truth).Unwritten += truth.DiskFullSince is { } since ? world.Milliseconds - since : 0;
            truth.DiskFullSince = null;
        }
    }

    /// <summary>With a full disk no checkpoint is written, so a crash costs all since then.</summary>
    public void DiskFull(string machine, bool isFull)
    {
        if (truths.TryGetValue(machine, out var truth))
        {
            truth.DiskFullSince = isFull ? truth.DiskFullSince ?? world.Milliseconds : null;
        }
    }

    public void Trouble(string machine)
    {
        if (truths.TryGetValue(machine, out var truth))
        {
            truth.TroubleAt = world.Milliseconds;
            SlackOf(truth).Troubles++;
        }
    }

    public void DesiredReceived(DesiredTwin twin)
    {
        if (!truths.TryGetValue(twin.Machine, out var truth) || twin.Version <= truth.HighestDesired)
        {
            return;
        }

        truth.HighestDesired = twin.Version;
        truth.StopReceivedAt = twin.Mode is MachineMode.InSession ? null : world.Milliseconds;
        if (truth.StopReceivedAt is { } received)
        {
            world.After(StopTime, () => CheckStop(truth, received));
            world.After(DeadManTime, () => CheckStop(truth, received));
        }
    }

    public void Moved(string machine)
    {
        var truth = truths[machine];
        Count(truth);
        truth.WasClosed = truth.Relay.IsClosed;
        if (truth.Relay.IsClosed)
        {
            SlackOf(truth).Cycles++;
            CheckWhenOver(truth);
        }
    }

    public void Committed(DatabaseState before, ServerTransaction transaction)
    {
        foreach (var id in transaction.WrittenSessions)
        {
            var session = transaction.State.Sessions[id];
            if (truths.Values.FirstOrDefault(truth => truth.Workplace.Machine == session.Machine) is not { } truth)
            {
                continue;
            }

            if (!before.Sessions.ContainsKey(id) && truth.Relay is { IsClosed: true, IsWelded: false })
            {
                throw new InvariantBrokenException("I5", $"{truth.Workplace.Code} is given to the next session while its relay is still closed");
            }

            if (session.State is UsageSessionState.Closed)
            {
                CheckMetered(truth, session);
            }
        }
    }

    private void CheckWhenOver(RelayTruth truth)
    {
        if (truth.Relay.IsClosed)
        {
            world.After(truth.CoveredUntil + StopTime - world.Milliseconds, () => CheckCovered(truth));
            world.After(truth.CoveredUntil + DeadManTime - world.Milliseconds, () => CheckCovered(truth));
        }
    }

    private void CheckCovered(RelayTruth truth)
    {
        var over = world.Milliseconds - truth.CoveredUntil;
        if (over >= AllowedTime(truth) && truth.Relay is { IsClosed: true, IsWelded: false } && !WorksAlone(truth))
        {
            throw new InvariantBrokenException("I2", $"the relay of {truth.Workplace.Code} is closed {over} ms after its last lease");
        }
    }

    private void CheckStop(RelayTruth truth, long received)
    {
        if (truth.StopReceivedAt == received && world.Milliseconds - received >= AllowedTime(truth) && truth.Relay is { IsClosed: true, IsWelded: false })
        {
            throw new InvariantBrokenException("I7", $"the relay of {truth.Workplace.Code} is closed {world.Milliseconds - received} ms after a stop was received");
        }
    }

    private long AllowedTime(RelayTruth truth) =>
        truth.TroubleAt is { } at && world.Milliseconds - at <= DeadManTime + 2_000 ? DeadManTime : StopTime;

    /// <summary>Low risk is not cut off in the middle of somebody's work; once it pauses, the relay opens.</summary>
    private bool WorksAlone(RelayTruth truth)
    {
        if (truth.Workplace.Policy.HazardClass is not Fablab.Domain.Machines.HazardClass.L
            || world.Milliseconds - truth.Relay.LastWorkedAt > 40_000)
        {
            return false;
        }

        world.After(StopTime, () => CheckCovered(truth));
        return true;
    }

    /// <summary>Adds the time since the last look to the session that is being served, by the bridge's own clock.</summary>
    private void Count(RelayTruth truth)
    {
        if (truth.WasClosed && truth.Clock is { } clock)
        {
            SlackOf(truth).ClosedMilliseconds += clock.MonotonicMilliseconds - clock.MonotonicAt(truth.CountedAt);
        }

        truth.CountedAt = world.Milliseconds;
    }

    private static RelaySession SlackOf(RelayTruth truth)
    {
        if (!truth.Sessions.TryGetValue(truth.Serving, out var session))
        {
            truth.Sessions[truth.Serving] = session = new RelaySession();
        }

        return session;
    }

    private void CheckMetered(RelayTruth truth, UsageSession session)
    {
        Count(truth);
        if (!truth.Sessions.TryGetValue(session.Id.Value, out var seen))
        {
            seen = new RelaySession();
        }

        var metered = (long)session.Total.TotalMilliseconds;
        var above = metered - seen.ClosedMilliseconds;
        if (above > seen.AllowedAbove)
        {
            throw new InvariantBrokenException("I11", $"{truth.Workplace.Code} metered {metered} ms, its relay was closed {seen.ClosedMilliseconds} ms, {seen.Crashes} crashes, {seen.Troubles} troubles");
        }

        if (-above > seen.AllowedBelow && !truth.Relay.IsWelded && !truth.Relay.WasEverWelded)
        {
            throw new InvariantBrokenException("I11", $"{truth.Workplace.Code} metered only {metered} ms, its relay was closed {seen.ClosedMilliseconds} ms, {seen.Crashes} crashes, {seen.Troubles} troubles");
        }
    }

    private static SortedDictionary<string, RelayTruth> Truths(IReadOnlyList<Workplace> workplaces)
    {
        var truths = new SortedDictionary<string, RelayTruth>(StringComparer.Ordinal);
        foreach (var workplace in workplaces)
        {
            if (workplace.Relay is { } relay)
            {
                truths[workplace.Code] = new RelayTruth { Workplace = workplace, Relay = relay };
            }
        }

        return truths;
    }

    private sealed class RelayTruth
    {
        public required Workplace Workplace { get; init; }

        public required SimulatedRelay Relay { get; init; }

        public NodeClock? Clock { get; set; }

        public Guid Serving { get; set; }

        public Dictionary<string, long> Asked { get; } = [];

        public Dictionary<Guid, RelaySession> Sessions { get; } = [];

        public long CoveredUntil { get; set; }

        public long? TroubleAt { get; set; }

        public long? StopReceivedAt { get; set; }

        public long HighestDesired { get; set; }

        public long? DiskFullSince { get; set; }

        public bool WasClosed { get; set; }

        public long CountedAt { get; set; }
    }

    /// <summary>What the contact did while one session was served.</summary>
    private sealed class RelaySession
    {
        public long ClosedMilliseconds { get; set; }

        public int Cycles { get; set; }

        public int Crashes { get; set; }

        public int Troubles { get; set; }

        public long Unwritten { get; set; }

        /// <summary>A second a crash, and the time that switching and its answer take.</summary>
        public long AllowedAbove => 1_500 + (1_000 * (Cycles + Crashes + Troubles));

        /// <summary>A second a crash, and what the plug stays closed by its dead-man timer while nobody can know.</summary>
        public long AllowedBelow => 1_500 + (1_500 * Cycles) + (DeadManTime * (Crashes + Troubles)) + (1_000 * Crashes) + (Unwritten * 106 / 100);
    }
}
