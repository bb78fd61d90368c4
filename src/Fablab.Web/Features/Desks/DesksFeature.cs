namespace Fablab.Web.Features.Desks;

internal static class DesksFeature
{
    public static void AddDesks(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddScoped<DeskStore>();
        services.AddScoped<DeskWork>();
        services.AddScoped<UseDesk>();
        services.AddScoped<OutageNotices>();
        services.AddSingleton<DeskNews>();
        services.AddSingleton<DeskSweep>();
        services.AddSingleton<OutageSweep>();
    }
}
