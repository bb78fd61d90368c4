using System.Text.Json.Nodes;
using Fablab.MachineSimulator.OctoPrint;

namespace Fablab.MachineSimulator.PrusaLink;

/// <summary>
/// A printer with PrusaLink as a state machine without clock or socket, after the firmware's published interface and source. An end is shown
/// until somebody confirms it at the screen or the next job begins.
/// </summary>
internal sealed class PrusaMachine
{
    private const int ToldLimit = 200;

    /// <summary>Winding up after a stop: the head is parked.</summary>
    private static readonly TimeSpan ParkTime = TimeSpan.FromSeconds(2);

    private readonly double _speed;
    private readonly Heater _nozzle;
    private readonly Heater _bed;
    private readonly Queue<string> _told = new();
    private DateTimeOffset? _parkedAt;
    private TimeSpan _printed;
    private TimeSpan _active;
    private string _file = "";

    public PrusaMachine(double speed, DateTimeOffset now)
    {
        (_speed, Now) = (speed, now);
        _nozzle = new Heater(10 * speed);
        _bed = new Heater(5 * speed);
    }

    public DateTimeOffset Now { get; private set; }

    /// <summary>As <c>printer.state</c> says it.</summary>
    public string State { get; private set; } = "IDLE";

    public int JobId { get; private set; }

    /// <summary>A file of somebody else is on its way to the storage.</summary>
    public bool IsTransferring { get; set; }

    public Dictionary<string, (byte[] Content, GcodeAnalysis Analysis)> Files { get; } = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Told => _told;

    /// <summary>As the firmware has it: not once the job is over, though its end is still shown.</summary>
    public bool HasJob => State is "PRINTING" or "PAUSED" or "ATTENTION";

    public bool IsBusy => State is "PRINTING" or "PAUSED" or "ATTENTION" or "BUSY";

    private double Share => Files.TryGetValue(_file, out var file) ? Math.Min(1, _printed / file.Analysis.Duration) : 0;

    public void Advance(DateTimeOffset now)
    {
        var elapsed = now - Now;
        if (elapsed <= TimeSpan.Zero)
        {
            return;
        }

        Now = now;
        var heating = _nozzle.TimeToReachTarget > _bed.TimeToReachTarget ? _nozzle.TimeToReachTarget : _bed.TimeToReachTarget;
        _nozzle.Pass(elapsed);
        _bed.Pass(elapsed);
        if (State is "PRINTING")
        {
            _active += elapsed;
            _printed += elapsed > heating ? (elapsed - heating) * _speed : TimeSpan.Zero;
            if (Share >= 1)
            {
                End("FINISHED");
            }
        }

        if (_parkedAt <= now)
        {
            _parkedAt = null;
            End("STOPPED");
        }
    }

    /// <returns>The status of the answer.</returns>
    public int Start(string name)
    {
        if (!Files.TryGetValue(name, out var file))
        {
            return 404;
        }

        if (IsBusy || State is "ERROR")
        {
            return 409;
        }

        JobId++;
        (State, _file, _printed, _active) = ("PRINTING", name, TimeSpan.Zero, TimeSpan.Zero);
        (_nozzle.Target, _bed.Target) = (file.Analysis.ToolDegrees, file.Analysis.BedDegrees);
        Tell($"started {name}");
        return 204;
    }

    public int Pause(int job) => Move(job, "PRINTING", "PAUSED");

    public int Resume(int job) => Move(job, "PAUSED", "PRINTING");

    public int Stop(int job)
    {
        if (job != JobId)
        {
            return 404;
        }

        if (State is not ("PRINTING" or "PAUSED" or "ATTENTION"))
        {
            return 409;
        }

        State = "BUSY";
        _parkedAt = Now + (ParkTime / _speed);
        return 204;
    }

    public int Delete(string name) => IsBusy && _file == name ? 409 : Files.Remove(name) ? 204 : 404;

    /// <summary>Somebody confirms the end, or answers the question, at the screen.</summary>
    public void Confirm() => State = State switch { "FINISHED" or "STOPPED" or "ERROR" => "IDLE", "ATTENTION" => "PRINTING", var other => other };

    public void Ask() => State = State is "PRINTING" ? "ATTENTION" : State;

    /// <summary>The red screen.</summary>
    public void Fail()
    {
        Tell($"failed {_file}");
        State = "ERROR";
    }

    /// <summary>The power goes and comes back: nobody remembers the job.</summary>
    public void Reboot() => (State, _parkedAt) = ("IDLE", null);

    public JsonObject Status()
    {
        var status = new JsonObject
        {
            ["storage"] = new JsonObject { ["path"] = "/usb/", ["name"] = "usb", ["read_only"] = false },
            ["printer"] = new JsonObject
            {
                ["state"] = State,
                ["temp_bed"] = Math.Round(_bed.Actual, 1),
                ["target_bed"] = _bed.Target,
                ["temp_nozzle"] = Math.Round(_nozzle.Actual, 1),
                ["target_nozzle"] = _nozzle.Target,
                ["axis_z"] = 0.4,
                ["flow"] = 100,
                ["speed"] = 100,
                ["fan_hotend"] = 0,
                ["fan_print"] = 0,
            },
        };
        if (HasJob)
        {
            status["job"] = Job();
        }

        return status;
    }

    public JsonObject JobDetails()
    {
        var job = Job();
        job["state"] = State is "ATTENTION" ? "PAUSED" : State is "BUSY" ? "ERROR" : State;
        job["file"] = new JsonObject { ["name"] = "JOB~1.GCO", ["display_name"] = _file, ["path"] = "/usb", ["size"] = Files.GetValueOrDefault(_file).Content?.Length ?? 0 };
        return job;
    }

    private JsonObject Job()
    {
        var left = Files.TryGetValue(_file, out var file) ? file.Analysis.Duration - _printed : TimeSpan.Zero;
        return new JsonObject
        {
            ["id"] = JobId,
            ["progress"] = Math.Floor(Share * 100),
            ["time_remaining"] = (int)Math.Max(0, left.TotalSeconds),
            ["time_printing"] = (int)_active.TotalSeconds,
        };
    }

    private int Move(int job, string from, string to)
    {
        if (job != JobId)
        {
            return 404;
        }

        if (State != from)
        {
            return 409;
        }

        State = to;
        return 204;
    }

    private void End(string state)
    {
        State = state;
        (_nozzle.Target, _bed.Target) = (0, 0);
        Tell($"{state} {_file}");
    }

    private void Tell(string what)
    {
        _told.Enqueue(what);
        if (_told.Count > ToldLimit)
        {
            _told.Dequeue();
        }
    }
}
