using Microsoft.Extensions.Configuration.Json;

namespace Fablab.Web.Hosting;

/// <summary>A section of the settings that somebody reads.</summary>
internal sealed record KnownSection(string Name);

/// <summary>
/// Stops the start when a settings file has a section that nobody reads: most likely it is misspelt, and its values would be
/// ignored in silence. Environment variables are not looked at, since a machine has many that are not ours.
/// </summary>
internal sealed class UnknownSettings(IConfiguration configuration, IEnumerable<KnownSection> known) : IHostedLifecycleService
{
    private static readonly string[] OfTheFramework = ["AllowedHosts", "ConnectionStrings", "Kestrel", "Logging", "Urls"];

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var names = known.Select(section => section.Name.Split(':')[0]).Concat(OfTheFramework).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var files = ((IConfigurationRoot)configuration).Providers.OfType<JsonConfigurationProvider>();
        foreach (var (name, file) in files.SelectMany(file => file.GetChildKeys([], null).Select(name => (name, file.Source.Path))))
        {
            if (!names.Contains(name))
            {
                throw new StartRefusedException(
                    $"The setting '{name}' in {file} is none of ours. Known are {string.Join(", ", names.Order(StringComparer.OrdinalIgnoreCase))}.");
            }
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
