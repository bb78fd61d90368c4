namespace Fablab.Contracts;

/// <summary>Every topic between web and bridges; <c>docs/protocol.md</c> says what travels on each.</summary>
public static class Topics
{
    public const string Prefix = "fablab/v1";

    public static string Hello(BridgeAddress bridge) => $"{bridge.Root}/up/hello";

    public static string Online(BridgeAddress bridge) => $"{bridge.Root}/up/online";

    public static string Reported(BridgeAddress bridge, string machine) => $"{bridge.Root}/up/reported/{Checked(machine)}";

    public static string Journal(BridgeAddress bridge) => $"{bridge.Root}/up/journal";

    public static string LeaseRequest(BridgeAddress bridge, string machine) => $"{bridge.Root}/up/lease-req/{Checked(machine)}";

    public static string Desired(BridgeAddress bridge, string machine) => $"{bridge.Root}/down/desired/{Checked(machine)}";

    public static string LeaseAnswer(BridgeAddress bridge, string machine) => $"{bridge.Root}/down/lease/{Checked(machine)}";

    public static string JournalAck(BridgeAddress bridge) => $"{bridge.Root}/down/journal-ack";

    public static string Replay(BridgeAddress bridge) => $"{bridge.Root}/down/replay";

    /// <summary>What a bridge subscribes to.</summary>
    public static string AllDown(BridgeAddress bridge) => $"{bridge.Root}/down/#";

    /// <summary>What the web subscribes to.</summary>
    public const string AllUp = $"{Prefix}/+/+/up/#";

    private static string Checked(string machine) => Codes.IsValid(machine)
        ? machine
        : throw new ArgumentException($"'{machine}' is no machine code: use a-z, 0-9 and single hyphens, at most {Codes.MaxLength}.", nameof(machine));
}
