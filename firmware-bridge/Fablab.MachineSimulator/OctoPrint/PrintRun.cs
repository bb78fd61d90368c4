namespace Fablab.MachineSimulator.OctoPrint;

/// <summary>One print of one file, from start to its end. Time in it is what the file needs, not what the clock shows.</summary>
internal sealed class PrintRun(PrintFile file, DateTimeOffset startedAt)
{
    public PrintFile File { get; } = file;

    public DateTimeOffset StartedAt { get; } = startedAt;

    public bool IsHeating { get; set; } = true;

    /// <summary>How much of the file's own duration is done.</summary>
    public TimeSpan Printed { get; set; }

    /// <summary>Clock time since the start without pauses: OctoPrint's <c>printTime</c>.</summary>
    public TimeSpan Active { get; set; }

    /// <summary>What OctoPrint goes on showing as <c>printTime</c> while the printer is silent (recording 15).</summary>
    public TimeSpan? ActiveWhenSilenced { get; set; }

    public int LayersDone { get; set; }

    public double? CurrentZ { get; set; }

    public TimeSpan Left => File.Analysis.Duration - Printed;

    public long FilePosition
    {
        get
        {
            var header = File.Analysis.HeaderBytes;
            var share = Math.Clamp(Printed / File.Analysis.Duration, 0, 1);
            return Math.Min(File.Size, header + (long)((File.Size - header) * share));
        }
    }

    /// <summary>0 to 100.</summary>
    public double Completion => File.Size == 0 ? 100 : FilePosition * 100.0 / File.Size;

    /// <summary>The file's own time at which the given place in the file is reached.</summary>
    public TimeSpan TimeAt(long offset)
    {
        var body = File.Size - File.Analysis.HeaderBytes;
        var share = body <= 0 ? 1 : Math.Clamp((offset - File.Analysis.HeaderBytes) / (double)body, 0, 1);
        return File.Analysis.Duration * share;
    }
}
