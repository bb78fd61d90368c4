using System.Text;
using System.Text.Json;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.OctoPrint;

namespace Fablab.Bridge.Tests.Drivers.OctoPrint;

public class The_words_of_OctoPrint
{
    [Test]
    public void Are_all_known_in_every_recorded_answer_message_and_broker_event()
    {
        var words = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var exchange in Recording.Files("http").SelectMany(Recording.Exchanges))
        {
            NoteAnswer(words, exchange);
        }

        foreach (var (_, message) in Recording.Files("push").SelectMany(Recording.Pushed))
        {
            NoteMessages(words, message);
        }

        foreach (var line in Recording.Files("mqtt").SelectMany(Recording.Lines))
        {
            NoteBrokerMessage(words, line);
        }

        ApprovedText.Check("words", string.Concat(words.Select(word => word + "\n")));
        Assert.That(words.Where(word => word.EndsWith("unknown", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Are_read_from_every_recorded_snapshot_with_a_state_we_know()
    {
        var snapshots = Recording.Files("push").SelectMany(Recording.Pushed)
            .SelectMany(push => PushMessage.Parse(push.Message))
            .OfType<SnapshotMessage>()
            .ToList();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(snapshots, Has.Count.EqualTo(274));
            Assert.That(snapshots.Where(told => StateWords.Of(told.Snapshot) is null), Is.Empty);
            Assert.That(snapshots.Where(told => told.Snapshot.Progress is null || told.Snapshot.File is null), Is.Empty);
        }
    }

    [TestCase("""{"job":{"file":{"path":"a.gcode"},"filament":null}}""", null)]
    [TestCase("""{"job":{"file":{"path":"a.gcode"},"filament":{"length":null,"volume":null}}}""", null)]
    [TestCase("""{"job":{"file":{"path":"a.gcode"},"filament":{"tool0":{"length":12.5,"volume":0.1}}}}""", 12.5)]
    [TestCase("""{"job":{"file":{"path":"a.gcode"},"filament":{"tool0":{"length":12.5},"tool1":{"length":2}}}}""", 14.5)]
    public void Give_the_filament_in_each_of_its_forms(string body, double? millimetres)
    {
        var snapshot = Snapshot.FromJob(JsonDocument.Parse(body).RootElement);

        Assert.That(snapshot.File?.FilamentMillimetres, Is.EqualTo(millimetres));
    }

    [TestCase("""{}""")]
    [TestCase("""[]""")]
    [TestCase("""null""")]
    [TestCase("""7""")]
    [TestCase("""{"state":7,"job":[],"progress":"x","error":{}}""")]
    [TestCase("""{"state":{"text":null,"flags":null},"temperature":{"tool0":null,"bed":{"actual":"hot"}}}""")]
    [TestCase("""{"current":{"state":{"flags":{"printing":"yes"}},"temps":[null,7,{"tool0":{"actual":1e999}}],"progress":{"completion":-5,"printTime":-1}}}""")]
    [TestCase("""{"state":"\ud800","\ud800":1,"event":{"type":"\udfff"},"current":{"temps":[{"\ud800":{"actual":1}}]}}""")]
    [TestCase("""{"event":{"type":7,"payload":"x"},"reauthRequired":null,"history":[]}""")]
    public void May_be_missing_or_of_another_kind_without_harm(string body)
    {
        var element = JsonDocument.Parse(body).RootElement;
        var picture = new OctoPrintPicture { SilenceLimit = TimeSpan.FromMinutes(1), StartDeadline = TimeSpan.FromSeconds(15) };

        Assert.That(
            () =>
            {
                OctoPrintReducer.Apply(picture, new SnapshotSeen(Snapshot.FromJob(element), null), TimeSpan.Zero);
                OctoPrintReducer.Apply(picture, new SnapshotSeen(Snapshot.FromPrinter(element), null), TimeSpan.Zero);
                foreach (var message in PushMessage.Parse(element))
                {
                    OctoPrintFact? fact = message switch
                    {
                        SnapshotMessage told => new SnapshotSeen(told.Snapshot, null),
                        EventMessage told => new EventSeen(told.Event),
                        _ => null,
                    };
                    _ = fact is null ? [] : OctoPrintReducer.Apply(picture, fact, TimeSpan.Zero);
                }

                FileAnswer.From(element);
                LoginAnswer.From(element);
                UploadAnswer.From(element);
            },
            Throws.Nothing);
    }

    [Test]
    public void Survive_two_thousand_mutilated_frames()
    {
        var frames = Recording.Pushed(Path.Combine(Repository.OctoPrintRecordings, "push-10-printer-fatal-error-while-printing.jsonl"))
            .Select(push => push.Message.GetRawText())
            .ToList();
        var random = new Random(20261124);

        for (var round = 0; round < 2000; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(frames[random.Next(frames.Count)]);
            var cut = bytes.AsMemory(0, random.Next(bytes.Length + 1));
            for (var hit = 0; hit < random.Next(4) && cut.Length > 0; hit++)
            {
                cut.Span[random.Next(cut.Length)] = (byte)random.Next(256);
            }

            Assert.That(() => PushMessage.ParseFrame(cut), Throws.Nothing, $"round {round}");
        }
    }

    [Test]
    public void That_are_new_leave_the_state_as_it_was()
    {
        var picture = new OctoPrintPicture { SilenceLimit = TimeSpan.FromMinutes(1), StartDeadline = TimeSpan.FromSeconds(15) };
        var idle = OctoPrintReducer.Apply(picture, new SnapshotSeen(new Snapshot { StateText = "Operational" }, null), TimeSpan.Zero)[^1];

        var after = OctoPrintReducer.Apply(idle, new SnapshotSeen(new Snapshot { StateText = "Dreaming", Flags = new StateFlags() }, null), TimeSpan.Zero)[^1];
        after = OctoPrintReducer.Apply(after, new EventSeen(new OctoPrintEvent("PrinterStateChanged") { StateId = "DREAMING" }), TimeSpan.Zero)[^1];
        after = OctoPrintReducer.Apply(after, new EventSeen(new OctoPrintEvent("Dreamt")), TimeSpan.Zero)[^1];

        Assert.That(after.State, Is.EqualTo(idle.State));
    }

    private static void NoteAnswer(SortedSet<string> words, Exchange exchange)
    {
        var path = exchange.Target.Split('?')[0];
        if (exchange is not { Method: "GET", Status: 200 })
        {
            return;
        }

        switch (path)
        {
            case "/api/job":
                NoteText(words, Snapshot.FromJob(exchange.Answer).StateText);
                break;
            case "/api/printer":
                NoteText(words, Snapshot.FromPrinter(exchange.Answer).StateText);
                NoteFlags(words, exchange.Answer.Child("state").Child("flags"));
                break;
            case "/api/connection":
                NoteText(words, exchange.Answer.Child("current").Text("state"));
                break;
            case "/api/printer/error":
                words.Add($"error reason  {exchange.Answer.Text("reason")}");
                break;
        }
    }

    private static void NoteMessages(SortedSet<string> words, JsonElement element)
    {
        foreach (var message in PushMessage.Parse(element))
        {
            switch (message)
            {
                case SnapshotMessage told:
                    NoteText(words, told.Snapshot.StateText);
                    NoteFlags(words, element.Child(told.IsHistory ? "history" : "current").Child("state").Child("flags"));
                    break;
                case EventMessage told:
                    NoteEvent(words, told.Event);
                    break;
                case UnknownMessage told:
                    words.Add($"message       {told.Kind} unknown");
                    break;
            }
        }
    }

    private static void NoteBrokerMessage(SortedSet<string> words, JsonElement line)
    {
        var body = line.Child("json");
        if (line.Text("topic")!.StartsWith("octoPrint/event/", StringComparison.Ordinal))
        {
            NoteEvent(words, OctoPrintEvent.From(body.Text("_event"), body));
        }

        if (body.Child("printer_data") is { ValueKind: JsonValueKind.Object } snapshot)
        {
            NoteText(words, Snapshot.FromPush(snapshot).StateText);
        }
    }

    private static void NoteEvent(SortedSet<string> words, OctoPrintEvent told)
    {
        words.Add($"event         {told.Type}{(told.IsKnown ? "" : " unknown")}");
        if (told.Type is "PrinterStateChanged")
        {
            words.Add($"state id      {told.StateId} = {StateWords.OfId(told.StateId)?.ToString() ?? "unknown"}");
        }

        if (told.Reason is not null)
        {
            words.Add($"{(told.Type is "Error" ? "error reason  " : "end reason    ")}{told.Reason}");
        }
    }

    private static void NoteText(SortedSet<string> words, string? text) =>
        words.Add($"state text    {text} = {StateWords.OfText(text)?.ToString() ?? "unknown"}");

    private static void NoteFlags(SortedSet<string> words, JsonElement flags)
    {
        foreach (var flag in flags.EnumerateObject())
        {
            words.Add($"flag          {flag.Name}");
        }
    }
}
