using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Fablab.MachineSimulator.PrusaLink;

/// <summary>A pretend Prusa printer with its PrusaLink, with its own listener on the loopback address. It keeps printing whoever comes and goes.</summary>
public sealed partial class SimulatedPrusaLink : ISimulatedMachine
{
    private readonly SimulatedMachineOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly PrusaMachine _machine;
    private readonly PrusaLinkAccess _access;
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _requests = new();
    private volatile bool _answers = true;

    public SimulatedPrusaLink(SimulatedMachineOptions options, TimeProvider clock, ILogger<SimulatedPrusaLink> log)
    {
        (_options, _clock, _log) = (options, clock, log);
        _machine = new PrusaMachine(options.Speed, clock.GetUtcNow());
        _access = new PrusaLinkAccess(options.ApiKey, options.User, options.Password);
        _app = Build();
    }

    public string Code => _options.Code;

    /// <summary><c>http://127.0.0.1:port</c>, known once started.</summary>
    public string Address { get; private set; } = "";

    public IReadOnlyList<string> Injections { get; } =
        ["confirm", "attention", "error", "reboot", "stop", "pause", "resume", "transfer", "transfer-done", "http-down", "http-up"];

    /// <summary><c>printer.state</c> now.</summary>
    public string State => Do(machine => machine.State);

    /// <summary>Method and path of what was asked and allowed, oldest first.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public IReadOnlyCollection<string> FileNames => Do(machine => machine.Files.Keys.ToArray());

    public async Task StartAsync(CancellationToken ct)
    {
        Address = await LoopbackSite.StartAsync(_app, ct);
    }

    public bool Inject(string injection)
    {
        Action<PrusaMachine>? action = injection switch
        {
            "confirm" => machine => machine.Confirm(),
            "attention" => machine => machine.Ask(),
            "error" => machine => machine.Fail(),
            "reboot" => machine => machine.Reboot(),
            "stop" => machine => machine.Stop(machine.JobId),
            "pause" => machine => machine.Pause(machine.JobId),
            "resume" => machine => machine.Resume(machine.JobId),
            "transfer" => machine => machine.IsTransferring = true,
            "transfer-done" => machine => machine.IsTransferring = false,
            "http-down" => _ => _answers = false,
            "http-up" => _ => _answers = true,
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

    public IEnumerable<string> Tell() => Do(machine => machine.Told.ToArray());

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private T Do<T>(Func<PrusaMachine, T> action)
    {
        lock (_gate)
        {
            _machine.Advance(_clock.GetUtcNow());
            return action(_machine);
        }
    }

    private WebApplication Build()
    {
        var app = LoopbackSite.CreateBuilder(_options.Port).Build();
        app.Use(GuardAsync);
        app.UseRouting();
        app.MapGet("/api/version", http => AnswerAsync(http, new JsonObject { ["api"] = "2.0.0", ["server"] = "2.1.2", ["text"] = "PrusaLink", ["capabilities"] = new JsonObject { ["upload-by-put"] = true } }));
        app.MapGet("/api/v1/status", http => AnswerAsync(http, Do(machine => machine.Status())));
        app.MapGet("/api/v1/job", http => Do(machine => machine.HasJob ? machine.JobDetails() : null) is { } job ? AnswerAsync(http, job) : AnswerAsync(http, StatusCodes.Status204NoContent));
        app.MapPut("/api/v1/job/{id:int}/{command}", http => AnswerAsync(http, Do(machine => (string?)http.Request.RouteValues["command"] switch
        {
            "pause" => machine.Pause(Id(http)),
            "resume" => machine.Resume(Id(http)),
            _ => StatusCodes.Status400BadRequest,
        })));
        app.MapDelete("/api/v1/job/{id:int}", http => AnswerAsync(http, Do(machine => machine.Stop(Id(http)))));
        app.MapGet("/api/v1/files/usb/{name}", DescribeAsync);
        app.MapPut("/api/v1/files/usb/{name}", UploadAsync);
        app.MapPost("/api/v1/files/usb/{name}", http => AnswerAsync(http, Do(machine => machine.Start(Name(http)))));
        app.MapDelete("/api/v1/files/usb/{name}", http => AnswerAsync(http, Do(machine => machine.Delete(Name(http)))));
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

        if (!_access.Allows(http.Request))
        {
            _access.Challenge(http.Response);
            return http.Response.WriteAsync("401: Unauthorized", http.RequestAborted);
        }

        _requests.Enqueue($"{http.Request.Method} {http.Request.Path}");
        return next(http);
    }

    private static int Id(HttpContext http) => int.Parse((string)http.Request.RouteValues["id"]!, CultureInfo.InvariantCulture);

    private static string Name(HttpContext http) => (string)http.Request.RouteValues["name"]!;

    private Task DescribeAsync(HttpContext http)
    {
        var size = Do(machine => machine.Files.TryGetValue(Name(http), out var file) ? file.Content.Length : (int?)null);
        return size is null
            ? AnswerAsync(http, StatusCodes.Status404NotFound)
            : AnswerAsync(http, new JsonObject { ["name"] = "JOB~1.GCO", ["display_name"] = Name(http), ["size"] = size, ["type"] = "PRINT_FILE", ["read_only"] = false });
    }

    private async Task UploadAsync(HttpContext http)
    {
        var name = Name(http);
        var mayOverwrite = http.Request.Headers["Overwrite"] == "?1";
        if (Do(machine => machine.IsTransferring || (machine.IsBusy && machine.Files.ContainsKey(name)) || (!mayOverwrite && machine.Files.ContainsKey(name))))
        {
            await AnswerAsync(http, StatusCodes.Status409Conflict);
            return;
        }

        using var content = new MemoryStream();
        await http.Request.Body.CopyToAsync(content, http.RequestAborted);
        Do(machine =>
        {
            machine.Files[name] = (content.ToArray(), OctoPrint.GcodeAnalysis.Of(content.ToArray()));
            return true;
        });
        await AnswerAsync(http, StatusCodes.Status201Created);
    }

    private static Task AnswerAsync(HttpContext http, JsonObject body)
    {
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(body.ToJsonString(), http.RequestAborted);
    }

    private static Task AnswerAsync(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return status < 400 ? Task.CompletedTask : http.Response.WriteAsync($"{status}: {(HttpStatusCode)status}", http.RequestAborted);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Machine}: {Injection} was injected")]
    private partial void LogInjected(string machine, string injection);
}
