using System.Diagnostics;

namespace Fablab.Scenarios.Tests.Lab;

/// <summary>One program of the lab as a process of its own, which can be killed and started again with the same data.</summary>
internal sealed class LabProcess : IDisposable
{
    private const int TailLines = 40;
    private const int KeptLines = 4_000;

    private readonly ProcessStartInfo _how;
    private readonly Queue<string> _log = new();
    private Process? _process;

    private LabProcess(string name, ProcessStartInfo how)
    {
        (Name, _how) = (name, how);

        // Whatever ends the tests, nothing they started stays behind.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Kill();
    }

    public string Name { get; }

    public bool IsAlive => _process is { HasExited: false };

    /// <summary>The last lines that the program wrote.</summary>
    public string Tail
    {
        get
        {
            lock (_log)
            {
                return string.Join(Environment.NewLine, _log.TakeLast(TailLines));
            }
        }
    }

    /// <summary>A program of ours, built beside the tests.</summary>
    public static LabProcess OfDotnet(string name, string assembly, string folder, IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return Of(name, dotnet, folder, settings, [Path.Combine(AppContext.BaseDirectory, assembly), .. arguments]);
    }

    public static LabProcess Of(string name, string program, string folder, IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        Directory.CreateDirectory(folder);
        var how = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (setting, value) in settings)
        {
            how.Environment[setting] = value;
        }

        return new LabProcess(name, how);
    }

    public void Start()
    {
        Write("(started)");
        _process?.Dispose();
        _process = Process.Start(_how) ?? throw new InvalidOperationException($"{_how.FileName} does not start.");
        _process.OutputDataReceived += (_, line) => Write(line.Data);
        _process.ErrorDataReceived += (_, line) => Write(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>As <c>kill -9</c>: the program learns nothing of it.</summary>
    public void Kill()
    {
        if (!IsAlive)
        {
            return;
        }

        _process!.Kill();
        _process.WaitForExit(Limits.Death);
        Write("(killed)");
    }

    public void Dispose()
    {
        Kill();
        _process?.Dispose();
        _process = null;
    }

    private void Write(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_log)
        {
            _log.Enqueue(line);
            if (_log.Count > KeptLines)
            {
                _log.Dequeue();
            }
        }
    }
}
