using Fablab.Domain.Journals;
using Fablab.Domain.Machines;

namespace Fablab.Domain.Bridges;

/// <summary>What a bridge says of itself after every connect.</summary>
public sealed record BridgeHello
{
    public required Guid Bridge { get; init; }

    public required bool SpeaksOurProtocol { get; init; }

    public required Guid SpoolId { get; init; }

    public required long Epoch { get; init; }

    public required Guid BootId { get; init; }

    public required long MonotonicMilliseconds { get; init; }

    public required IReadOnlyList<HeldSpan> Held { get; init; }

    public required IReadOnlyList<SaidMachine> Machines { get; init; }
}

/// <summary>Records of one epoch that the bridge still has, and how far it was told that we have them.</summary>
public sealed record HeldSpan(long Epoch, long First, long AcknowledgedUpTo);

/// <summary>A machine as the bridge knows it.</summary>
public sealed record SaidMachine(string Code, HazardClass HazardClass);

/// <summary>A machine of the bridge as we know it.</summary>
public sealed record KnownMachine(MachineId Id, string Code, HazardClass HazardClass);

/// <summary>Why a hello is not answered.</summary>
public enum HelloDispute
{
    OtherProtocol,
    OtherBridgesSpool,
    CopiedSpool,
}

/// <summary>Whether a machine may get leases after its bridge's hello.</summary>
/// <param name="Reason">What contradicts; <see langword="null"/> when all is well.</param>
public sealed record MachineVerdict(KnownMachine Machine, string? Reason);

/// <summary>What to do with a hello. What changed is saved in one transaction; the answers leave after its commit.</summary>
/// <param name="Dispute"><see langword="null"/> when the hello is believed.</param>
/// <param name="Changed">Epochs to save.</param>
/// <param name="PutAside">Reasons to keep the hello for a person.</param>
/// <param name="Acknowledged">Marks to tell the bridge.</param>
/// <param name="AskedAgain">Marks behind which the bridge is asked to send again.</param>
public sealed record HelloDecision(
    HelloDispute? Dispute,
    IReadOnlyList<SpoolEpoch> Changed,
    IReadOnlyList<string> PutAside,
    IReadOnlyList<SpoolMark> Acknowledged,
    IReadOnlyList<SpoolMark> AskedAgain)
{
    /// <summary>
    /// Whether records of the spool must wait, because nobody knows which of two boots they are from; <see langword="null"/> when
    /// the hello says nothing about that, as another bridge's does.
    /// </summary>
    public bool? SpoolIsCopied => Dispute switch
    {
        null => false,
        HelloDispute.CopiedSpool => true,
        _ => null,
    };

    internal static HelloDecision Disputed(HelloDispute dispute, params string[] putAside) => new(dispute, [], putAside, [], []);
}

/// <summary>
/// Believes a hello or says why not: a spool belongs to one bridge, and an epoch to one boot, because two computers with copies
/// of one spool would each think that the numbers are theirs.
/// </summary>
public static class HelloRules
{
    /// <param name="known">All epochs known of the spool that the hello names.</param>
    public static HelloDecision Decide(BridgeHello hello, IReadOnlyList<SpoolEpoch> known, Instant now)
    {
        if (!hello.SpeaksOurProtocol)
        {
            return HelloDecision.Disputed(HelloDispute.OtherProtocol);
        }

        if (IsOfAnotherBridge(hello.Bridge, known))
        {
            return HelloDecision.Disputed(HelloDispute.OtherBridgesSpool, $"spool {hello.SpoolId} belongs to another bridge");
        }

        var epochs = known.ToDictionary(epoch => epoch.Mark.Epoch);
        var present = epochs.GetValueOrDefault(hello.Epoch) ?? SpoolEpoch.Unheard(hello.SpoolId, hello.Epoch, hello.Bridge);
        if (present.BootId is { } first && first != hello.BootId)
        {
            return HelloDecision.Disputed(
                HelloDispute.CopiedSpool, $"epoch {hello.Epoch} of the spool was already begun by another boot: the spool was copied");
        }

        epochs[hello.Epoch] = present.ReadClock(hello.MonotonicMilliseconds, now) with { BootId = hello.BootId };
        var gone = SkipForgottenHeads(hello, epochs);
        var held = hello.Held.Select(span => (span.AcknowledgedUpTo, Mark: MarkOf(hello, span.Epoch, epochs))).ToList();
        return new HelloDecision(
            null,
            epochs.Values.Except(known).ToList(),
            gone,
            held.Where(pair => pair.Mark.UpTo > 0).Select(pair => pair.Mark).ToList(),
            held.Where(pair => pair.AcknowledgedUpTo > pair.Mark.UpTo).Select(pair => pair.Mark).ToList());
    }

    /// <summary>A bridge that thinks a machine less dangerous than we do would keep it running without leases; nothing is energised on a misunderstanding.</summary>
    public static IReadOnlyList<MachineVerdict> Compare(BridgeHello hello, HelloDispute? dispute, IReadOnlyList<KnownMachine> ours) =>
        ours.Select(machine => new MachineVerdict(machine, Reason(dispute) ?? Difference(machine, hello))).ToList();

    /// <summary>The first to name a spool owns it, in every epoch of it.</summary>
    public static bool IsOfAnotherBridge(Guid bridge, IReadOnlyList<SpoolEpoch> known) => known.Any(epoch => epoch.Bridge != bridge);

    private static string? Reason(HelloDispute? dispute) => dispute switch
    {
        HelloDispute.OtherProtocol => "another protocol",
        HelloDispute.OtherBridgesSpool => "another bridge's spool",
        HelloDispute.CopiedSpool => "a copied spool",
        _ => null,
    };

    private static string? Difference(KnownMachine machine, BridgeHello hello) =>
        hello.Machines.FirstOrDefault(said => said.Code == machine.Code) is { } said && said.HazardClass != machine.HazardClass
            ? $"class {said.HazardClass} at the bridge and {machine.HazardClass} here"
            : null;

    private static SpoolMark MarkOf(BridgeHello hello, long epoch, Dictionary<long, SpoolEpoch> epochs) =>
        epochs.GetValueOrDefault(epoch)?.Mark ?? new SpoolMark(hello.SpoolId, epoch, 0, null);

    /// <summary>Records that the bridge acknowledged once and no longer has never come again: a person is told, and what is left is taken.</summary>
    private static List<string> SkipForgottenHeads(BridgeHello hello, Dictionary<long, SpoolEpoch> epochs)
    {
        var gone = new List<string>();
        foreach (var span in hello.Held)
        {
            var epoch = epochs.GetValueOrDefault(span.Epoch) ?? SpoolEpoch.Unheard(hello.SpoolId, span.Epoch, hello.Bridge);
            var first = epoch.Mark.UpTo + 1;
            if (span.First > first)
            {
                gone.Add($"records {first} to {span.First - 1} of epoch {span.Epoch} are gone from the bridge");
                epochs[span.Epoch] = epoch with { Mark = epoch.Mark with { UpTo = span.First - 1, LastHash = null } };
            }
        }

        return gone;
    }
}
