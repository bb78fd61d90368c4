namespace Fablab.Scenarios.Tests.Lab;

/// <summary>Which parts of a lab are processes of their own. Only settings differ.</summary>
internal sealed record LabSetup
{
    /// <summary>Everything in the web process.</summary>
    public static readonly LabSetup OneBox = new();

    /// <summary>Web with broker, bridges and machines, each by itself: what is killed takes nobody along.</summary>
    public static readonly LabSetup Apart = new() { HasOwnBridges = true, HasOwnMachines = true };

    /// <summary>The same around a broker that is not ours.</summary>
    public static readonly LabSetup WithMosquitto = Apart with { HasMosquitto = true };

    public bool HasOwnBridges { get; private init; }

    public bool HasOwnMachines { get; private init; }

    public bool HasMosquitto { get; private init; }

    /// <summary>How many times faster than in life the machines work: the puck then takes about ten seconds.</summary>
    public double Speed { get; init; } = 30;

    /// <summary>The same of the mill, where it has a process of its own: the facing then takes about ten seconds.</summary>
    public double MillSpeed { get; init; } = 4;

    /// <summary>Bridges that a scenario needs; each is a process.</summary>
    public IReadOnlyList<string> Bridges { get; init; } = ["atelier-bridge"];
}
