using Fablab.Bridge.Drivers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Runtime;

/// <summary>Makes drivers by their kind. A kind is registered once, with how its settings are checked and how it is made.</summary>
internal sealed class DriverFactory
{
    private readonly Dictionary<string, Registration<IJobController>> _jobControls = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Registration<IInterlock>> _interlocks = new(StringComparer.Ordinal);

    /// <param name="read">Binds and checks the settings, or throws with the problem, and gives what makes the driver.</param>
    public DriverFactory AddJobControl(string kind, Func<IConfigurationSection, Func<DriverContext, IJobController>> read)
    {
        _jobControls.Add(kind, new Registration<IJobController>(read));
        return this;
    }

    /// <inheritdoc cref="AddJobControl"/>
    /// <param name="opensByItself">Whether a device with these settings opens its relay when nobody renews; always, when not given.</param>
    public DriverFactory AddInterlock(
        string kind, Func<IConfigurationSection, Func<DriverContext, IInterlock>> read, Func<IConfigurationSection, bool>? opensByItself = null)
    {
        _interlocks.Add(kind, new Registration<IInterlock>(read, opensByItself));
        return this;
    }

    /// <summary>Without it nothing stops a hazard when this program dies. Of settings that <see cref="Check"/> found nothing wrong with.</summary>
    public bool OpensByItself(IConfigurationSection interlock) => _interlocks[Kind(interlock)].OpensByItself?.Invoke(interlock) ?? true;

    /// <returns>What is wrong with the settings of a machine's devices, each problem with its setting.</returns>
    public IEnumerable<string> Check(IConfigurationSection? jobControl, IConfigurationSection? interlock) =>
    [
        .. jobControl is null ? [] : Problems(_jobControls, jobControl),
        .. interlock is null ? [] : Problems(_interlocks, interlock),
    ];

    public IJobController MakeJobControl(IConfigurationSection settings, DriverContext context) => _jobControls[Kind(settings)].Read(settings)(context);

    public IInterlock MakeInterlock(IConfigurationSection settings, DriverContext context) => _interlocks[Kind(settings)].Read(settings)(context);

    private static IEnumerable<string> Problems<T>(Dictionary<string, Registration<T>> known, IConfigurationSection settings)
    {
        if (!known.TryGetValue(Kind(settings), out var registration))
        {
            return [$"{settings.Path}:Kind: '{Kind(settings)}' is unknown; there is {string.Join(", ", known.Keys.Order(StringComparer.Ordinal))}"];
        }

        try
        {
            _ = registration.Read(settings);
            return [];
        }
        catch (Exception e)
        {
            return [$"{settings.Path}: {e.Message}"];
        }
    }

    private static string Kind(IConfigurationSection settings) => settings["Kind"] ?? "";

    private sealed record Registration<T>(Func<IConfigurationSection, Func<DriverContext, T>> Read, Func<IConfigurationSection, bool>? OpensByItself = null);
}

/// <summary>What a driver may use of the bridge.</summary>
internal sealed record DriverContext(TimeProvider Clock, ILoggerFactory Logs, IBridgeWire Wire);
