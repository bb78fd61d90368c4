using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fablab.MachineSimulator.OctoPrint;

/// <summary>
/// A pretend 3D printer behind a pretend OctoPrint 1.11.8, with its own listener on the loopback address. It keeps
/// printing whoever comes and goes; only <see cref="DisposeAsync"/> ends it.
/// </summary>
public sealed partial class SimulatedOctoPrint : ISimulatedMachine
{
    /// <summary>How often due things are looked at when nobody asks.</summary>
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(100);

    private readonly SimulatedMachineOptions _options;
    private readonly ILogger _log;
    private readonly TimeProvider _clock;
    private readonly PrinterHost _printer;
    private readonly PushSocket _push;
    private readonly WebApplication _app;
    private ITimer? _ticker;
    private volatile bool _answersHttp = true;

    public SimulatedOctoPrint(SimulatedMachineOptions options, TimeProvider clock, ILogger<SimulatedOctoPrint> log)
    {
        (_options, _clock, _log) = (options, clock, log);
        var settings = new PrinterSettings { User = options.User, Speed = options.Speed, StartsConnected = options.StartsConnected };
        _printer = new PrinterHost(new PrinterMachine(settings, clock.GetUtcNow()), clock);
        var access = new OctoPrintAccess(options.User, options.ApiKey, clock);
        _push = new PushSocket(_printer, access, clock);
        _app = Build(access);
    }

    public string Code => _options.Code;

    /// <summary><c>http://127.0.0.1:port</c>, known once started.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The latest events, oldest first.</summary>
    public IReadOnlyList<PrinterEvent> Events => _printer.Events;

    /// <summary>OctoPrint's state text now, such as <c>Printing</c> or <c>Offline after error</c>.</summary>
    public string StateText => _printer.Do(machine => machine.StateText);

    public IReadOnlyList<string> Injections { get; } =
        ["lose-serial", "firmware-error", "silence", "answer-again", "cancel", "pause", "resume", "reset", "power-off", "power-on", "http-down", "http-up"];

    public async Task StartAsync(CancellationToken ct)
    {
        Address = await LoopbackSite.StartAsync(_app, ct);
        _ticker = _clock.CreateTimer(_ => Tick(), null, TickInterval, TickInterval);
    }

    /// <summary>What happens at the printer itself, or to it; see <see cref="Injections"/>.</summary>
    /// <returns><see langword="false"/> when there is no such injection.</returns>
    public bool Inject(string injection)
    {
        Action<PrinterMachine>? action = injection switch
        {
            "lose-serial" => machine => machine.LoseSerial(),
            "firmware-error" => machine => machine.FailFirmware(),
            "silence" => machine => machine.FallSilent(),
            "answer-again" => machine => machine.AnswerAgain(),
            "cancel" => machine => machine.CancelAtPrinter(),
            "pause" => machine => machine.PauseAtPrinter(),
            "resume" => machine => machine.ResumeAtPrinter(),
            "reset" => machine => machine.Reset(),
            "power-off" => machine => machine.SetPower(false),
            "power-on" => machine => machine.SetPower(true),
            "http-down" => _ => SetHttp(false),
            "http-up" => _ => SetHttp(true),
            _ => null,
        };
        if (action is null)
        {
            return false;
        }

        LogInjected(Code, injection);
        _printer.Do(action);
        return true;
    }

    public IEnumerable<string> Tell()
    {
        _printer.Do(_ => { });
        return Events
            .Where(happened => happened.Type is "PrintStarted" or "PrintDone" or "PrintFailed" or "PrintCancelled")
            .Select(happened => $"{happened.Type} {happened.Payload?["name"]} {happened.Payload?["time"]}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_ticker is not null)
        {
            await _ticker.DisposeAsync();
        }

        _push.CloseAll();
        await _app.DisposeAsync();
    }

    private void SetHttp(bool answers)
    {
        _answersHttp = answers;
        if (!answers)
        {
            _push.CloseAll();
        }
    }

    private void Tick()
    {
        try
        {
            _push.Tick();
        }
        catch (Exception e)
        {
            LogTickFailed(e, Code);
        }
    }

    private WebApplication Build(OctoPrintAccess access)
    {
        var builder = LoopbackSite.CreateBuilder(_options.Port);
        builder.Services.Configure<Microsoft.AspNetCore.Routing.RouteOptions>(routes =>
            routes.SetParameterPolicy<Microsoft.AspNetCore.Routing.Constraints.RegexInlineRouteConstraint>("regex"));

        var app = builder.Build();
        app.Use(GuardAsync);
        app.Use((http, next) => CheckKeyAsync(http, next, access));
        app.UseWebSockets();
        app.UseRouting();
        new OctoPrintApi(_printer, access).Map(app);
        new OctoPrintFilesApi(_printer).Map(app);
        _push.Map(app);
        app.MapSimulatedMachine(this);
        return app;
    }

    private async Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        if (!_answersHttp && !http.Request.Path.StartsWithSegments("/simulator"))
        {
            http.Abort();
            return;
        }

        try
        {
            await next(http);
        }
        catch (Exception e) when (e is not OperationCanceledException and not Microsoft.AspNetCore.Http.BadHttpRequestException)
        {
            LogRequestFailed(e, Code, http.Request.Method, http.Request.Path);
            throw;
        }

        if (!http.Response.HasStarted && http.Response.StatusCode is StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed)
        {
            var isMissing = http.Response.StatusCode == StatusCodes.Status404NotFound;
            await http.RefuseAsync(http.Response.StatusCode, isMissing ? OctoPrintHttp.NotFound : OctoPrintHttp.MethodNotAllowed);
        }
    }

    private static Task CheckKeyAsync(HttpContext http, RequestDelegate next, OctoPrintAccess access)
    {
        var path = http.Request.Path;
        var isOpen = path == "/api/currentuser" || path == "/api/login" || !(path.StartsWithSegments("/api") || path.StartsWithSegments("/downloads"));
        return isOpen || access.HasKey(http.Request)
            ? next(http)
            : http.RefuseAsync(StatusCodes.Status403Forbidden, OctoPrintHttp.Forbidden);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Machine}: {Injection} was injected")]
    private partial void LogInjected(string machine, string injection);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Machine}: {Method} {Path} failed")]
    private partial void LogRequestFailed(Exception e, string machine, string method, string path);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Machine}: telling the listeners failed")]
    private partial void LogTickFailed(Exception e, string machine);
}
