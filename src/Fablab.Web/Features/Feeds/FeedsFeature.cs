using Fablab.Web.Features.Feeds.Inviting;
using Fablab.Web.Features.Notices.Mailing;

namespace Fablab.Web.Features.Feeds;

internal static class FeedsFeature
{
    public static void AddFeeds(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddScoped<Feeds>();
        services.AddScoped<ReadFeed>();
        services.AddScoped<FeedPageModel>();
        services.AddSingleton<CalendarSweep>();
        services.AddScoped<KeepCalendars>();
        services.AddScoped<CalendarInvitations>();
        foreach (var code in CalendarInvitations.Codes)
        {
            services.AddKeyedScoped<IMailActs, CalendarInvitations>(code);
        }
    }
}
