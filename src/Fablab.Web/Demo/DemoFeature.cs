using System.Security.Cryptography;
using Fablab.Bridge.Runtime;
using Fablab.MachineSimulator;
using Fablab.Web.Features.Members.FirstAdministrator;
using Fablab.Web.Hosting;
using Fablab.Web.Messaging;
using Fablab.Web.Messaging.Broker;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Fablab.Web.Demo;

internal static class DemoFeature
{
    /// <summary>The demo's people and places, and, where the settings say so, its machines and bridges in this very process.</summary>
    public static void AddDemo(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<DemoOptions, DemoOptionsValidator>(DemoOptions.Section);
        services.TryAddSingleton<BridgeKeys>();
        services.AddScoped<DemoLab>();
        services.AddScoped<DemoPresence>();
        services.AddScoped<BridgeFiles>();
        services.AddHostedService<DemoStart>();

        // After the demo: only an installation that stays empty asks for its first administrator.
        services.AddHostedService(provider => provider.GetRequiredService<FirstAdministratorCode>());
    }

    /// <summary>Call it last: machines and bridges start when broker and web are there.</summary>
    public static void AddDemoMachines(this IHostApplicationBuilder builder)
    {
        var demo = builder.Configuration.GetSection(DemoOptions.Section).Get<DemoOptions>() ?? new DemoOptions();
        if (!demo.IsEnabledIn(builder.Environment))
        {
            return;
        }

        var services = builder.Services;
        var password = demo.DevicePassword ?? Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        services.AddSingleton(new GuestDevices(password));
        if (demo.HostsMachines)
        {
            var broker = builder.Configuration.GetSection(BrokerOptions.Section).Get<BrokerOptions>() ?? new BrokerOptions();
            var messaging = builder.Configuration.GetSection(MessagingOptions.Section).Get<MessagingOptions>() ?? new MessagingOptions();
            var (host, port) = broker.Embedded ? (broker.Address, broker.Port) : (messaging.Host, messaging.Port);
            services.AddMachineSimulator(simulator =>
            {
                foreach (var machine in DemoMachines.All(demo, host, port, password))
                {
                    simulator.Machines.Add(machine);
                }
            });
        }

        if (demo.HostsBridges)
        {
            services.AddSingleton<DemoBridges>();
            services.AddHostedService(provider => provider.GetRequiredService<DemoBridges>());
            foreach (var code in DemoBridges.Codes)
            {
                services.AddBridge(provider => provider.GetRequiredService<DemoBridges>().Of(code));
            }
        }
    }
}
