namespace Fablab.MachineSimulator.Grbl;

/// <summary>One planned motion in machine coordinates, in millimetres. Arcs have their own length but show a straight path.</summary>
internal sealed class GrblMove(double[] from, double[] to, double length, double rate, bool isRapid)
{
    private double _done;

    /// <summary>Millimetres a minute before overrides.</summary>
    public double Rate { get; } = rate;

    public bool IsRapid { get; } = isRapid;

    public double Left => length - _done;

    public void Pass(double distance) => _done = Math.Min(length, _done + distance);

    public void PositionInto(double[] position)
    {
        for (var axis = 0; axis < position.Length; axis++)
        {
            position[axis] = from[axis] + ((to[axis] - from[axis]) * _done / length);
        }
    }

    public void EndInto(double[] position) => to.CopyTo(position, 0);
}
