using System.Collections.Immutable;

namespace Fablab.Bridge.Drivers.Grbl;

/// <summary>
/// One <c>&lt;State|field|…&gt;</c> report. Offsets, overrides and accessories come only now and then, so
/// <see cref="Following"/> carries the last known ones on.
/// </summary>
internal sealed record GrblStatus : GrblLine
{
    public required GrblMachineState State { get; init; }

    /// <summary><c>Hold:0</c> stands still, <c>Hold:1</c> still slows down; <c>Door:0</c> closed … <c>Door:3</c> resuming.</summary>
    public int? Substate { get; init; }

    /// <summary>The state as the controller spelled it.</summary>
    public required string StateText { get; init; }

    /// <summary>Machine position in the controller's unit; absent when it reports work positions.</summary>
    public ImmutableArray<double>? MachinePosition { get; init; }

    public ImmutableArray<double>? WorkPosition { get; init; }

    /// <summary>Machine position minus work position.</summary>
    public ImmutableArray<double>? WorkOffset { get; init; }

    /// <summary>Free planner blocks.</summary>
    public int? PlannerFree { get; init; }

    /// <summary>Free bytes of the receive buffer.</summary>
    public int? RxFree { get; init; }

    public double? Feed { get; init; }

    /// <summary>Spindle speed or laser power as commanded; 0 when off.</summary>
    public double? Spindle { get; init; }

    public string? Pins { get; init; }

    /// <summary>Feed, rapid and spindle overrides in percent.</summary>
    public ImmutableArray<double>? Overrides { get; init; }

    /// <summary>Letters of what is on: S or C spindle, F flood, M mist. Empty: all off; <see langword="null"/>: not told yet.</summary>
    public string? Accessories { get; init; }

    /// <summary>Fields of newer or other firmware, kept as they came.</summary>
    public ImmutableDictionary<string, string> Other { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Standing still for certain: a reset now loses no position and raises no alarm.</summary>
    public bool IsHeldStill => (State, Substate) is (GrblMachineState.Hold, 0 or null) or (GrblMachineState.Door, 0 or 1);

    public bool IsHeld => State is GrblMachineState.Hold or GrblMachineState.Door;

    public bool IsSpindleOn => Spindle is > 0 || Accessories?.AsSpan().IndexOfAny('S', 'C') >= 0;

    public GrblStatus Following(GrblStatus? earlier) => this with
    {
        WorkOffset = WorkOffset ?? earlier?.WorkOffset,
        Overrides = Overrides ?? earlier?.Overrides,

        // Overrides and accessories travel together, so a report with Ov and without A says that all are off.
        Accessories = Accessories ?? (Overrides is null ? earlier?.Accessories : string.Empty),
    };
}

/// <summary>First word of a status report.</summary>
internal enum GrblMachineState
{
    Unknown,
    Idle,
    Run,
    Hold,
    Jog,
    Alarm,
    Door,
    Check,
    Home,
    Sleep,
    Tool,
}
