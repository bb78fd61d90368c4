using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fablab.MachineSimulator.OctoPrint;

/// <summary>Local storage over HTTP, as recorded in 02, 06 and 07.</summary>
internal sealed class OctoPrintFilesApi(PrinterHost printer)
{
    // Disk numbers OctoPrint adds to lists; any constants do.
    private const long FreeBytes = 68_532_121_600;
    private const long TotalBytes = 270_553_174_016;

    private static readonly string[] MachineCode = [".gcode", ".gco", ".g"];

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/files", ListAsync);
        app.MapGet("/api/files/local", ListAsync);
        app.MapPost("/api/files/local", UploadAsync);
        app.MapGet("/api/files/local/{**path}", ReadAsync);
        app.MapPost("/api/files/local/{**path}", CommandAsync);
        app.MapDelete("/api/files/local/{**path}", DeleteAsync);
        app.MapGet("/downloads/files/local/{**path}", DownloadAsync);
    }

    private static string PathOf(HttpContext http) => (string?)http.Request.RouteValues["path"] ?? "";

    private async Task ListAsync(HttpContext http)
    {
        var isRecursive = string.Equals(http.Request.Query["recursive"], "true", StringComparison.OrdinalIgnoreCase);
        await http.AnswerAsync(new JsonObject
        {
            ["files"] = printer.Do(machine => OctoPrintAnswers.List(machine, "", isRecursive, http.Root())),
            ["free"] = FreeBytes,
            ["total"] = TotalBytes,
        });
    }

    private async Task ReadAsync(HttpContext http)
    {
        var path = PathOf(http);
        var answer = printer.Do(machine =>
            machine.Files.TryGetValue(path, out var file) ? OctoPrintAnswers.File(file, http.Root())
            : machine.Folders.TryGetValue(path, out var at) ? OctoPrintAnswers.Folder(machine, path, at, isRecursive: true, http.Root())
            : null);
        await (answer is null ? http.AnswerAsync(Refused.NotFound) : http.AnswerAsync(answer));
    }

    private async Task DownloadAsync(HttpContext http)
    {
        var content = printer.Do(machine => machine.Files.GetValueOrDefault(PathOf(http))?.Content);
        if (content is null)
        {
            await http.AnswerAsync(Refused.NotFound);
            return;
        }

        http.Response.ContentType = "text/plain";
        await http.Response.Body.WriteAsync(content, http.RequestAborted);
    }

    private async Task UploadAsync(HttpContext http)
    {
        if (!http.Request.HasFormContentType)
        {
            await http.AnswerAsync(Refused.BadRequest);
            return;
        }

        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (form.Files["file"] is { } file)
        {
            await StoreAsync(http, form, file);
        }
        else if ((string?)form["foldername"] is { Length: > 0 } folder)
        {
            await CreateFolderAsync(http, Join(form["path"], folder));
        }
        else
        {
            await http.RefuseAsync(StatusCodes.Status400BadRequest, "No file to upload and no folder to create");
        }
    }

    private async Task StoreAsync(HttpContext http, IFormCollection form, IFormFile upload)
    {
        if (Unacceptable(upload.FileName) is { } refused)
        {
            await http.AnswerAsync(refused);
            return;
        }

        JsonNode? userdata = null;
        try
        {
            userdata = (string?)form["userdata"] is { Length: > 0 } text ? JsonNode.Parse(text) : null;
        }
        catch (JsonException)
        {
            await http.RefuseAsync(StatusCodes.Status400BadRequest, "userdata contains invalid JSON");
            return;
        }

        using var content = new MemoryStream();
        await upload.CopyToAsync(content, http.RequestAborted);
        var path = Join(form["path"], upload.FileName);
        var (answer, no) = printer.Do<(JsonObject?, Refused?)>(machine =>
        {
            if (machine.IsInUse(path))
            {
                return (null, Refused.Conflict("Trying to overwrite file that is currently being printed"));
            }

            if (IsTrue(form["noOverwrite"]) && machine.Files.ContainsKey(path))
            {
                return (null, Refused.Conflict("File already exists and noOverwrite was set"));
            }

            var (isSelected, isPrinting) = machine.Upload(path, content.ToArray(), userdata, IsTrue(form["select"]), IsTrue(form["print"]));
            return (new JsonObject
            {
                ["done"] = true,
                ["effectivePrint"] = isPrinting,
                ["effectiveSelect"] = isSelected,
                ["files"] = new JsonObject { ["local"] = OctoPrintAnswers.Reference(path, OctoPrintAnswers.FileRefs(path, http.Root())) },
            }, null);
        });
        await AnswerCreatedAsync(http, path, answer, no);
    }

    private static Refused? Unacceptable(string fileName)
    {
        if (fileName.Contains('/', StringComparison.Ordinal) || fileName.Contains('\\', StringComparison.Ordinal))
        {
            return new Refused(StatusCodes.Status400BadRequest, "Can not upload file, invalid file name");
        }

        return MachineCode.Contains(Path.GetExtension(fileName).ToLowerInvariant())
            ? null
            : new Refused(StatusCodes.Status415UnsupportedMediaType, "Could not upload file, invalid type");
    }

    private async Task CreateFolderAsync(HttpContext http, string path)
    {
        printer.Do(machine => machine.CreateFolder(path));
        var refs = new JsonObject { ["resource"] = OctoPrintAnswers.Resource(path, http.Root()) };
        await AnswerCreatedAsync(http, path, new JsonObject { ["done"] = true, ["folder"] = OctoPrintAnswers.Reference(path, refs) }, null);
    }

    private async Task CommandAsync(HttpContext http)
    {
        var path = PathOf(http);
        var body = await http.ReadObjectAsync();
        string? created = null;
        var refused = printer.Do(machine =>
        {
            if (!machine.Files.TryGetValue(path, out var file))
            {
                return Refused.NotFound;
            }

            switch (body?.Text("command"))
            {
                case "select":
                    return Select(machine, file, body.Flag("print"));
                case "unselect":
                    return Unselect(machine);
                case "copy" or "move" when body.Text("destination") is { } destination:
                    return Transfer(machine, file, body.Text("command") == "move", destination, out created);
                default:
                    return body is null ? Refused.BadRequest : Refused.Invalid("command");
            }
        });
        if (created is null)
        {
            await http.AnswerAsync(refused);
            return;
        }

        await AnswerCreatedAsync(http, created, OctoPrintAnswers.Reference(created, OctoPrintAnswers.FileRefs(created, http.Root())), refused);
    }

    private static Refused? Select(PrinterMachine machine, PrintFile file, bool print)
    {
        // Offline gets the same, misleading words (recording 02).
        if (machine.Phase is not PrinterPhase.Operational)
        {
            return Refused.Conflict("Printer is already printing, cannot select a new file");
        }

        machine.Select(file);
        if (print)
        {
            machine.Start();
        }

        return null;
    }

    private static Refused? Unselect(PrinterMachine machine)
    {
        if (machine.Phase is not PrinterPhase.Operational)
        {
            return Refused.Conflict("Printer is already printing, cannot unselect current file");
        }

        machine.Unselect();
        return null;
    }

    private static Refused? Transfer(PrinterMachine machine, PrintFile file, bool isMove, string destination, out string? created)
    {
        created = null;
        var path = machine.Folders.ContainsKey(destination) ? Join(destination, file.Name) : destination;
        if (machine.Files.ContainsKey(path) || (isMove && machine.IsInUse(file.Path)))
        {
            return Refused.Conflict("Destination exists or source is in use");
        }

        if (isMove)
        {
            machine.Move(file, path);
        }
        else
        {
            machine.Copy(file, path);
        }

        created = path;
        return null;
    }

    private async Task DeleteAsync(HttpContext http)
    {
        var path = PathOf(http);
        await http.AnswerAsync(printer.Do(machine =>
        {
            if (machine.IsInUse(path))
            {
                return Refused.Conflict("Trying to delete a file that is currently in use");
            }

            if (machine.Files.TryGetValue(path, out var file))
            {
                machine.Delete(file);
                return null;
            }

            if (!machine.Folders.ContainsKey(path))
            {
                return Refused.NotFound;
            }

            machine.DeleteFolder(path);
            return null;
        }));
    }

    private static async Task AnswerCreatedAsync(HttpContext http, string path, JsonObject? answer, Refused? refused)
    {
        if (answer is null)
        {
            await http.AnswerAsync(refused);
            return;
        }

        http.Response.Headers.Location = OctoPrintAnswers.Resource(path, http.Root());
        await http.AnswerAsync(StatusCodes.Status201Created, answer);
    }

    private static string Join(string? folder, string name) =>
        string.IsNullOrEmpty(folder) ? name : $"{folder.Trim('/')}/{name}";

    private static bool IsTrue(string? value) => value is "true" or "True" or "1" or "yes" or "on";
}
