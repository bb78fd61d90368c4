using Fablab.Contracts;
using Fablab.Domain;
using Fablab.Domain.Billing;
using Fablab.Domain.Bridges;
using Fablab.Domain.Desks;
using Fablab.Domain.Journals;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;

namespace Fablab.Simulation.Server;

/// <summary>
/// The real rules, and the few decisions of the glue around them, each in a method of its own so that a planted bug can
/// stand in its place.
/// </summary>
internal class ServerCores
{
    public virtual Result<DeskDecision> Handle(MachineDesk desk, DeskEvent happened, Instant now) => DeskRules.Handle(desk, happened, now);

    public virtual (LeaseDecision Decision, MachineDesk Desk) Answer(MachineDesk desk, LeaseWish wish, Instant now) => LeaseRules.Answer(desk, wish, now);

    public virtual IngestDecision Ingest(SpoolMark mark, IReadOnlyList<ArrivedRecord> batch, IReadOnlyDictionary<long, string> stored) =>
        JournalIngest.Decide(mark, batch, stored);

    public virtual IReadOnlyList<BookingProblem> Check(WantedBooking wanted, BookingFacts facts, Instant now) => BookingRules.Check(wanted, facts, now);

    public virtual bool IsClash(Reservation wanted, Reservation other) => wanted.Id != other.Id && wanted.Kept.Overlaps(other.Kept);

    /// <summary>The insert looks again, as the database's constraint does.</summary>
    public virtual bool GuardsInsert => true;

    /// <summary>The id is the booking's, so a repeat finds it there and gets the first one's answer.</summary>
    public virtual bool KnowsRepeats => true;

    public virtual bool IsNewer(ReportNumber arrived, ReportNumber? known) => arrived.IsNewerThan(known);

    public virtual HelloDecision Greet(BridgeHello hello, IReadOnlyList<SpoolEpoch> known, Instant now) => HelloRules.Decide(hello, known, now);

    public virtual RecordFate FateOf(bool isUnderstood, NamedSession? session) => RecordRules.Decide(isUnderstood, session);

    /// <summary>The bridge's clock as the newest record of a batch tells it.</summary>
    public virtual SpoolEpoch ReadClock(SpoolEpoch epoch, long monotonicMilliseconds, Instant now) => epoch.ReadClock(monotonicMilliseconds, now);

    /// <summary>The charge is keyed by its session, so a retry finds it there.</summary>
    public virtual ChargeId ChargeKey(UsageSession session) => new(session.Id.Value);

    /// <summary>Time-outs live in rows; nothing in the process's memory is needed to find them.</summary>
    public virtual bool ForgetsTimersOnRestart => false;

    public virtual bool AcknowledgesBeforeCommit => false;

    public virtual bool RatesRepeats => false;

    /// <summary>When a record's fact happened, given the bridge's stamp and the estimate from its monotonic clock.</summary>
    public virtual Instant HappenedAt(BridgeAddress bridge, JournalContent content, Instant estimated, Instant now) => estimated;

    /// <summary>A bridge said hello, and what time it is by its wall clock.</summary>
    public virtual void SaidHello(BridgeAddress bridge, Hello hello, Instant now)
    {
    }

    /// <summary>What is saved with a granted lease.</summary>
    public virtual MachineDesk SavedWithLease(MachineDesk before, MachineDesk answered) => answered;

    /// <summary>Under which epoch a batch is counted.</summary>
    public virtual long EpochOf(JournalBatch batch) => batch.Epoch;

    public virtual long AcknowledgeUpTo(SpoolMark mark, IReadOnlyList<ArrivedRecord> batch) => mark.UpTo;
}
