using CsCheck;
using Fablab.Bridge.Drivers.Grbl;

namespace Fablab.Bridge.Tests.Drivers.Grbl;

public class A_line_from_a_controller
{
    [TestCaseSource(typeof(GrblRecording), nameof(GrblRecording.Names))]
    public void Is_of_a_known_kind_in_every_recording(string name)
    {
        var unknown = GrblRecording.Load(name).Received.Select(line => GrblLineParser.Parse(line.Text)).Where(IsUnknown);

        Assert.That(unknown, Is.Empty);
    }

    [TestCase("Grbl 1.1h ['$' for help]")]
    [TestCase("GrblHAL 1.1f ['$' or '$HELP' for help]")]
    [TestCase("Grbl 3.7 [FluidNC v3.7.8 (wifi) '$' for help]")]
    [TestCase("grbl 0.9j ['$' for help]")]
    public void Is_a_greeting_whoever_made_the_firmware(string line) =>
        Assert.That(GrblLineParser.Parse(line), Is.InstanceOf<GrblBanner>());

    [Test]
    public void Tells_position_buffers_and_spindle()
    {
        var status = (GrblStatus)GrblLineParser.Parse("<Hold:1|MPos:4.000,-0.250,-1.000|Bf:13,107|FS:300,800|Pn:XZ|WCO:1.000,2.000,3.000|Ov:110,100,90|A:SF>");

        using (Assert.EnterMultipleScope())
        {
            Assert.That((status.State, status.Substate), Is.EqualTo((GrblMachineState.Hold, 1)));
            Assert.That(status.MachinePosition, Is.EqualTo(new[] { 4, -0.25, -1 }));
            Assert.That((status.PlannerFree, status.RxFree), Is.EqualTo((13, 107)));
            Assert.That((status.Feed, status.Spindle), Is.EqualTo((300, 800)));
            Assert.That((status.Pins, status.Accessories), Is.EqualTo(("XZ", "SF")));
            Assert.That(status.WorkOffset, Is.EqualTo(new[] { 1, 2, 3 }));
            Assert.That(status.Overrides, Is.EqualTo(new[] { 110, 100, 90 }));
        }
    }

    [Test]
    public void Keeps_fields_nobody_knows_and_reads_the_rest()
    {
        var status = (GrblStatus)GrblLineParser.Parse("<Dance:7|WPos:1,2|F:100|SD:12.5,/a.nc|TLR:0|Bf:x,y|Nonsense>");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(status.State, Is.EqualTo(GrblMachineState.Unknown));
            Assert.That(status.StateText, Is.EqualTo("Dance:7"));
            Assert.That(status.WorkPosition, Is.EqualTo(new[] { 1, 2 }));
            Assert.That((status.Feed, status.RxFree), Is.EqualTo((100, default(int?))));
            Assert.That(status.Other.Keys, Is.EquivalentTo(new[] { "SD", "TLR", "Bf", "Nonsense" }));
        }
    }

    [Test]
    public void Leaves_offset_and_accessories_standing_until_they_are_told_anew()
    {
        var first = (GrblStatus)GrblLineParser.Parse("<Run|MPos:0,0,0|FS:0,800|WCO:1,1,1|Ov:100,100,100|A:S>");
        var second = ((GrblStatus)GrblLineParser.Parse("<Run|MPos:0,0,0|FS:0,800>")).Following(first);
        var third = ((GrblStatus)GrblLineParser.Parse("<Run|MPos:0,0,0|FS:0,0|Ov:100,100,100>")).Following(second);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((second.WorkOffset, second.Accessories), Is.EqualTo((first.WorkOffset, "S")));
            Assert.That((third.WorkOffset, third.Accessories), Is.EqualTo((first.WorkOffset, string.Empty)));
            Assert.That((second.IsSpindleOn, third.IsSpindleOn), Is.EqualTo((true, false)));
        }
    }

    [TestCase("[OPT:V,15,128]", 15, 128)]
    [TestCase("[OPT:VNML+,100,1024,3,0]", 100, 1024)]
    public void Tells_how_large_the_buffers_are(string line, int blocks, int bytes)
    {
        var build = (GrblBuildOptions)GrblLineParser.Parse(line);

        Assert.That((build.PlannerBlocks, build.RxBytes), Is.EqualTo((blocks, bytes)));
    }

    [TestCase("error:53", 53)]
    [TestCase("error:99999999999999", null)]
    [TestCase("error:Bad number format", null)]
    public void Can_be_an_error_of_any_number(string line, int? code)
    {
        var error = (GrblError)GrblLineParser.Parse(line);

        Assert.That(error.Code, Is.EqualTo(code));
        Assert.That(GrblTexts.Describe(error), Is.Not.Empty);
    }

    [Test]
    public void Never_breaks_the_parser_whatever_it_holds()
    {
        string[] pieces = ["<", ">", "[", "]", "|", ":", ",", "$", "=", "ok", "error:", "ALARM:", "Bf:", "MPos:", "FS:", "NaN", "1e999", "-", "Idle", "OPT:"];
        var fragment = Gen.OneOf(Gen.String, Gen.Int[0, pieces.Length - 1].Select(at => pieces[at]));

        fragment.Array[0, 12].Sample(parts => GrblLineParser.Parse(string.Concat(parts)) is not null);
    }

    private static bool IsUnknown(GrblLine line) => line is GrblUnknownLine or GrblStatus { State: GrblMachineState.Unknown };
}
