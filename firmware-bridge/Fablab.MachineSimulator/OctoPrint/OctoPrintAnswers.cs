using System.Text.Json.Nodes;

namespace Fablab.MachineSimulator.OctoPrint;

/// <summary>
/// The simulated printer in OctoPrint's JSON. Members, their order of magnitude and their absences follow the recorded
/// answers of OctoPrint 1.11.8 (<c>tests/recordings/octoprint/http-*</c>).
/// </summary>
internal static class OctoPrintAnswers
{
    public const string ServerVersion = "1.11.8";

    public static JsonObject Version() => new()
    {
        ["api"] = "0.1",
        ["server"] = ServerVersion,
        ["text"] = $"OctoPrint {ServerVersion}",
    };

    public static JsonObject Connection(PrinterMachine machine) => new()
    {
        ["current"] = new JsonObject
        {
            ["baudrate"] = machine.Phase is PrinterPhase.Offline ? null : 115200,
            ["port"] = machine.Phase is PrinterPhase.Offline ? null : "VIRTUAL",
            ["printerProfile"] = "_default",
            // "Closed" here where the job answer says "Offline": the real one does so too.
            ["state"] = machine.Phase is PrinterPhase.Offline ? "Closed" : machine.StateText,
        },
        ["options"] = new JsonObject
        {
            ["baudratePreference"] = 115200,
            ["baudrates"] = new JsonArray([.. Baudrates.Select(rate => JsonValue.Create(rate))]),
            ["portPreference"] = "VIRTUAL",
            ["ports"] = machine.HasPower ? new JsonArray("/dev/ttyS0", "VIRTUAL") : new JsonArray("/dev/ttyS0"),
            ["printerProfilePreference"] = "_default",
            ["printerProfiles"] = new JsonArray(new JsonObject { ["id"] = "_default", ["name"] = "Default" }),
        },
    };

    public static IReadOnlyList<int> Baudrates { get; } = [250000, 230400, 115200, 57600, 38400, 19200, 9600];

    /// <param name="machine">The printer.</param>
    /// <param name="excluded">Parts left out, from <c>?exclude=</c>.</param>
    /// <param name="history">How many old temperatures to add; <see langword="null"/> for none.</param>
    public static JsonObject Printer(PrinterMachine machine, IReadOnlyCollection<string> excluded, int? history)
    {
        var answer = new JsonObject();
        if (!excluded.Contains("sd"))
        {
            answer["sd"] = new JsonObject { ["ready"] = true };
        }

        if (!excluded.Contains("state"))
        {
            answer["state"] = State(machine);
        }

        if (!excluded.Contains("temperature"))
        {
            var temperature = new JsonObject { ["bed"] = Heater(machine.Bed), ["tool0"] = Heater(machine.Tool) };
            if (history is { } limit)
            {
                temperature["history"] = new JsonArray([.. machine.Temperatures.TakeLast(limit).Select(t => OldTemperature(t, hasChamber: false))]);
            }

            answer["temperature"] = temperature;
        }

        return answer;
    }

    public static JsonObject Heater(Heater heater) => new()
    {
        ["actual"] = Math.Round(heater.Actual, 2),
        ["offset"] = 0,
        ["target"] = heater.Target,
    };

    public static JsonObject State(PrinterMachine machine)
    {
        var isPrinting = machine.Phase is PrinterPhase.Printing or PrinterPhase.Pausing;
        return new JsonObject
        {
            ["text"] = machine.StateText,
            ["flags"] = new JsonObject
            {
                ["operational"] = machine.IsOperational,
                ["printing"] = isPrinting,
                ["cancelling"] = machine.Phase is PrinterPhase.Cancelling,
                ["pausing"] = machine.Phase is PrinterPhase.Pausing,
                ["resuming"] = false,
                ["finishing"] = false,
                ["closedOrError"] = machine.Phase is PrinterPhase.Offline,
                ["error"] = false,
                ["paused"] = machine.Phase is PrinterPhase.Paused,
                ["ready"] = machine.Phase is PrinterPhase.Operational,
                ["sdReady"] = machine.IsOperational,
            },
            ["error"] = machine.LinkError ?? "",
        };
    }

    public static JsonObject PrinterError(PrinterMachine machine) =>
        machine.FirmwareError?.DeepClone().AsObject() ?? new JsonObject { ["error"] = "", ["reason"] = "" };

    public static JsonObject Job(PrinterMachine machine)
    {
        var answer = new JsonObject
        {
            ["job"] = JobData(machine),
            ["progress"] = Progress(machine),
            ["state"] = machine.StateText,
        };
        if (!string.IsNullOrEmpty(machine.LinkError))
        {
            answer.Insert(0, "error", machine.LinkError);
        }

        return answer;
    }

    public static JsonObject JobData(PrinterMachine machine)
    {
        if (!machine.HasEverSelected)
        {
            return new JsonObject
            {
                ["estimatedPrintTime"] = null,
                ["filament"] = new JsonObject { ["length"] = null, ["volume"] = null },
                ["file"] = new JsonObject { ["date"] = null, ["name"] = null, ["origin"] = null, ["path"] = null, ["size"] = null },
                ["lastPrintTime"] = null,
                ["user"] = null,
            };
        }

        var file = machine.Selected;
        return new JsonObject
        {
            ["averagePrintTime"] = file?.AverageSuccessSeconds,
            ["estimatedPrintTime"] = file is { IsAnalysed: true } ? file.Analysis.Duration.TotalSeconds : null,
            ["filament"] = file is { IsAnalysed: true } ? Filament(file.Analysis) : null,
            ["file"] = new JsonObject
            {
                ["date"] = file?.UploadedAt.ToUnixTimeSeconds(),
                ["display"] = file?.Name,
                ["name"] = file?.Name,
                ["origin"] = file is null ? null : "local",
                ["path"] = file?.Path,
                ["size"] = file?.Size,
            },
            ["lastPrintTime"] = file?.LastSuccessSeconds,
            ["user"] = file?.User,
        };
    }

    /// <summary>
    /// <c>printTimeLeft</c> is clock time: with a speed of 60 a printing minute is left for a second only, so that
    /// whoever plans with it plans right.
    /// </summary>
    public static JsonObject Progress(PrinterMachine machine)
    {
        // While it cancels, the real one has forgotten the progress already (recording 08).
        var run = machine.Phase is PrinterPhase.Cancelling ? null : machine.Run ?? machine.Finished;
        var isFinished = run is not null && run == machine.Finished;
        return new JsonObject
        {
            ["completion"] = isFinished ? 100.0 : run?.Completion,
            ["filepos"] = isFinished ? run!.File.Size : run?.FilePosition,
            ["printTime"] = run is null ? null : (int)(run.ActiveWhenSilenced ?? run.Active).TotalSeconds,
            ["printTimeLeft"] = run is null ? null : isFinished ? 0 : (int)machine.ClockTimeLeft(run).TotalSeconds,
            ["printTimeLeftOrigin"] = run is null || isFinished ? null : run.File.IsAnalysed ? "analysis" : "linear",
        };
    }

    /// <summary>The body of <c>history</c> and <c>current</c> on the push socket.</summary>
    public static JsonObject Current(PrinterMachine machine, DateTimeOffset? temperaturesAfter, bool isHistory)
    {
        var current = new JsonObject
        {
            ["state"] = State(machine),
            ["job"] = JobData(machine),
            ["currentZ"] = machine.Run?.CurrentZ,
            ["progress"] = Progress(machine),
            ["offsets"] = new JsonObject(),
            ["resends"] = new JsonObject { ["count"] = 0, ["transmitted"] = 0, ["ratio"] = 0 },
        };
        current["serverTime"] = UnixSeconds(machine.Now);
        current["temps"] = new JsonArray([.. machine.Temperatures
            .Where(t => temperaturesAfter is null || t.At > temperaturesAfter)
            .Select(t => OldTemperature(t, hasChamber: true))]);
        if (!isHistory)
        {
            current["busyFiles"] = machine.IsBusy
                ? new JsonArray(new JsonObject { ["origin"] = "local", ["path"] = machine.Run!.File.Path })
                : new JsonArray();
        }

        current["markings"] = new JsonArray([.. machine.Markings.Select(mark => new JsonObject
        {
            ["type"] = mark.Type,
            ["label"] = mark.Label,
            ["time"] = UnixSeconds(mark.At),
        })]);
        current["logs"] = new JsonArray();
        current["messages"] = new JsonArray();
        return current;
    }

    public static JsonObject File(PrintFile file, string root)
    {
        var answer = new JsonObject { ["date"] = file.UploadedAt.ToUnixTimeSeconds(), ["display"] = file.Name };
        if (file.IsAnalysed)
        {
            answer["gcodeAnalysis"] = Analysis(file.Analysis);
        }

        answer["hash"] = file.Sha1;
        answer["name"] = file.Name;
        answer["origin"] = "local";
        answer["path"] = file.Path;
        if (file.LastPrint is { } last)
        {
            var lastPrint = new JsonObject { ["date"] = UnixSeconds(last.At) };
            if (last.Seconds is { } seconds)
            {
                lastPrint["printTime"] = seconds;
            }

            lastPrint["success"] = last.IsSuccess;
            answer["prints"] = new JsonObject { ["failure"] = file.Failures, ["last"] = lastPrint, ["success"] = file.Successes };
        }

        answer["refs"] = FileRefs(file.Path, root);
        answer["size"] = file.Size;
        if (file.LastPrint is not null)
        {
            answer["statistics"] = new JsonObject
            {
                ["averagePrintTime"] = PerProfile(file.AverageSuccessSeconds),
                ["lastPrintTime"] = PerProfile(file.LastSuccessSeconds),
            };
        }

        answer["type"] = "machinecode";
        answer["typePath"] = new JsonArray("machinecode", "gcode");
        answer["user"] = file.User;
        if (file.Userdata is { } userdata)
        {
            answer["userdata"] = userdata.DeepClone();
        }

        return answer;
    }

    /// <param name="machine">The printer whose storage is listed.</param>
    /// <param name="folder">Path of the folder; empty for the root.</param>
    /// <param name="isRecursive">Without it, the children of folders stay empty.</param>
    /// <param name="root">Scheme, host and port the caller used.</param>
    public static JsonArray List(PrinterMachine machine, string folder, bool isRecursive, string root)
    {
        var list = new JsonArray();
        foreach (var (path, at) in machine.Folders.Where(entry => IsDirectlyIn(entry.Key, folder)))
        {
            list.Add((JsonNode)Folder(machine, path, at, isRecursive, root));
        }

        foreach (var file in machine.Files.Values.Where(file => IsDirectlyIn(file.Path, folder)))
        {
            list.Add((JsonNode)File(file, root));
        }

        return list;
    }

    public static JsonObject Folder(PrinterMachine machine, string path, DateTimeOffset at, bool isRecursive, string root)
    {
        var files = machine.Files.Values.Where(file => file.Path.StartsWith(path + "/", StringComparison.Ordinal)).ToList();
        return new JsonObject
        {
            ["children"] = isRecursive ? List(machine, path, isRecursive, root) : [],
            ["date"] = at.ToUnixTimeSeconds(),
            ["display"] = NameOf(path),
            ["name"] = NameOf(path),
            ["origin"] = "local",
            ["path"] = path,
            ["prints"] = new JsonObject { ["failure"] = files.Sum(file => file.Failures), ["success"] = files.Sum(file => file.Successes) },
            ["refs"] = new JsonObject { ["resource"] = Resource(path, root) },
            ["size"] = files.Sum(file => file.Size),
            ["type"] = "folder",
            ["typePath"] = new JsonArray("folder"),
        };
    }

    /// <summary>The short form of a file or folder in the answers to uploads, copies and moves.</summary>
    public static JsonObject Reference(string path, JsonObject refs) => new()
    {
        ["name"] = NameOf(path),
        ["origin"] = "local",
        ["path"] = path,
        ["refs"] = refs,
    };

    public static JsonObject FileRefs(string path, string root) => new()
    {
        ["download"] = $"{root}/downloads/files/local/{Escape(path)}",
        ["resource"] = Resource(path, root),
    };

    public static string Resource(string path, string root) => $"{root}/api/files/local/{Escape(path)}";

    public static JsonObject Analysis(GcodeAnalysis analysis) => new()
    {
        ["dimensions"] = Dimensions(analysis),
        ["estimatedPrintTime"] = analysis.Duration.TotalSeconds,
        ["filament"] = Filament(analysis),
        ["printingArea"] = Area(analysis),
        ["travelArea"] = Area(analysis),
        ["travelDimensions"] = Dimensions(analysis),
    };

    private static JsonObject Filament(GcodeAnalysis analysis) => new()
    {
        ["tool0"] = new JsonObject { ["length"] = analysis.FilamentMillimetres, ["volume"] = analysis.FilamentCubicCentimetres },
    };

    private static JsonObject Dimensions(GcodeAnalysis analysis) => new()
    {
        ["depth"] = analysis.MaxY,
        ["height"] = analysis.MaxZ,
        ["width"] = analysis.MaxX,
    };

    private static JsonObject Area(GcodeAnalysis analysis) => new()
    {
        ["maxX"] = analysis.MaxX,
        ["maxY"] = analysis.MaxY,
        ["maxZ"] = analysis.MaxZ,
        ["minX"] = 0.0,
        ["minY"] = 0.0,
        ["minZ"] = 0.0,
    };

    private static JsonObject PerProfile(double? seconds) => seconds is { } value ? new JsonObject { ["_default"] = value } : [];

    private static JsonObject OldTemperature((DateTimeOffset At, double Tool, double ToolTarget, double Bed, double BedTarget) sample, bool hasChamber)
    {
        var answer = new JsonObject
        {
            ["time"] = sample.At.ToUnixTimeSeconds(),
            ["tool0"] = new JsonObject { ["actual"] = sample.Tool, ["target"] = sample.ToolTarget },
            ["bed"] = new JsonObject { ["actual"] = sample.Bed, ["target"] = sample.BedTarget },
        };
        if (hasChamber)
        {
            answer["chamber"] = new JsonObject { ["actual"] = null, ["target"] = null };
        }

        return answer;
    }

    private static bool IsDirectlyIn(string path, string folder)
    {
        var slash = path.LastIndexOf('/');
        return slash < 0 ? folder.Length == 0 : path[..slash] == folder;
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static string Escape(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static double UnixSeconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / 1000.0;
}
