using System.Collections.Immutable;
using System.Text;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;
using Fablab.Simulation.Bridges;
using Fablab.Simulation.Broker;
using Fablab.Simulation.World;

namespace Fablab.Simulation.PlantedBugs;

/// <summary>A late answer gives a full lease, from when it came.</summary>
internal sealed class LeaseFromReceipt : BridgeCores
{
    public override (SupervisorState State, IReadOnlyList<SupervisorEffect> Effects) Step(SupervisorState state, SupervisorEvent happened, BridgeNow now)
    {
        if (happened is SupervisorEvent.LeaseAnswered && state.Leasing.Asked is { } asked)
        {
            state = state with { Leasing = state.Leasing with { Asked = asked with { At = now.MonotonicMilliseconds } } };
        }

        return base.Step(state, happened, now);
    }
}

internal sealed class LeaseByWallClock : BridgeCores
{
    public override BridgeNow Now(NodeClock clock) => new(clock.Wall.ToUnixTimeMilliseconds(), clock.Wall);

    public override (SupervisorState State, IReadOnlyList<SupervisorEffect> Effects) Step(SupervisorState state, SupervisorEvent happened, BridgeNow now) =>
        happened is SupervisorEvent.ClockJumped ? (state, []) : base.Step(state, happened, now);
}

internal sealed class NoLocalExpiry : BridgeCores
{
    public override (SupervisorState State, IReadOnlyList<SupervisorEffect> Effects) Step(SupervisorState state, SupervisorEvent happened, BridgeNow now)
    {
        if (state.Leasing.Lease is { } lease)
        {
            state = state with { Leasing = state.Leasing with { Lease = lease with { EndsAt = long.MaxValue } } };
        }

        return base.Step(state, happened, now);
    }
}

/// <summary>Any grant will do, also one that was used or was meant for another question.</summary>
internal sealed class NonceReuse : BridgeCores
{
    public override (SupervisorState State, IReadOnlyList<SupervisorEffect> Effects) Step(SupervisorState state, SupervisorEvent happened, BridgeNow now)
    {
        if (happened is SupervisorEvent.LeaseAnswered { Answer: var answer })
        {
            var asked = state.Leasing.Asked ?? new AskedLease(answer.Nonce, now.MonotonicMilliseconds, null);
            state = state with { Leasing = state.Leasing with { Asked = asked } };
            happened = new SupervisorEvent.LeaseAnswered(answer with { Nonce = asked.Nonce });
        }

        return base.Step(state, happened, now);
    }
}

internal sealed class MacNotChecked : BridgeCores
{
    public override LeaseAnswer? Open(byte[] key, Frame frame)
    {
        var body = Encoding.UTF8.GetString(frame.Payload).Split('.')[0];
        return ContractsJson.TryRead<LeaseAnswer>(System.Buffers.Text.Base64Url.DecodeFromChars(body), out var answer, out _) ? answer : null;
    }
}

/// <summary>The last twin to arrive wins, whatever its version.</summary>
internal sealed class OldDesiredApplied : BridgeCores
{
    public override (SupervisorState State, IReadOnlyList<SupervisorEffect> Effects) Step(SupervisorState state, SupervisorEvent happened, BridgeNow now)
    {
        if (happened is SupervisorEvent.DesiredReceived { Twin: var twin } && state.Memory.Desired?.Version > twin.Version)
        {
            state = state with { Memory = state.Memory with { Desired = null } };
        }

        return base.Step(state, happened, now);
    }
}

/// <summary>A version is followed again whenever it comes.</summary>
internal sealed class DesiredAtOrAbove : BridgeCores
{
    public override (SupervisorState State, IReadOnlyList<SupervisorEffect> Effects) Step(SupervisorState state, SupervisorEvent happened, BridgeNow now)
    {
        if (happened is SupervisorEvent.DesiredReceived { Twin: var twin } && state.Memory.Desired?.Version == twin.Version)
        {
            state = state with { Memory = state.Memory with { Desired = null } };
        }

        return base.Step(state, happened, now);
    }
}

/// <summary>A signature is all that counts: a grant that the broker kept or somebody replays is good for whatever is served now.</summary>
internal sealed class OldLeaseHonoured : BridgeCores
{
    public override LeaseAnswer? Open(byte[] key, Frame frame) => base.Open(key, frame with { IsRetained = false });

    public override (SupervisorState State, IReadOnlyList<SupervisorEffect> Effects) Step(SupervisorState state, SupervisorEvent happened, BridgeNow now)
    {
        if (happened is SupervisorEvent.LeaseAnswered { Answer: { Granted: true } answer } && state.Memory.Session is { } session)
        {
            var asked = state.Leasing.Asked ?? new AskedLease(answer.Nonce, now.MonotonicMilliseconds, null);
            state = state with { Leasing = state.Leasing with { Asked = asked } };
            happened = new SupervisorEvent.LeaseAnswered(answer with { Nonce = asked.Nonce, Session = session.Id, Generation = session.Generation });
        }

        return base.Step(state, happened, now);
    }
}

/// <summary>Goes on where it was: session, relay and a lease that it takes for granted.</summary>
internal sealed class BootsIntoPreviousState : BridgeCores
{
    public override (SupervisorState State, IReadOnlyList<SupervisorEffect> Effects) Step(SupervisorState state, SupervisorEvent happened, BridgeNow now)
    {
        if (happened is SupervisorEvent.Booted { Memory.Session: { ClosingReason: null, WasArmed: true } session } booted)
        {
            var (unarmed, effects) = base.Step(state, booted with { Memory = booted.Memory with { Session = session with { WasArmed = false } } }, now);
            return (unarmed with
            {
                Memory = unarmed.Memory with { Session = unarmed.Memory.Session! with { WasArmed = true, IsUnlockAsked = true } },
                Leasing = unarmed.Leasing with { Lease = new HeldLease(now.MonotonicMilliseconds + 600_000, null), AskAgainAt = now.MonotonicMilliseconds + 600_000 },
            }, effects);
        }

        return base.Step(state, happened, now);
    }
}

/// <summary>The start leaves and nothing remembers it; after a crash it is asked for again.</summary>
internal sealed class IntentForgotten : BridgeCores
{
    public override (SupervisorState State, IReadOnlyList<SupervisorEffect> Effects) Step(SupervisorState state, SupervisorEvent happened, BridgeNow now)
    {
        if (happened is SupervisorEvent.Booted booted)
        {
            var forgotten = booted.Runs.Select(run => run with { State = JobState.Accepted, WasSeenRunning = false }).ToImmutableArray();
            happened = booted with { Runs = forgotten };
        }

        return base.Step(state, happened, now);
    }
}

internal sealed class SendBeforeFsync : BridgeCores
{
    public override DiskFlaw DiskFlaw => DiskFlaw.SaysSavedTooEarly;
}

internal sealed class TornTail : BridgeCores
{
    public override DiskFlaw DiskFlaw => DiskFlaw.AcceptsTornTail;
}
