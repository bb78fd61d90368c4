namespace Fablab.Domain.MachineJobs.Gcode;

/// <summary>
/// Whether a program whose maker marks no end was cut off. A program that ends properly switches something off behind its
/// last working move: spindle, beam, heater, motors, or itself. Missing that, it is refused when the machine would be left
/// hot or turning, or when the file stops within a line.
/// </summary>
internal sealed class GcodeEnding
{
    private bool endedSinceWork;
    private bool isToolOn;
    private bool isHot;

    public void Worked() => endedSinceWork = false;

    public void ToolOn() => (isToolOn, endedSinceWork) = (true, false);

    public void ProgramEnded() => (isToolOn, endedSinceWork) = (false, true);

    public void Heated(bool on)
    {
        isHot = on;
        endedSinceWork |= !on;
    }

    public bool IsMissing(bool endsMidLine) => !endedSinceWork && (endsMidLine || isToolOn || isHot);
}
