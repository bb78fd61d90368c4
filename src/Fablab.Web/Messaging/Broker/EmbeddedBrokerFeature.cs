using Fablab.Web.Hosting;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Messaging.Broker;

/// <summary>Hosts the broker in the web process.</summary>
internal static class EmbeddedBrokerFeature
{
    /// <summary>
    /// Adds the broker when <c>Broker:Embedded</c> is on; else only its settings are checked and nothing listens. An
    /// <see cref="IBrokerCredentials"/> and a <see cref="TimeProvider"/> must be registered as well.
    /// </summary>
    /// <param name="dataFolder">Where <c>retained.db</c> is kept.</param>
    public static void AddEmbeddedBroker(this IHostApplicationBuilder builder, Func<IServiceProvider, string> dataFolder)
    {
        builder.Services.AddSettings<BrokerOptions, BrokerOptionsValidator>(BrokerOptions.Section);
        builder.Services.AddSingleton<BrokerCounters>();
        if (!builder.Configuration.GetValue($"{BrokerOptions.Section}:{nameof(BrokerOptions.Embedded)}", defaultValue: true))
        {
            return;
        }

        builder.Services.AddSingleton<IRetainedMessageStore>(services => new RetainedMessageFile(
            Path.Combine(dataFolder(services), "retained.db"),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<RetainedMessageFile>>()));
        builder.Services.AddSingleton(services => new EmbeddedBroker(
            services.GetRequiredService<IOptions<BrokerOptions>>().Value,
            services.GetRequiredService<IBrokerCredentials>(),
            services.GetRequiredService<IRetainedMessageStore>(),
            services.GetRequiredService<BrokerCounters>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddHostedService(services => services.GetRequiredService<EmbeddedBroker>());
    }
}
