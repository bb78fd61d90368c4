using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fablab.MachineSimulator.Moonraker;

/// <summary>
/// A pretend 3D printer with Klipper behind a pretend Moonraker (API 1.5.0), with its own listener on the loopback address. It
/// keeps printing whoever comes and goes.
/// </summary>
public sealed partial class SimulatedMoonraker : ISimulatedMachine
{
    /// <summary>Klipper tells subscribers of changes four times a second.</summary>
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(250);

    private readonly SimulatedMachineOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly KlipperMachine _machine;
    private readonly MoonrakerSocket _socket;
    private readonly WebApplication _app;
    private ITimer? _ticker;
    private volatile bool _answers = true;

    public SimulatedMoonraker(SimulatedMachineOptions options, TimeProvider clock, ILogger<SimulatedMoonraker> log)
    {
        (_options, _clock, _log) = (options, clock, log);
        _machine = new KlipperMachine(options.Speed, clock.GetUtcNow());
        _socket = new MoonrakerSocket(Do, clock);
        _app = Build();
    }

    public string Code => _options.Code;

    /// <summary><c>http://127.0.0.1:port</c>, known once started.</summary>
    public string Address { get; private set; } = "";

    public IReadOnlyList<string> Injections { get; } =
    [
        "shutdown", "firmware-restart", "gcode-error", "cancel", "pause", "resume", "drop-socket", "http-down", "http-up", "moonraker-restart",
        "slow-macros", "fast-macros", "no-history", "stuck-pause",
    ];

    /// <summary><c>print_stats.state</c> now.</summary>
    public string JobState => Do(machine => machine.JobState);

    /// <summary>Names of the calls that came, oldest first.</summary>
    public IReadOnlyList<string> Calls => Do(_ => _socket.Calls.ToArray());

    public IReadOnlyCollection<string> FileNames => Do(machine => machine.Files.Keys.ToArray());

    public async Task StartAsync(CancellationToken ct)
    {
        Address = await LoopbackSite.StartAsync(_app, ct);
        _ticker = _clock.CreateTimer(_ => Tick(), null, TickInterval, TickInterval);
    }

    public bool Inject(string injection)
    {
        Action<KlipperMachine>? action = injection switch
        {
            "shutdown" => machine => machine.ShutDown("MCU 'mcu' shutdown: Stepper too far in past"),
            "firmware-restart" => machine => machine.RestartFirmware(),
            "gcode-error" => machine => machine.FailJob(),
            "cancel" => machine => machine.Cancel(),
            "pause" => machine => machine.Pause(),
            "resume" => machine => machine.Resume(),
            "drop-socket" => _ => _socket.CloseAll(),
            "http-down" => _ => SetAnswers(false),
            "http-up" => _ => SetAnswers(true),
            "moonraker-restart" => machine => RestartMoonraker(machine),
            "slow-macros" => _ => _socket.MacroTime = TimeSpan.FromSeconds(2),
            "fast-macros" => _ => _socket.MacroTime = TimeSpan.Zero,
            "stuck-pause" => machine => machine.KeepsPause = true,
            "no-history" => _ => _socket.HasHistory = false,
            _ => null,
        };
        if (action is null)
        {
            return false;
        }

        LogInjected(Code, injection);
        Do(machine =>
        {
            action(machine);
            return true;
        });
        return true;
    }

    public IEnumerable<string> Tell() => Do(machine => machine.History
        .Select(job => $"{job["status"]} {job["filename"]} {job["print_duration"]}")
        .ToArray());

    public async ValueTask DisposeAsync()
    {
        if (_ticker is not null)
        {
            await _ticker.DisposeAsync();
        }

        _socket.CloseAll();
        await _app.DisposeAsync();
    }

    private T Do<T>(Func<KlipperMachine, T> action)
    {
        lock (_gate)
        {
            _machine.Advance(_clock.GetUtcNow());
            var result = action(_machine);
            Spread(isTick: false);
            return result;
        }
    }

    private JsonObject Do(Func<KlipperMachine, JsonObject> action) => Do<JsonObject>(action);

    private void Tick()
    {
        try
        {
            lock (_gate)
            {
                _machine.Advance(_clock.GetUtcNow());
                Spread(isTick: true);
            }
        }
        catch (Exception e)
        {
            LogTickFailed(e, Code);
        }
    }

    /// <summary>Status changes go out with the ticks; with a notice that follows from one they go before it, as in the recordings.</summary>
    private void Spread(bool isTick)
    {
        var notices = _machine.TakeNotices();
        var clients = _socket.Clients;
        if (isTick || notices.Any(notice => notice.Method is "notify_history_changed" or "notify_klippy_shutdown"))
        {
            foreach (var client in clients.Where(_ => _machine.Klippy is not "disconnected"))
            {
                client.TellChanges(_machine.Status(), _machine.Now.ToUnixTimeMilliseconds() / 1000.0);
            }
        }

        foreach (var (method, body) in notices)
        {
            foreach (var client in clients)
            {
                client.Notify(method, body);
                if (method is "notify_klippy_disconnected")
                {
                    client.Forget();
                }
            }
        }
    }

    private void SetAnswers(bool answers)
    {
        _answers = answers;
        if (!answers)
        {
            _socket.CloseAll();
        }
    }

    private void RestartMoonraker(KlipperMachine machine)
    {
        machine.RestartMoonraker();
        Spread(isTick: false);
        _socket.CloseAll();
    }

    private WebApplication Build()
    {
        var app = LoopbackSite.CreateBuilder(_options.Port).Build();
        app.Use(GuardAsync);
        app.UseWebSockets();
        app.UseRouting();
        app.Map("/websocket", _socket.AcceptAsync);
        app.MapPost("/server/files/upload", UploadAsync);
        app.MapDelete("/server/files/gcodes/{**path}", DeleteAsync);
        app.MapSimulatedMachine(this);
        return app;
    }

    private Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Path.StartsWithSegments("/simulator"))
        {
            return next(http);
        }

        if (!_answers)
        {
            http.Abort();
            return Task.CompletedTask;
        }

        return _options.ApiKey.Length > 0 && http.Request.Headers["X-Api-Key"] != _options.ApiKey
            ? RefuseAsync(http, StatusCodes.Status401Unauthorized, "Unauthorized")
            : next(http);
    }

    private async Task UploadAsync(HttpContext http)
    {
        var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(http.RequestAborted) : null;
        if (form?.Files["file"] is not { } file)
        {
            await RefuseAsync(http, StatusCodes.Status400BadRequest, "No file name specifed in upload form");
            return;
        }

        using var content = new MemoryStream();
        await file.CopyToAsync(content, http.RequestAborted);
        var bytes = content.ToArray();
        var digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        if ((string?)form["checksum"] is { Length: > 0 } promised && !promised.Equals(digest, StringComparison.OrdinalIgnoreCase))
        {
            await RefuseAsync(http, StatusCodes.Status422UnprocessableEntity, $"File checksum mismatch: expected {promised}, calculated {digest}");
            return;
        }

        if (!Do(machine => machine.Store(file.FileName, bytes)))
        {
            await RefuseAsync(http, StatusCodes.Status403Forbidden, "Forbidden");
            return;
        }

        await AnswerAsync(http, StatusCodes.Status201Created, new JsonObject
        {
            ["action"] = "create_file",
            ["item"] = new JsonObject { ["path"] = file.FileName, ["root"] = "gcodes", ["size"] = bytes.Length, ["permissions"] = "rw" },
            ["print_started"] = false,
            ["print_queued"] = false,
        });
    }

    private async Task DeleteAsync(HttpContext http)
    {
        var name = (string?)http.Request.RouteValues["path"] ?? "";
        var status = Do(machine => machine.IsPrinting && machine.FileName == name ? StatusCodes.Status403Forbidden
            : machine.Files.Remove(name) ? StatusCodes.Status200OK
            : StatusCodes.Status404NotFound);
        await (status == StatusCodes.Status200OK
            ? AnswerAsync(http, status, new JsonObject { ["result"] = new JsonObject { ["item"] = new JsonObject { ["path"] = name, ["root"] = "gcodes" }, ["action"] = "delete_file" } })
            : RefuseAsync(http, status, status == StatusCodes.Status403Forbidden ? "Forbidden" : "Not Found"));
    }

    private static Task RefuseAsync(HttpContext http, int status, string message) =>
        AnswerAsync(http, status, new JsonObject { ["error"] = new JsonObject { ["code"] = status, ["message"] = message, ["traceback"] = "(omitted)" } });

    private static Task AnswerAsync(HttpContext http, int status, JsonObject body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=UTF-8";
        return http.Response.WriteAsync(body.ToJsonString(), http.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Machine}: {Injection} was injected")]
    private partial void LogInjected(string machine, string injection);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Machine}: telling the listeners failed")]
    private partial void LogTickFailed(Exception e, string machine);
}
