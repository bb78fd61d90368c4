using Fablab.Web.Hosting;
using Fablab.Web.Messaging;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Fablab.Web.Demo;

internal static class DemoFeature
{
    public static void AddDemo(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<DemoOptions>(DemoOptions.Section);
        services.TryAddSingleton<BridgeKeys>();
        services.AddScoped<DemoLab>();
        services.AddScoped<BridgeFiles>();
        services.AddHostedService<DemoStart>();
    }
}
