using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Fablab.MachineSimulator;

/// <summary>Puts pretend machines into a host: the web process for the one-box demo, or the simulator's own.</summary>
public static class MachineSimulatorRegistration
{
    /// <param name="services">The host's services.</param>
    /// <param name="section">The section named <see cref="MachineSimulatorOptions.SectionName"/>.</param>
    public static IServiceCollection AddMachineSimulator(this IServiceCollection services, IConfiguration section)
    {
        services.Configure<MachineSimulatorOptions>(section);
        return services.AddSimulatedLab();
    }

    public static IServiceCollection AddMachineSimulator(this IServiceCollection services, Action<MachineSimulatorOptions> configure)
    {
        services.Configure(configure);
        return services.AddSimulatedLab();
    }

    private static IServiceCollection AddSimulatedLab(this IServiceCollection services)
    {
        services.AddOptions<MachineSimulatorOptions>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<MachineSimulatorOptions>, MachineSimulatorOptionsAnnotations>();
        services.AddSingleton<IValidateOptions<MachineSimulatorOptions>, MachineSimulatorOptionsRules>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<SimulatedLab>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<SimulatedLab>());
        return services;
    }
}
