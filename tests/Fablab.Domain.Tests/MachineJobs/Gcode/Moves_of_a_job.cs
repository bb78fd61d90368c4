using Fablab.Domain.MachineJobs.Gcode;
using Fablab.Domain.Machines;

namespace Fablab.Domain.Tests.MachineJobs.Gcode;

public class Moves_of_a_job
{
    [TestCase("G91\nG1 X10 F600\nG1 X10", 20, TestName = "relative")]
    [TestCase("G20\nG1 X1 F20", 25.4, TestName = "inches")]
    [TestCase("G1 X10 F600\nG92 X0\nG1 X10", 20, TestName = "renamed position")]
    [TestCase("G1 X10 F600\nX20\nY5", 25, TestName = "the move that still holds")]
    [TestCase("g1x10f600", 10, TestName = "small letters without spaces")]
    [TestCase("N7 G1 X 10 F600*33", 10, TestName = "numbered with a check sum")]
    [TestCase("G1 (to the right) X10 F600 ; go", 10, TestName = "comments between")]
    [TestCase("G1 X10 F600\nG28\nG1 X10", 20, TestName = "homed between")]
    public void Are_followed_in_every_way_of_writing(string program, double millimetres)
    {
        Assert.That(Programs.Analyze(program + "\nM2\n").PathMillimetres, Is.EqualTo(millimetres).Within(1e-9));
    }

    [TestCase("G2 X20 Y0 I10 J0", Math.PI * 10, TestName = "half circle by centre")]
    [TestCase("G3 X20 Y0 R10", Math.PI * 10, TestName = "half circle by radius")]
    [TestCase("G2 X0 Y0 I10 J0", Math.PI * 20, TestName = "full circle")]
    [TestCase("G3 X10 Y10 I0 J10", Math.PI * 5, TestName = "quarter circle")]
    [TestCase("G2 X10 Y10 R-10", Math.PI * 15, TestName = "three quarters by negative radius")]
    public void Are_as_long_as_their_arcs(string arc, double millimetres)
    {
        Assert.That(Programs.Analyze($"G0 X0 Y0\n{arc} F600\nM2\n").PathMillimetres, Is.EqualTo(millimetres).Within(1e-6));
    }

    [Test]
    public void Reach_as_far_as_they_are_commanded_in_machine_coordinates()
    {
        var job = Programs.Analyze("G1 X10 Y5 F600\nG92 X100\nG1 X110\nG91\nG1 Y-3\nM2\n");

        Assert.That((job.X, job.Y, job.Z), Is.EqualTo((new GcodeRange(10, 20), new GcodeRange(2, 5), (GcodeRange?)null)));
    }

    [TestCase(GcodeDialect.Grbl, 500)]
    [TestCase(GcodeDialect.Printer, 0.5)]
    public void Wait_in_the_unit_of_the_controller_s_family(GcodeDialect dialect, double seconds)
    {
        var job = Programs.Analyze("G1 X0 F600\nG4 P500\nM2\n", new MachineProfile { Dialect = dialect });

        Assert.That(job.Estimate!.Value.TotalSeconds, Is.EqualTo(seconds).Within(1e-9));
    }

    [Test]
    public void Are_the_same_however_the_file_arrives_in_pieces()
    {
        var text = Programs.Read("puck.prusaslicer-2.5.gcode").Replace("\n", "\r\n", StringComparison.Ordinal);
        var whole = Programs.Analyze(text);
        var analyzer = new GcodeAnalyzer(MachineProfile.Unchecked);
        for (var at = 0; at < text.Length; at += 7)
        {
            analyzer.Feed(text.AsSpan(at, Math.Min(7, text.Length - at)));
        }

        var inPieces = analyzer.Complete();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(inPieces with { Problems = whole.Problems, Tools = whole.Tools }, Is.EqualTo(whole));
            Assert.That(inPieces.Problems, Is.Empty);
            Assert.That(whole.Lines, Is.EqualTo(text.Count(c => c == '\n')));
        }
    }

    [Test]
    public void Need_no_more_memory_when_there_are_more_of_them()
    {
        var analyzer = new GcodeAnalyzer(MachineProfile.Unchecked);
        var chunk = string.Concat(Enumerable.Range(0, 500).Select(n => $"G1 X{n % 200} Y{n % 180} E{n}\n"));
        analyzer.Feed(chunk);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var n = 0; n < 400; n++)
        {
            analyzer.Feed(chunk);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(10_000), "bytes for 200 000 lines");
    }
}
