using Fablab.Bridge.Drivers.EspHome;
using Fablab.Bridge.Drivers.Grbl;
using Fablab.Bridge.Drivers.Moonraker;
using Fablab.Bridge.Drivers.Mqtt;
using Fablab.Bridge.Drivers.OctoPrint;
using Fablab.Bridge.Drivers.PrusaLink;
using Fablab.Bridge.Drivers.Shelly;
using Fablab.Bridge.Drivers.Tasmota;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fablab.Bridge.Runtime;

/// <summary>The kinds of devices that a setting may name.</summary>
internal static class KnownDrivers
{
    public static DriverFactory Create() => new DriverFactory()
        .AddJobControl("octoprint", ReadOctoPrint)
        .AddJobControl("grbl", ReadGrbl)
        .AddJobControl("moonraker", ReadMoonraker)
        .AddJobControl("prusalink", ReadPrusaLink)
        .AddInterlock("esphome", ReadEspHome)
        .AddInterlock("mqtt", ReadMqtt, settings => settings.GetValue<int>(nameof(MqttRelayOptions.SwitchesOffAfterSeconds)) > 0)
        .AddInterlock("shelly", ReadShelly)
        .AddInterlock("tasmota", ReadTasmota);

    private static Func<DriverContext, OctoPrintDriver> ReadOctoPrint(IConfigurationSection settings)
    {
        var options = Read(settings, new OctoPrintOptionsValidator());
        return context => new OctoPrintDriver(options, context.Clock, context.Logs.CreateLogger<OctoPrintDriver>());
    }

    private static Func<DriverContext, GrblDriver> ReadGrbl(IConfigurationSection settings)
    {
        var options = settings.Get<GrblOptions>() ?? throw new ArgumentException("Address is missing.");
        options.Validate();
        _ = GrblLinks.To(options, TimeProvider.System);
        return context => new GrblDriver(options, context.Clock, context.Logs.CreateLogger<GrblDriver>());
    }

    private static Func<DriverContext, MqttRelayDriver> ReadEspHome(IConfigurationSection settings)
    {
        var options = Read(settings, new EspHomeOptionsValidator());
        return context => new MqttRelayDriver(options.Topic, options.ToMqtt(), context.Wire, context.Clock, context.Logs.CreateLogger<MqttRelayDriver>());
    }

    private static Func<DriverContext, MqttRelayDriver> ReadMqtt(IConfigurationSection settings)
    {
        var options = Read(settings, new MqttRelayOptionsValidator());
        return context => new MqttRelayDriver(options.CommandTopic, options, context.Wire, context.Clock, context.Logs.CreateLogger<MqttRelayDriver>());
    }

    private static Func<DriverContext, MoonrakerDriver> ReadMoonraker(IConfigurationSection settings)
    {
        var options = Read(settings, new MoonrakerOptionsValidator());
        return context => new MoonrakerDriver(options, context.Clock, context.Logs.CreateLogger<MoonrakerDriver>());
    }

    private static Func<DriverContext, PrusaLinkDriver> ReadPrusaLink(IConfigurationSection settings)
    {
        var options = Read(settings, new PrusaLinkOptionsValidator());
        return context => new PrusaLinkDriver(options, context.Clock, context.Logs.CreateLogger<PrusaLinkDriver>());
    }

    private static Func<DriverContext, ShellyRelayDriver> ReadShelly(IConfigurationSection settings)
    {
        var options = Read(settings, new ShellyOptionsValidator());
        return context => new ShellyRelayDriver(options, context.Wire, context.Clock, context.Logs.CreateLogger<ShellyRelayDriver>());
    }

    private static Func<DriverContext, TasmotaPlugDriver> ReadTasmota(IConfigurationSection settings)
    {
        var options = Read(settings, new TasmotaOptionsValidator());
        return context => new TasmotaPlugDriver(options, context.Wire, context.Clock, context.Logs.CreateLogger<TasmotaPlugDriver>());
    }

    private static T Read<T>(IConfigurationSection settings, IValidateOptions<T> validator)
        where T : class, new()
    {
        var options = settings.Get<T>() ?? new T();
        var result = validator.Validate(settings.Path, options);
        return result.Failed ? throw new OptionsValidationException(settings.Path, typeof(T), result.Failures) : options;
    }
}
