using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Runtime;

/// <summary>Adds bridges to a process.</summary>
public static class BridgeServices
{
    /// <summary>Adds one bridge with these settings; call it again for another. Wrong settings stop the start with the setting's name.</summary>
    /// <param name="services">The process's services.</param>
    /// <param name="settings">The section that <see cref="BridgeOptions"/> describes. It is read at the start.</param>
    public static IServiceCollection AddBridge(this IServiceCollection services, IConfiguration settings) => services.AddBridge(_ => settings);

    /// <summary>Adds one bridge whose settings are known only when the process starts, such as the ports of simulated machines.</summary>
    public static IServiceCollection AddBridge(this IServiceCollection services, Func<IServiceProvider, IConfiguration> settings)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IHostedService>(provider => new BridgeService(
            settings(provider), KnownDrivers.Create(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        return services;
    }
}
