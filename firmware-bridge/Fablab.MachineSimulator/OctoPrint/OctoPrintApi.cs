using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fablab.MachineSimulator.OctoPrint;

/// <summary>Version, login, connection, printer and job endpoints with the status codes recorded from the real one.</summary>
internal sealed class OctoPrintApi(PrinterHost printer, OctoPrintAccess access)
{
    private const string AlreadyPrinting = "Printer already has an active print job, did you mean 'restart'?";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/version", http => http.AnswerAsync(OctoPrintAnswers.Version()));
        app.MapGet("/api/server", http => http.AnswerAsync(new JsonObject { ["safemode"] = null, ["version"] = OctoPrintAnswers.ServerVersion }));
        app.MapGet("/api/currentuser", http => http.AnswerAsync(access.CurrentUser(access.HasKey(http.Request))));
        app.MapPost("/api/login", LogInAsync);
        app.MapGet("/api/access/users", http => http.AnswerAsync(new JsonObject { ["users"] = new JsonArray(access.UserRecord()) }));
        app.MapGet("/api/system/commands", http => http.AnswerAsync(new JsonObject { ["core"] = new JsonArray(), ["custom"] = new JsonArray(), ["plugin"] = new JsonArray() }));
        app.MapGet("/api/connection", http => http.AnswerAsync(printer.Do(OctoPrintAnswers.Connection)));
        app.MapPost("/api/connection", CommandConnectionAsync);
        app.MapGet("/api/printer", ReadPrinterAsync);
        app.MapGet("/api/printer/error", http => http.AnswerAsync(printer.Do(OctoPrintAnswers.PrinterError)));
        app.MapGet("/api/printer/sd", http => http.AnswerAsync(new JsonObject { ["ready"] = printer.Do(machine => machine.IsOperational) }));
        app.MapGet("/api/printer/tool", http => ReadHeaterAsync(http, "tool0", machine => machine.Tool));
        app.MapGet("/api/printer/bed", http => ReadHeaterAsync(http, "bed", machine => machine.Bed));
        app.MapGet("/api/printer/chamber", http => http.AnswerAsync(Refused.Conflict("Printer does not have a heated chamber")));
        app.MapPost("/api/printer/tool", CommandToolAsync);
        app.MapPost("/api/printer/bed", CommandBedAsync);
        app.MapPost("/api/printer/printhead", CommandPrintheadAsync);
        app.MapPost("/api/printer/command", SendGcodeAsync);
        app.MapGet("/api/job", http => http.AnswerAsync(printer.Do(OctoPrintAnswers.Job)));
        app.MapPost("/api/job", CommandJobAsync);
    }

    private async Task LogInAsync(HttpContext http)
    {
        // Without a key it would be a browser's login, which needs a CSRF cookie nobody has here.
        if (!access.HasKey(http.Request))
        {
            await http.RefuseAsync(StatusCodes.Status400BadRequest, "CSRF validation failed");
            return;
        }

        await http.AnswerAsync(access.LogIn());
    }

    private async Task CommandConnectionAsync(HttpContext http)
    {
        var body = await http.ReadObjectAsync();
        var refused = printer.Do(machine =>
        {
            switch (body?.Text("command"))
            {
                case "connect" when Unfit(machine, body) is { } unfit:
                    return unfit;
                case "connect":
                    machine.Connect();
                    return null;
                case "disconnect":
                    machine.Disconnect();
                    return null;
                case "fake_ack":
                    return null;
                default:
                    return body is null ? Refused.BadRequest : Refused.Invalid("command");
            }
        });
        await http.AnswerAsync(refused);
    }

    private static Refused? Unfit(PrinterMachine machine, JsonObject body)
    {
        var port = body.Text("port") ?? "VIRTUAL";
        var isPort = (port == "VIRTUAL" && machine.HasPower) || port is "/dev/ttyS0" or "AUTO";
        var isRate = body["baudrate"] is not JsonValue rate
            || (rate.TryGetValue<int>(out var value) && (value == 0 || OctoPrintAnswers.Baudrates.Contains(value)));
        return !isPort ? Refused.Invalid("port")
            : !isRate ? Refused.Invalid("baudrate")
            : body.Text("printerProfile") is not (null or "_default") ? Refused.Invalid("printerProfile")
            : null;
    }

    private async Task ReadPrinterAsync(HttpContext http)
    {
        var excluded = ((string?)http.Request.Query["exclude"] ?? "").Split(',');
        int? history = string.Equals(http.Request.Query["history"], "true", StringComparison.OrdinalIgnoreCase)
            ? int.TryParse(http.Request.Query["limit"], CultureInfo.InvariantCulture, out var limit) ? limit : 300
            : null;
        var answer = printer.Do(machine => machine.IsOperational ? OctoPrintAnswers.Printer(machine, excluded, history) : null);
        await (answer is null ? http.AnswerAsync(Refused.NotOperational) : http.AnswerAsync(answer));
    }

    private async Task ReadHeaterAsync(HttpContext http, string name, Func<PrinterMachine, Heater> heater)
    {
        var answer = printer.Do(machine => machine.IsOperational ? OctoPrintAnswers.Heater(heater(machine)) : null);
        await (answer is null
            ? http.AnswerAsync(Refused.NotOperational)
            : http.AnswerAsync(new JsonObject { [name] = answer }));
    }

    private async Task CommandToolAsync(HttpContext http)
    {
        var body = await http.ReadObjectAsync();
        await http.AnswerAsync(printer.Do(machine => Operational(machine, body, _ =>
        {
            // A tool the printer does not have is accepted and ignored, as in the real one.
            if (body!["targets"] is JsonObject targets && targets["tool0"] is JsonValue target && target.TryGetValue<double>(out var degrees))
            {
                machine.Tool.Target = degrees;
            }

            return null;
        })));
    }

    private async Task CommandBedAsync(HttpContext http)
    {
        var body = await http.ReadObjectAsync();
        await http.AnswerAsync(printer.Do(machine => Operational(machine, body, _ =>
        {
            if (body!["target"] is JsonValue target && target.TryGetValue<double>(out var degrees))
            {
                machine.Bed.Target = degrees;
            }

            return null;
        })));
    }

    private async Task CommandPrintheadAsync(HttpContext http)
    {
        var body = await http.ReadObjectAsync();
        await http.AnswerAsync(printer.Do(machine => machine.IsPrinting
            ? Refused.Conflict("Printer is not operational or currently printing")
            : Operational(machine, body, _ => null)));
    }

    private async Task SendGcodeAsync(HttpContext http)
    {
        var body = await http.ReadObjectAsync();
        await http.AnswerAsync(printer.Do(machine => Operational(machine, body, _ =>
        {
            List<string?> commands = [body!.Text("command")];
            if (body!["commands"] is JsonArray several)
            {
                commands.AddRange(several.Select(command => command?.ToString()));
            }

            foreach (var command in commands)
            {
                Execute(machine, command);
            }

            return null;
        })));
    }

    /// <summary>The injections are those of OctoPrint's own virtual printer, with which the recordings were made.</summary>
    private static void Execute(PrinterMachine machine, string? command)
    {
        switch (command)
        {
            case "M112":
                machine.EmergencyStop();
                break;
            case "!!DEBUG:trigger_fatal_error_marlin":
                machine.FailFirmware();
                break;
            case "!!DEBUG:drop_connection":
                machine.LoseSerial();
                break;
            case "!!DEBUG:go_awol":
                machine.FallSilent();
                break;
            case "!!DEBUG:action_custom cancel":
                machine.CancelAtPrinter();
                break;
            case "!!DEBUG:action_pause":
                machine.PauseAtPrinter();
                break;
            case "!!DEBUG:action_resume":
                machine.ResumeAtPrinter();
                break;
            case "!!DEBUG:reset":
                machine.Reset();
                break;
            default:
                break;
        }
    }

    private async Task CommandJobAsync(HttpContext http)
    {
        var body = await http.ReadObjectAsync();
        await http.AnswerAsync(printer.Do(machine => Operational(machine, body, command => command switch
        {
            "start" => Start(machine),
            "cancel" => Cancel(machine),
            "restart" => Restart(machine),
            "pause" => Pause(machine, body!.Text("action") ?? "toggle"),
            _ => Refused.Invalid("command"),
        })));
    }

    /// <summary>An offline printer is the first thing the real one notices, before a broken body or an unknown command (recording 02).</summary>
    private static Refused? Operational(PrinterMachine machine, JsonObject? body, Func<string?, Refused?> execute) =>
        !machine.IsOperational ? Refused.NotOperational
        : body is null ? Refused.BadRequest
        : execute(body.Text("command"));

    private static Refused? Start(PrinterMachine machine)
    {
        if (machine.IsBusy)
        {
            return Refused.Conflict(AlreadyPrinting);
        }

        machine.Start();
        return null;
    }

    private static Refused? Cancel(PrinterMachine machine)
    {
        if (!machine.IsBusy || machine.Phase is PrinterPhase.Cancelling)
        {
            return Refused.Conflict("Printer is neither printing nor paused, 'cancel' command cannot be performed");
        }

        machine.Cancel();
        return null;
    }

    private static Refused? Restart(PrinterMachine machine)
    {
        if (machine.Phase is not PrinterPhase.Paused)
        {
            return Refused.Conflict("Printer does not have an active print job or is not paused");
        }

        // The first run ends without any event of its own (recording 09).
        machine.Start();
        return null;
    }

    private static Refused? Pause(PrinterMachine machine, string action)
    {
        if (!machine.IsBusy)
        {
            return Refused.Conflict("Printer is neither printing nor paused, 'pause' command cannot be performed");
        }

        switch (action)
        {
            case "pause" or "toggle" when machine.Phase is PrinterPhase.Printing:
                machine.Pause();
                return null;
            case "resume" or "toggle" when machine.Phase is PrinterPhase.Paused:
                machine.Resume();
                return null;
            case "pause" or "resume" or "toggle":
                return null;
            default:
                return new Refused(StatusCodes.Status400BadRequest, "Unknown action");
        }
    }
}
