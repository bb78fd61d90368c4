using System.Runtime.CompilerServices;

namespace Fablab.Contracts.Tests;

/// <summary>One example of every message, the same that <c>docs/protocol.md</c> shows.</summary>
internal static class ProtocolExamples
{
    public static readonly Guid Session = Guid.Parse("019353a4-6c00-7abc-8def-0123456789ab");
    public static readonly Guid Job = Guid.Parse("019353a4-5800-7123-9456-abcdef012345");
    public static readonly Guid Spool = Guid.Parse("5b0f2a52-8f0e-4a53-9d5c-2f6a0f1f7a11");
    public static readonly Guid Boot = Guid.Parse("c2f1a7de-0b8e-4f0e-8a44-7d3c7f5a9e21");
    public static readonly DateTimeOffset At = new(2026, 11, 23, 9, 30, 15, TimeSpan.Zero);

    private const string Digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    public static readonly DesiredTwin DesiredInSession = new()
    {
        Version = 42,
        Machine = "prusa-1",
        Mode = MachineMode.InSession,
        Session = new DesiredSession { Id = Session, Generation = 7, Until = At.AddHours(2) },
        Job = new DesiredJob
        {
            Id = Job,
            Sha256 = Digest,
            Bytes = 116_688,
            Path = $"/bridge/v1/jobs/{Job}",
            EstimateMilliseconds = 250_000,
            Wish = JobWish.Run,
            NotBefore = At.AddMinutes(-1),
        },
    };

    public static readonly DesiredTwin DesiredAvailable = new() { Version = 43, Machine = "prusa-1", Mode = MachineMode.Available };

    public static readonly ReportedTwin Reported = new()
    {
        Machine = "prusa-1",
        Version = 118,
        Epoch = 3,
        DesiredVersion = 42,
        At = At,
        Mode = MachineMode.InSession,
        Link = ReportedLink.Up,
        Activity = ReportedActivity.Running,
        Relay = RelayState.Closed,
        Session = new ReportedSession
        {
            Id = Session,
            Generation = 7,
            TotalMilliseconds = 95_000,
            ActiveMilliseconds = 81_500,
            WattHours = 3.25,
            FilamentMillimetres = 91.5,
        },
        Job = new ReportedJob { Id = Job, State = JobState.Running, Progress = 0.325, ElapsedMilliseconds = 81_500, LeftMilliseconds = 168_500 },
        LeaseLeftMilliseconds = 11_200,
        Message = "Printing",
        Temperatures = new Dictionary<string, ReportedTemperature> { ["bed"] = new(59.8, 60), ["tool0"] = new(214.6, 215) },
        Watts = 121.5,
        Simulated = true,
    };

    public static readonly LeaseRequest LeaseRequest = new()
    {
        Nonce = "3-17", Machine = "prusa-1", Session = Session, Generation = 7, Job = Job,
    };

    public static readonly LeaseAnswer LeaseGranted = new()
    {
        Nonce = "3-17",
        Machine = "prusa-1",
        Session = Session,
        Generation = 7,
        Granted = true,
        TtlMilliseconds = 15_000,
        Job = new LeasedJob { Id = Job, Sha256 = Digest, RunMilliseconds = 2_175_000 },
    };

    public static readonly LeaseAnswer LeaseRefused = new()
    {
        Nonce = "3-18", Machine = "laser-1", Session = Session, Generation = 7, Granted = false, TtlMilliseconds = 0, Refusal = "presence-needed",
    };

    public static readonly Hello Hello = new()
    {
        ProtocolMin = 1,
        ProtocolMax = Contracts.Hello.ProtocolVersion,
        BridgeVersion = "1.0.0",
        SpoolId = Spool,
        Epoch = 3,
        BootId = Boot,
        At = At,
        MonotonicMilliseconds = 12,
        Held = [new HeldRecords(2, 40, 96, 96), new HeldRecords(3, 1, 12, 8)],
        Machines =
        [
            new HelloMachine { Machine = "prusa-1", HazardClass = HazardClass.R, HasInterlock = true, HasJobControl = true, HasMeter = true, Simulated = true },
            new HelloMachine { Machine = "laser-1", HazardClass = HazardClass.H, HasInterlock = true, HasJobControl = false, HasMeter = true },
        ],
    };

    public static readonly Online Online = new() { Epoch = 3, BootId = Boot, Up = true };

    public static readonly JournalContent MeterContent = new()
    {
        Machine = "prusa-1",
        At = At,
        MonotonicMilliseconds = 8_123_456,
        Meter = new MeterReported
        {
            Session = Session,
            Generation = 7,
            State = MeterState.Active,
            Source = MeterSource.Controller,
            DeltaMilliseconds = 15_000,
            TotalMilliseconds = 95_000,
            ActiveMilliseconds = 81_500,
            WattSeconds = 11_700,
            FilamentMillimetres = 91.5,
            ControllerJobMilliseconds = 81_000,
        },
    };

    public static readonly JournalContent SessionContent = new()
    {
        Machine = "prusa-1",
        At = At,
        MonotonicMilliseconds = 8_123_456,
        Session = new SessionReported { Session = Session, Generation = 7, Turn = SessionTurn.Closed, Reason = "ended", TotalMilliseconds = 95_000 },
    };

    public static readonly JournalContent JobContent = new()
    {
        Machine = "prusa-1",
        At = At,
        MonotonicMilliseconds = 8_123_456,
        Job = new JobReported
        {
            Job = Job, Session = Session, State = JobState.Succeeded, ControllerJobMilliseconds = 248_300, FilamentMillimetres = 280.16,
        },
    };

    public static readonly JournalContent SafetyContent = new()
    {
        Machine = "laser-1",
        At = At,
        MonotonicMilliseconds = 8_123_456,
        Safety = new SafetyReported { Event = "relay-welded", Detail = "Reads closed 2 s after it was told to open." },
    };

    public static readonly JournalBatch Batch = new()
    {
        SpoolId = Spool,
        Epoch = 1,
        Records = Chained(Spool, 1, MeterContent, SessionContent),
    };

    public static readonly JournalAck Ack = new() { SpoolId = Spool, Epoch = 3, UpTo = 12 };

    public static readonly ReplayRequest Replay = new() { SpoolId = Spool, Epoch = 3, FromSequence = 9 };

    /// <summary>Where the examples lie, seen from this source file.</summary>
    public static string PathOf(string name, [CallerFilePath] string source = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "../../docs/protocol/examples", name));

    private static List<JournalRecord> Chained(Guid spool, long epoch, params JournalContent[] contents)
    {
        var records = new List<JournalRecord>();
        var previous = JournalHash.Start;
        foreach (var content in contents)
        {
            var text = ContractsJson.WriteText(content);
            var hash = JournalHash.Of(previous, spool, epoch, records.Count + 1, text);
            records.Add(new JournalRecord(records.Count + 1, text, previous, hash));
            previous = hash;
        }

        return records;
    }
}
