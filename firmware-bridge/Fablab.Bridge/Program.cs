using Fablab.Bridge.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);
var defaults = new JsonConfigurationSource { Path = Path.Combine(AppContext.BaseDirectory, "bridge.defaults.json"), Optional = true };
defaults.ResolveFileProvider();
((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, defaults);

// The file that the web wrote for this bridge. What stands on the command line or in the environment still wins.
if (ValueOf("--settings") is { } file)
{
    if (!File.Exists(file))
    {
        await Console.Error.WriteLineAsync($"There are no settings at {Path.GetFullPath(file)}.");
        return 1;
    }

    builder.Configuration.AddJsonFile(Path.GetFullPath(file)).AddEnvironmentVariables().AddCommandLine(args);
}

var settings = builder.Configuration.GetSection(BridgeOptions.Section);
var dataFolder = settings[nameof(BridgeOptions.DataFolder)] ?? new BridgeOptions().DataFolder;
if (Array.IndexOf(args, "--pair") is >= 0 and var pair)
{
    return await PairAsync(args.ElementAtOrDefault(pair + 1), args.ElementAtOrDefault(pair + 2));
}

// What pairing gave goes before what somebody wrote into a file long ago.
if (File.Exists(BridgePairing.FileIn(dataFolder)))
{
    builder.Configuration.AddJsonFile(Path.GetFullPath(BridgePairing.FileIn(dataFolder))).AddEnvironmentVariables().AddCommandLine(args);
}

if (args.Contains("--check"))
{
    return BridgeTools.Check(dataFolder, Console.Out);
}

if (ValueOf("--clear-fault") is { } machine)
{
    return BridgeTools.ClearFault(dataFolder, machine, TimeProvider.System, Console.Out);
}

builder.Services.AddBridge(settings);
try
{
    await builder.Build().RunAsync();
    return 0;
}
catch (Exception e) when (e is BridgeSettingsException or IOException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}

string? ValueOf(string option) => Array.IndexOf(args, option) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;

async Task<int> PairAsync(string? server, string? code)
{
    if (server is null || code is null)
    {
        Console.WriteLine("Say where and with which code: --pair https://lab.example K7RM-X2CD-9QTP");
        return 1;
    }

    try
    {
        var authority = ValueOf("--authority");
        using var handler = WebAuthority.Handler(authority);
        return await BridgePairing.PairAsync(server, code, dataFolder, handler, authority, args.Contains("--allow-http"), Console.Out, CancellationToken.None);
    }
    catch (IOException e)
    {
        await Console.Error.WriteLineAsync(e.Message);
        return 1;
    }
}
