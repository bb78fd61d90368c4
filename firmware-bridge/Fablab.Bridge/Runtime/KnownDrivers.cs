using Fablab.Bridge.Drivers.Grbl;
using Fablab.Bridge.Drivers.Moonraker;
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
        .AddInterlock("shelly", ReadShelly)
        .AddInterlock("tasmota", ReadTasmota);

    private static Func<DriverContext, OctoPrintDriver> ReadOctoPrint(IConfigurationSection settings)
    {
        var options = settings.Get<OctoPrintOptions>() ?? new OctoPrintOptions();

        // Address is what every kind of device calls it.
        options.BaseAddress ??= settings.GetValue<Uri>("Address");
        var result = new OctoPrintOptionsValidator().Validate(settings.Path, options);
        if (result.Failed)
        {
            throw new OptionsValidationException(settings.Path, typeof(OctoPrintOptions), result.Failures);
        }

        return context => new OctoPrintDriver(options, context.Clock, context.Logs.CreateLogger<OctoPrintDriver>());
    }

    private static Func<DriverContext, GrblDriver> ReadGrbl(IConfigurationSection settings)
    {
        var options = settings.Get<GrblOptions>() ?? throw new ArgumentException("Address is missing.");
        options.Validate();
        return context => new GrblDriver(options, context.Clock, context.Logs.CreateLogger<GrblDriver>());
    }

    private static Func<DriverContext, MoonrakerDriver> ReadMoonraker(IConfigurationSection settings)
    {
        var options = settings.Get<MoonrakerOptions>() ?? new MoonrakerOptions();
        var result = new MoonrakerOptionsValidator().Validate(settings.Path, options);
        if (result.Failed)
        {
            throw new OptionsValidationException(settings.Path, typeof(MoonrakerOptions), result.Failures);
        }

        return context => new MoonrakerDriver(options, context.Clock, context.Logs.CreateLogger<MoonrakerDriver>());
    }

    private static Func<DriverContext, PrusaLinkDriver> ReadPrusaLink(IConfigurationSection settings)
    {
        var options = settings.Get<PrusaLinkOptions>() ?? new PrusaLinkOptions();
        var result = new PrusaLinkOptionsValidator().Validate(settings.Path, options);
        if (result.Failed)
        {
            throw new OptionsValidationException(settings.Path, typeof(PrusaLinkOptions), result.Failures);
        }

        return context => new PrusaLinkDriver(options, context.Clock, context.Logs.CreateLogger<PrusaLinkDriver>());
    }

    private static Func<DriverContext, ShellyRelayDriver> ReadShelly(IConfigurationSection settings)
    {
        var options = settings.Get<ShellyOptions>() ?? new ShellyOptions();
        var result = new ShellyOptionsValidator().Validate(settings.Path, options);
        if (result.Failed)
        {
            throw new OptionsValidationException(settings.Path, typeof(ShellyOptions), result.Failures);
        }

        return context => new ShellyRelayDriver(options, context.Wire, context.Clock, context.Logs.CreateLogger<ShellyRelayDriver>());
    }

    private static Func<DriverContext, TasmotaPlugDriver> ReadTasmota(IConfigurationSection settings)
    {
        var options = settings.Get<TasmotaOptions>() ?? new TasmotaOptions();
        var result = new TasmotaOptionsValidator().Validate(settings.Path, options);
        if (result.Failed)
        {
            throw new OptionsValidationException(settings.Path, typeof(TasmotaOptions), result.Failures);
        }

        return context => new TasmotaPlugDriver(options, context.Wire, context.Clock, context.Logs.CreateLogger<TasmotaPlugDriver>());
    }
}
