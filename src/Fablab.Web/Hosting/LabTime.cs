using Microsoft.Extensions.DependencyInjection.Extensions;
using NodaTime;

namespace Fablab.Web.Hosting;

internal static class LabTime
{
    /// <summary>The one clock and the time zones.</summary>
    public static void AddLabTime(this IHostApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<LabClock>();
        builder.Services.AddSingleton(DateTimeZoneProviders.Tzdb);
    }
}
