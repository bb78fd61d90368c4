using Fablab.Contracts;
using Fablab.Mqtt;

namespace Fablab.Web.Messaging.Broker;

/// <summary>
/// Who may say and hear what. A bridge speaks under its own <c>up/</c> and commands its own devices; the web the reverse;
/// a device answers under its own name. The same rules go into the files for Mosquitto.
/// </summary>
internal static class BrokerAcl
{
    /// <summary>Filters of everything the principal may publish.</summary>
    public static IEnumerable<string> Publishes(BrokerPrincipal principal) => principal switch
    {
        ServerPrincipal => [$"{Topics.Prefix}/+/+/down/#"],
        BridgePrincipal bridge => [$"{Root(bridge)}/up/#", .. bridge.Devices.SelectMany(device => new[] { $"cmnd/{device}/#", $"shelly/{device}/rpc" })],
        DevicePrincipal device => [$"stat/{device.Topic}/#", $"tele/{device.Topic}/#", .. ShellySays(device.Topic)],
        _ => [],
    };

    /// <summary>Filters of everything the principal may receive.</summary>
    public static IEnumerable<string> Receives(BrokerPrincipal principal) => principal switch
    {
        ServerPrincipal => [Topics.AllUp],
        BridgePrincipal bridge => [$"{Root(bridge)}/down/#", .. bridge.Devices.SelectMany(device => new[] { $"stat/{device}/#", $"tele/{device}/#" }.Concat(ShellySays(device)))],
        DevicePrincipal device => [$"cmnd/{device.Topic}/#", $"shelly/{device.Topic}/rpc"],
        _ => [],
    };

    public static bool MayPublish(BrokerPrincipal principal, string topic) =>
        Publishes(principal).Any(allowed => MqttTopics.Matches(allowed, topic));

    public static bool MayReceive(BrokerPrincipal principal, string topic) =>
        Receives(principal).Any(allowed => MqttTopics.Matches(allowed, topic));

    /// <summary>Everything the filter names must be allowed: <c>#</c> is refused, not narrowed.</summary>
    public static bool MaySubscribe(BrokerPrincipal principal, string filter) =>
        Receives(principal).Any(allowed => MqttTopics.IsCovered(filter, allowed));

    /// <summary>
    /// Commands, lease traffic and journal traffic mean something only when they are sent. Kept by the broker they would
    /// come again at every reconnect, and a relay would switch.
    /// </summary>
    public static bool MayRetain(string topic) => !NeverRetained.Any(never => MqttTopics.Matches(never, topic));

    private static readonly string[] NeverRetained =
    [
        "cmnd/#",
        "shelly/+/rpc",
        $"{Topics.Prefix}/+/+/down/lease/#",
        $"{Topics.Prefix}/+/+/down/cmd/#",
        $"{Topics.Prefix}/+/+/down/journal-ack/#",
        $"{Topics.Prefix}/+/+/down/replay/#",
        $"{Topics.Prefix}/+/+/up/lease-req/#",
        $"{Topics.Prefix}/+/+/up/journal/#",
        $"{Topics.Prefix}/+/+/up/hello/#",
    ];

    /// <summary>A Shelly has one prefix for both ways; answers to the bridge go below <c>reply</c>.</summary>
    private static string[] ShellySays(string device) =>
        [$"shelly/{device}/online", $"shelly/{device}/events/#", $"shelly/{device}/status/#", $"shelly/{device}/reply/#"];

    private static string Root(BridgePrincipal bridge) => $"{Topics.Prefix}/{bridge.Site}/{bridge.Bridge}";
}
