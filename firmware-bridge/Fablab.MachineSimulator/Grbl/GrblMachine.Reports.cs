using System.Globalization;
using System.Text;

namespace Fablab.MachineSimulator.Grbl;

/// <summary>Status reports, modes and parameters in GRBL's words.</summary>
internal sealed partial class GrblMachine
{
    // Work offset and overrides come only now and then; GRBL's documentation gives these counts.
    private const int OffsetEveryBusy = 30;
    private const int OverrideEveryBusy = 20;
    private const int EveryIdle = 10;

    private int _reportsUntilOffset;
    private int _reportsUntilOverride;

    private string Report()
    {
        var report = new StringBuilder("<");
        report.Append(StateText()).Append("|MPos:").Append(Vector(axis => _position[axis]));
        if (Settings.ReportsBuffer)
        {
            report.Append(CultureInfo.InvariantCulture, $"|Bf:{PlannerBlocks - _planner.Count},{ReceiveBufferBytes - _received.Count}");
        }

        var feed = IsMoving ? RateOf(_planner.Peek()) : 0;
        var speed = _spindle == 5 ? 0 : _spindleSpeed * _spindleOverride / 100;
        report.Append(CultureInfo.InvariantCulture, $"|FS:{feed:F0},{speed:F0}");
        AppendRareFields(report);
        return report.Append('>').ToString();
    }

    private void AppendRareFields(StringBuilder report)
    {
        var isBusy = State is GrblState.Run or GrblState.Hold or GrblState.Jog;
        if (_reportsUntilOffset > 0)
        {
            _reportsUntilOffset--;
        }
        else
        {
            _reportsUntilOffset = (isBusy ? OffsetEveryBusy : EveryIdle) - 1;
            // The overrides follow in the next report, never in this one.
            _reportsUntilOverride = Math.Max(1, _reportsUntilOverride);
            report.Append("|WCO:").Append(Vector(Offset));
        }

        if (_reportsUntilOverride > 0)
        {
            _reportsUntilOverride--;
            return;
        }

        _reportsUntilOverride = (isBusy ? OverrideEveryBusy : EveryIdle) - 1;
        report.Append(CultureInfo.InvariantCulture, $"|Ov:{_feedOverride},{_rapidOverride},{_spindleOverride}");
        var accessories = (_spindle switch { 3 => "S", 4 => "C", _ => "" }) + (_coolant switch { 8 => "F", 7 => "M", _ => "" });
        if (accessories.Length > 0)
        {
            report.Append("|A:").Append(accessories);
        }
    }

    private string StateText() => State is GrblState.Hold
        ? _isHoldComplete ? "Hold:0" : "Hold:1"
        : State.ToString();

    private string Vector(Func<int, double> component)
    {
        var unit = Settings.ReportsInches ? 1 / MillimetresPerInch : 1;
        var decimals = Settings.ReportsInches ? "F4" : "F3";
        return string.Join(',', Enumerable.Range(0, Axes).Select(axis => (component(axis) * unit).ToString(decimals, CultureInfo.InvariantCulture)));
    }

    private string Modes() => string.Create(
        CultureInfo.InvariantCulture,
        $"[GC:G{_motion} G{54 + _coordinateSystem} G{_plane} G{(_isInches ? 20 : 21)} G{(_isRelative ? 91 : 90)} G94 M{_spindle} M{_coolant} T{_tool} F{_feed:0.###} S{_spindleSpeed:0.###}]");

    private IEnumerable<string> Parameters() =>
    [
        .. _coordinateSystems.Select((system, number) => string.Create(CultureInfo.InvariantCulture, $"[G{54 + number}:{Vector(axis => system[axis])}]")),
        $"[G28:{Vector(_ => 0)}]",
        $"[G30:{Vector(_ => 0)}]",
        $"[G92:{Vector(axis => _shift[axis])}]",
        "[TLO:0.000]",
        $"[PRB:{Vector(_ => 0)}:0]",
    ];
}
