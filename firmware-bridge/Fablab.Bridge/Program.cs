using Fablab.Bridge.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);
var defaults = new JsonConfigurationSource { Path = Path.Combine(AppContext.BaseDirectory, "bridge.defaults.json"), Optional = true };
defaults.ResolveFileProvider();
((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, defaults);
if (ValueOf("--settings") is { } file)
{
    builder.Configuration.AddJsonFile(Path.GetFullPath(file), optional: false);
}

var settings = builder.Configuration.GetSection(BridgeOptions.Section);
var dataFolder = settings[nameof(BridgeOptions.DataFolder)] ?? new BridgeOptions().DataFolder;
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
