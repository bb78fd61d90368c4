using Fablab.Simulation.Bridges;
using Fablab.Simulation.Server;

namespace Fablab.Simulation.PlantedBugs;

/// <summary>A mistake put in the place of a core, from outside, to see that the simulation finds it.</summary>
internal sealed record PlantedBug(string Name, Func<ServerCores> Server, Func<BridgeCores> Bridge)
{
    public static readonly PlantedBug None = new("none", () => new ServerCores(), () => new BridgeCores());

    /// <summary>Each breaks one promise that the cores or the glue around them keep.</summary>
    public static readonly IReadOnlyList<PlantedBug> All =
    [
        OfServer<NoDedupe>("no dedupe"),
        OfServer<DedupeWithoutEpoch>("dedupe without epoch"),
        OfServer<AckBeforeCommit>("ack before commit"),
        OfServer<AckPastGap>("cumulative ack past a gap"),
        OfServer<RatingTwice>("rating twice on retry"),
        OfServer<ReportedOutOfOrder>("reported applied out of order"),
        OfServer<ReleaseBeforeOpen>("release frees before relay open"),
        OfServer<TimersInMemory>("hold timer lost on restart"),
        OfServer<OverlapWithTouching>("overlap with ≤"),
        OfServer<CheckWithoutConstraint>("check without constraint"),
        OfServer<BridgeClockBelieved>("bridge's wall clock believed"),
        OfServer<SkewOfLastHello>("skew of the last hello"),
        OfServer<ClockOfLastHello>("clock of the last hello"),
        OfServer<CloneUndetected>("spool clone undetected"),
        OfServer<RepeatUnknown>("repeat not recognised"),
        OfServer<BookedStaysTaken>("booked stays taken"),
        OfServer<OldGenerationGranted>("old generation granted"),
        OfServer<FirstLeaseForgotten>("first lease not saved"),
        OfServer<PresenceNotAsked>("presence not asked"),
        OfServer<RevocationIgnored>("revocation ignored"),
        OfServer<VersionNotRaised>("desired version not raised"),
        OfBridge<LeaseFromReceipt>("lease from receipt time"),
        OfBridge<LeaseByWallClock>("lease by wall clock"),
        OfBridge<NoLocalExpiry>("no local expiry"),
        OfBridge<NonceReuse>("nonce reuse accepted"),
        OfBridge<MacNotChecked>("MAC not checked"),
        OfBridge<OldDesiredApplied>("old desired applied"),
        OfBridge<DesiredAtOrAbove>("desired version compared with ≥"),
        OfBridge<OldLeaseHonoured>("retained or replayed old lease honoured"),
        OfBridge<BootsIntoPreviousState>("bridge boots into previous state"),
        OfBridge<IntentForgotten>("start without durable intent"),
        OfBridge<SendBeforeFsync>("send before fsync"),
        OfBridge<TornTail>("torn tail accepted"),
    ];

    private static PlantedBug OfServer<T>(string name)
        where T : ServerCores, new() => new(name, () => new T(), () => new BridgeCores());

    private static PlantedBug OfBridge<T>(string name)
        where T : BridgeCores, new() => new(name, () => new ServerCores(), () => new T());
}
