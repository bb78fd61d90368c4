using System.Text.Json.Nodes;
using Fablab.Contracts;
using Fablab.Web.Messaging.Broker;

namespace Fablab.Scenarios.Tests.Lab;

/// <summary>Who may enter Mosquitto.</summary>
internal sealed record MosquittoAccount(string User, string Password, BrokerPrincipal Principal)
{
    public const string WebUser = "fablab-server";

    private static readonly Dictionary<string, string> PlugOf = new() { ["atelier-bridge"] = "plug-cnc-1", ["campus-bridge"] = "plug-laser-1" };

    public static MosquittoAccount OfWeb(string password) => new(WebUser, password, new ServerPrincipal());

    /// <summary>A bridge and its plug, by the settings that the web wrote for the bridge.</summary>
    public static IEnumerable<MosquittoAccount> OfBridge(JsonNode settings, string devicePassword)
    {
        var (site, bridge) = ((string)settings["Site"]!, (string)settings["Id"]!);
        var plug = PlugOf[bridge];
        yield return new MosquittoAccount(bridge, BridgeKey.Parse((string)settings["Key"]!).MqttPassword, new BridgePrincipal(site, bridge, [plug]));
        yield return new MosquittoAccount(plug, devicePassword, new DevicePrincipal(plug, bridge));
    }
}

/// <summary>Mosquitto with the accounts and rules that Fablab writes for it.</summary>
internal static class MosquittoProcess
{
    private static readonly string[] Places = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto"];

    public static bool IsInstalled => Places.Any(File.Exists);

    public static async Task<LabProcess> CreateAsync(string folder, int port, IReadOnlyList<MosquittoAccount> accounts)
    {
        await MosquittoAcl.WriteAsync(
            folder,
            [.. accounts.Select(account => new BrokerAccount(account.User, account.Principal, MosquittoPassword.Hash(account.Password)))],
            CancellationToken.None);
        var main = Path.Combine(folder, "main.conf");

        // Started by root it would become its own user, who cannot read files of ours.
        var user = Environment.UserName == "root" ? "user root" : "";
        await File.WriteAllTextAsync(main, $"""
            {user}
            persistence_location {folder}/
            listener {port} 127.0.0.1
            {MosquittoAcl.OfEachListener}
            {await File.ReadAllTextAsync(Path.Combine(folder, MosquittoAcl.ConfigFile))}

            """);
        return LabProcess.Of("mosquitto", Places.First(File.Exists), folder, new Dictionary<string, string>(), "-c", main);
    }
}
