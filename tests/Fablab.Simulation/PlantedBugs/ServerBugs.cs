using Fablab.Contracts;
using Fablab.Domain;
using Fablab.Domain.Billing;
using Fablab.Domain.Bridges;
using Fablab.Domain.Desks;
using Fablab.Domain.Journals;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;
using Fablab.Simulation.Server;

namespace Fablab.Simulation.PlantedBugs;

/// <summary>Takes every record that follows on, known or not.</summary>
internal sealed class NoDedupe : ServerCores
{
    public override IngestDecision Ingest(SpoolMark mark, IReadOnlyList<ArrivedRecord> batch, IReadOnlyDictionary<long, string> stored)
    {
        var decision = base.Ingest(mark, batch, stored);
        var repeats = batch.Where(record => record.Sequence <= mark.UpTo);
        return decision with { Accepted = [.. repeats, .. decision.Accepted] };
    }
}

/// <summary>After a reboot the numbers begin at 1 again and look like old ones.</summary>
internal sealed class DedupeWithoutEpoch : ServerCores
{
    public override long EpochOf(JournalBatch batch) => 0;
}

internal sealed class AckBeforeCommit : ServerCores
{
    public override bool AcknowledgesBeforeCommit => true;
}

internal sealed class AckPastGap : ServerCores
{
    public override long AcknowledgeUpTo(SpoolMark mark, IReadOnlyList<ArrivedRecord> batch) => Math.Max(mark.UpTo, batch.Max(record => record.Sequence));
}

internal sealed class RatingTwice : ServerCores
{
    private long charges;

    public override bool RatesRepeats => true;

    public override ChargeId ChargeKey(UsageSession session) => new(new Guid((int)++charges, 0, 0, new byte[8]));
}

internal sealed class ReportedOutOfOrder : ServerCores
{
    public override bool IsNewer(ReportNumber arrived, ReportNumber? known) => true;
}

/// <summary>Ends the session as soon as it should close, without waiting for the bridge's last word.</summary>
internal sealed class ReleaseBeforeOpen : ServerCores
{
    public override Result<DeskDecision> Handle(MachineDesk desk, DeskEvent happened, Instant now)
    {
        var first = base.Handle(desk, happened, now);
        if (!first.TryGet(out var decision, out _) || decision.Desk.Session is not { State: UsageSessionState.Closing } closing
            || !base.Handle(decision.Desk, new DeskEvent.SessionClosed(closing.Id, now, closing.Total, "ended"), now).TryGet(out var closed, out _))
        {
            return first;
        }

        return new DeskDecision(closed.Desk, [.. decision.Effects, .. closed.Effects]);
    }
}

internal sealed class TimersInMemory : ServerCores
{
    public override bool ForgetsTimersOnRestart => true;
}

internal sealed class OverlapWithTouching : ServerCores
{
    public override bool IsClash(Reservation wanted, Reservation other) =>
        wanted.Id != other.Id && wanted.Kept.Start <= other.Kept.End && other.Kept.Start <= wanted.Kept.End;
}

/// <summary>Looks whether the slot is free, and inserts later without looking again.</summary>
internal sealed class CheckWithoutConstraint : ServerCores
{
    public override bool GuardsInsert => false;
}

internal sealed class BridgeClockBelieved : ServerCores
{
    public override Instant HappenedAt(BridgeAddress bridge, JournalContent content, Instant estimated, Instant now) => Instant.FromDateTimeOffset(content.At);
}

/// <summary>Corrects the bridge's stamps by how far its clock was off at the last hello, though it may have been set since.</summary>
internal sealed class SkewOfLastHello : ServerCores
{
    private readonly Dictionary<BridgeAddress, Duration> skews = [];

    public override void SaidHello(BridgeAddress bridge, Hello hello, Instant now) => skews[bridge] = Instant.FromDateTimeOffset(hello.At) - now;

    public override Instant HappenedAt(BridgeAddress bridge, JournalContent content, Instant estimated, Instant now) =>
        Instant.Min(now, Instant.FromDateTimeOffset(content.At) - skews.GetValueOrDefault(bridge));
}

internal sealed class FirstLeaseForgotten : ServerCores
{
    public override MachineDesk SavedWithLease(MachineDesk before, MachineDesk answered) => before;
}

internal sealed class PresenceNotAsked : ServerCores
{
    public override (LeaseDecision Decision, MachineDesk Desk) Answer(MachineDesk desk, LeaseWish wish, Instant now) =>
        base.Answer(desk with { Policy = desk.Policy with { PresenceLimit = Duration.FromDays(1) } }, wish, now);
}

internal sealed class RevocationIgnored : ServerCores
{
    public override (LeaseDecision Decision, MachineDesk Desk) Answer(MachineDesk desk, LeaseWish wish, Instant now)
    {
        var (decision, answered) = base.Answer(desk with { IsAuthorised = true }, wish, now);
        return (decision, answered with { IsAuthorised = desk.IsAuthorised });
    }
}

/// <summary>Says something new under an old number.</summary>
internal sealed class VersionNotRaised : ServerCores
{
    public override Result<DeskDecision> Handle(MachineDesk desk, DeskEvent happened, Instant now)
    {
        var first = base.Handle(desk, happened, now);
        return first.TryGet(out var decision, out _) && decision.Desk.Desired.Mode is DeskMode.Available
            ? decision with { Desk = decision.Desk with { Desired = decision.Desk.Desired with { Version = desk.Desired.Version } } }
            : first;
    }
}

/// <summary>The clock of a boot is what its last hello said, however long that was under way.</summary>
internal sealed class ClockOfLastHello : ServerCores
{
    public override HelloDecision Greet(BridgeHello hello, IReadOnlyList<SpoolEpoch> known, Instant now)
    {
        var decision = base.Greet(hello, known, now);
        return decision with
        {
            Changed = decision.Changed
                .Select(epoch => epoch.Mark.Epoch == hello.Epoch ? epoch with { Clock = new BridgeClock(hello.MonotonicMilliseconds, now) } : epoch).ToList(),
        };
    }

    public override SpoolEpoch ReadClock(SpoolEpoch epoch, long monotonicMilliseconds, Instant now) =>
        epoch.Clock is null ? base.ReadClock(epoch, monotonicMilliseconds, now) : epoch;
}

/// <summary>Any boot may go on with an epoch.</summary>
internal sealed class CloneUndetected : ServerCores
{
    public override HelloDecision Greet(BridgeHello hello, IReadOnlyList<SpoolEpoch> known, Instant now) =>
        base.Greet(hello, known.Select(epoch => epoch with { BootId = null }).ToList(), now);
}

/// <summary>Whoever asks for the machine gets the lease of its present session.</summary>
internal sealed class OldGenerationGranted : ServerCores
{
    public override (LeaseDecision Decision, MachineDesk Desk) Answer(MachineDesk desk, LeaseWish wish, Instant now) =>
        base.Answer(desk, desk.Session is { } session ? wish with { Session = session.Id, Generation = session.Generation } : wish, now);
}

/// <summary>A repeated booking is a second one, and in the way of itself.</summary>
internal sealed class RepeatUnknown : ServerCores
{
    public override bool KnowsRepeats => false;

    public override bool IsClash(Reservation wanted, Reservation other) => wanted.Kept.Overlaps(other.Kept);
}

/// <summary>What was booked stays taken, though it was given back early.</summary>
internal sealed class BookedStaysTaken : ServerCores
{
    public override bool IsClash(Reservation wanted, Reservation other) => wanted.Id != other.Id && wanted.Kept.Overlaps(other.BookedSlot);
}
