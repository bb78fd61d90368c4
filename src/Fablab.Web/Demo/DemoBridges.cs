using Fablab.Bridge.Runtime;

namespace Fablab.Web.Demo;

/// <summary>
/// Settings of the bridges inside this process. The bridges are made before there is a database, so their settings are filled
/// in when the demo has written them, just before the bridges start.
/// </summary>
internal sealed class DemoBridges(IServiceScopeFactory scopes) : IHostedService
{
    public static readonly string[] Codes = [DemoIds.AtelierBridge, DemoIds.CampusBridge];

    private readonly Dictionary<string, ConfigurationManager> settings = Codes.ToDictionary(code => code, _ => new ConfigurationManager());

    public IConfiguration Of(string bridge) => settings[bridge].GetSection(BridgeOptions.Section);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        using var scope = scopes.CreateScope();
        var files = scope.ServiceProvider.GetRequiredService<BridgeFiles>();
        foreach (var (code, configuration) in settings)
        {
            configuration.AddJsonFile(files.PathOf(code), optional: false);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
