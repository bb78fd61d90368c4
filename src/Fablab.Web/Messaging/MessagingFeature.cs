using Fablab.Web.Data;
using Fablab.Web.Features.LiveBoard;
using Fablab.Web.Hosting;
using Fablab.Web.Messaging.Broker;
using Fablab.Web.Messaging.Journals;
using Fablab.Web.Messaging.Leases;
using Fablab.Web.Messaging.Twins;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Fablab.Web.Messaging;

internal static class MessagingFeature
{
    /// <summary>The broker (embedded or not) and the web's side of the talk with the bridges.</summary>
    public static void AddMessaging(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<MessagingOptions, MessagingOptionsValidator>(MessagingOptions.Section);
        services.AddSingleton<MachineDirectory>();
        services.TryAddSingleton<BridgeKeys>();
        services.AddSingleton<BrokerAccounts>();
        services.AddSingleton<IBrokerCredentials>(provider => provider.GetRequiredService<BrokerAccounts>());
        services.AddSingleton<BrokerWay>();
        services.AddSingleton<LiveBoard>();
        services.AddSingleton<BridgeDisputes>();
        services.AddSingleton<BridgeInbox>();
        services.AddScoped<BridgeGreeting>();
        services.AddScoped<JournalInbox>();
        services.AddScoped<LeaseDesk>();
        services.AddScoped<DesiredTwins>();
        builder.AddEmbeddedBroker(provider => provider.GetRequiredService<DataFolder>().Root);
        services.AddSingleton<MosquittoFiles>();
        services.AddHostedService(provider => provider.GetRequiredService<MosquittoFiles>());
        services.AddSingleton<BrokerSession>();
        services.AddHostedService(provider => provider.GetRequiredService<BrokerSession>());
    }
}
