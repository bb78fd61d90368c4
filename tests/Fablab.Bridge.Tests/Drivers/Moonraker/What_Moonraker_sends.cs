using System.Text;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.Moonraker;

namespace Fablab.Bridge.Tests.Drivers.Moonraker;

public class What_Moonraker_sends
{
    /// <summary>Broken messages in the normal run; the same for the same seed.</summary>
    private const int Messages = 20_000;

    private const int Seed = 20_261_130;

    [Test]
    public void Is_an_answer_with_the_number_of_its_call()
    {
        var frame = (RpcAnswer)Parse("""{"jsonrpc":"2.0","result":"ok","id":7}""");

        Assert.That((frame.Id, frame.Error), Is.EqualTo((7L, (RpcError?)null)));
    }

    [TestCase(400, RefusalKind.WrongState)]
    [TestCase(401, RefusalKind.NotAllowed)]
    [TestCase(503, RefusalKind.WrongState)]
    [TestCase(-32601, RefusalKind.NotFound)]
    [TestCase(500, RefusalKind.Other)]
    public void Is_a_no_whose_kind_is_in_its_number(int code, RefusalKind kind)
    {
        var frame = (RpcAnswer)Parse($$"""{"jsonrpc":"2.0","error":{"code":{{code}},"message":"Shutdown due to webhooks request\nOnce the underlying issue is corrected"},"id":5}""");
        var no = frame.Error!.ToRefusal("printer.print.start");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(no.Kind, Is.EqualTo(kind));
            Assert.That(no.Message, Is.EqualTo($"Moonraker answered {code} to printer.print.start: Shutdown due to webhooks request"));
        }
    }

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("7")]
    [TestCase("{}")]
    [TestCase("""{"id":"seven","result":1}""")]
    [TestCase("""{"id":1.5}""")]
    [TestCase("""{"method":7}""")]
    public void May_be_nonsense(string frame) => Assert.That(Parse(frame), Is.InstanceOf<RpcUnknown>());

    [Test]
    public void Of_a_part_of_an_object_leaves_the_rest_as_it_was()
    {
        var status = new PrinterStatus()
            .Merge(LooseJson.Parse("""{"print_stats":{"state":"printing","filename":"a.gcode","print_duration":2.5},"extruder":{"temperature":200.5,"target":210}}"""u8.ToArray())!.Value)
            .Merge(LooseJson.Parse("""{"print_stats":{"print_duration":3},"extruder":{"temperature":201}}"""u8.ToArray())!.Value);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((status.JobState, status.FileName, status.PrintMilliseconds), Is.EqualTo(("printing", "a.gcode", (long?)3_000)));
            Assert.That(status.Temperatures["tool0"], Is.EqualTo(new Temperature(201, 210)));
        }
    }

    [Test]
    public void Never_breaks_the_picture_however_broken_it_is()
    {
        var picture = new MoonrakerPicture { SilenceLimit = TimeSpan.FromSeconds(60), IsConnected = true };
        var now = TimeSpan.Zero;
        foreach (var message in Mutations.Of([.. MoonrakerReplay.Messages()], Messages, Seed))
        {
            now += TimeSpan.FromMilliseconds(40);
            foreach (var fact in FactsOf(RpcFrame.Parse(message)).Append(new MoonrakerFact.Ticked()))
            {
                foreach (var next in MoonrakerReducer.Apply(picture, fact, now))
                {
                    picture = next;
                    var seen = picture.Observe(now);
                    if (seen.Progress is < 0 or > 1 || seen.JobMilliseconds < 0 || seen.FilamentMillimetres < 0 || (seen.LastEnd is not null && picture.Run is not null))
                    {
                        Assert.Fail($"{seen} after {Encoding.UTF8.GetString(message)}");
                    }
                }
            }
        }
    }

    private static IEnumerable<MoonrakerFact> FactsOf(RpcFrame frame)
    {
        switch (frame)
        {
            case RpcNotice notice when MoonrakerFact.From(notice) is { } fact:
                yield return fact;
                break;
            case RpcAnswer answer:
                _ = answer.Error?.ToRefusal("x");
                yield return new MoonrakerFact.StatusSeen(answer.Result.Child("status"), IsWhole: true);
                yield return new MoonrakerFact.HistorySeen(HistoryJob.ListFrom(answer.Result));
                break;
        }
    }

    private static RpcFrame Parse(string frame) => RpcFrame.Parse(Encoding.UTF8.GetBytes(frame));
}
