using Fablab.Web.Features.Presence.AtKiosks;
using Fablab.Web.Features.Presence.Closing;
using Fablab.Web.Features.Presence.Identifying;
using Fablab.Web.Features.Presence.Kiosks;
using Fablab.Web.Features.Presence.Labelling;
using Fablab.Web.Features.Presence.Starting;
using Fablab.Web.Features.Presence.Visiting;
using Fablab.Web.Features.Presence.Watching;
using Fablab.Web.Hosting;

namespace Fablab.Web.Features.Presence;

/// <summary>Who is in a site: visits, the kiosks that tell them, and what depends on somebody being there.</summary>
internal static class PresenceFeature
{
    public static void AddPresence(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<PresenceOptions, PresenceOptionsValidator>(PresenceOptions.Section);
        services.AddScoped<Entrance>();
        services.AddScoped<SiteHours>();
        services.AddScoped<StartPresence>();
        services.AddScoped<KeepVisits>();
        services.AddScoped<TellPresence>();
        services.AddScoped<ReadPresence>();
        services.AddScoped<PresenceScreen>();
        services.AddSingleton<VisitSweep>();
        services.AddScoped<CurrentKiosk>();
        services.AddScoped<KioskGate>();
        services.AddScoped<KeepKiosks>();
        services.AddScoped<PairKiosk>();
        services.AddScoped<KiosksPageModel>();
        services.AddScoped<IdentifyAtKiosk>();
        services.AddScoped<CountGuesses>();
        services.AddScoped<ChooseKioskPin>();
        services.AddScoped<TapAtDoor>();
        services.AddScoped<PersonAtKiosk>();
        services.AddScoped<KioskScreen>();
    }

    public static void MapPresence(this RouteGroupBuilder api)
    {
        api.MapPresenceWatching();
        api.MapKiosks();
    }

    public static void MapPresenceAndKioskPages(this IEndpointRouteBuilder pages)
    {
        pages.MapPresencePages();
        pages.MapKioskStaffPages();
        pages.MapKioskPages();
        pages.MapLabelPages();
    }
}
