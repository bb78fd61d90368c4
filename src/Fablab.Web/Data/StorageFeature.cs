using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Data;

internal static class StorageFeature
{
    /// <summary>The database, its start, and the data folder.</summary>
    public static void AddStorage(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<StorageOptions, StorageOptionsValidator>(StorageOptions.Section);
        services.AddSingleton<DataFolder>();
        services.AddSingleton<FablabDbFactory>();
        services.AddSingleton<IDbContextFactory<FablabDb>>(provider => provider.GetRequiredService<FablabDbFactory>());
        services.AddScoped(provider => provider.GetRequiredService<FablabDbFactory>().CreateDbContext());
        services.AddSingleton<StorageStart>();
        services.AddHostedService(provider => provider.GetRequiredService<StorageStart>());
    }
}
