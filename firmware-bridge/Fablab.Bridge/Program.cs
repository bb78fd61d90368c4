using Fablab.Bridge.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

var builder = Host.CreateApplicationBuilder(args);

// The file that the web wrote for this bridge. What stands on the command line or in the environment still wins.
if (builder.Configuration["settings"] is { } file)
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

if (args.Contains("--check"))
{
    return BridgeTools.Check(dataFolder, Console.Out);
}

if (Array.IndexOf(args, "--clear-fault") is >= 0 and var at && at + 1 < args.Length)
{
    return BridgeTools.ClearFault(dataFolder, args[at + 1], TimeProvider.System, Console.Out);
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
