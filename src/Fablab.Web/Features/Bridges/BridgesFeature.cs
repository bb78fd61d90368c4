using Fablab.Web.Features.Bridges.Keeping;
using Fablab.Web.Features.Bridges.Pairing;
using Fablab.Web.Features.Pairing;
using Fablab.Web.Hosting;

namespace Fablab.Web.Features.Bridges;

/// <summary>The programs beside the machines: how they come in, what they are told then, and how they are shut out.</summary>
internal static class BridgesFeature
{
    public static void AddBridges(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<PairingOptions, PairingOptionsValidator>(PairingOptions.Section);
        services.AddSingleton<BridgeDoors>();
        services.AddSingleton<BrokerForBridges>();
        services.AddScoped<KeepBridges>();
        services.AddScoped<KeepBridgeDevices>();
        services.AddScoped<BridgesPageModel>();
        services.AddScoped<PairBridge>();
    }

    public static void MapBridges(this RouteGroupBuilder api)
    {
        api.MapBridgeKeeping();
        api.MapBridgePairing();
    }
}
