namespace Fablab.MachineSimulator.OctoPrint;

/// <summary>How one simulated printer behaves.</summary>
internal sealed record PrinterSettings
{
    /// <summary>The OctoPrint user that owns the application key; it shows up as <c>user</c> and <c>owner</c>.</summary>
    public string User { get; init; } = "admin";

    /// <summary>Printing, heating and pausing go this many times faster than in life. OctoPrint's own time-outs do not.</summary>
    public double Speed { get; init; } = 1;

    public bool StartsConnected { get; init; } = true;

    /// <summary>From the connect command to Operational; 0.06 s were recorded.</summary>
    public TimeSpan ConnectDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>OctoPrint says Pausing until the moves already sent are done; 0.4 to 1.6 s were recorded.</summary>
    public TimeSpan PauseDelay { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>At most 0.15 s were recorded.</summary>
    public TimeSpan CancelDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long the background analysis of an upload takes.</summary>
    public TimeSpan AnalysisDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>OctoPrint gives a silent printer up after six time-outs of 30 s (recording 15).</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(180);
}
