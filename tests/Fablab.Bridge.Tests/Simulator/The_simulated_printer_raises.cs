using System.Text;
using System.Text.Json.Nodes;
using Fablab.MachineSimulator.OctoPrint;

namespace Fablab.Bridge.Tests.Simulator;

/// <summary>The events of each recorded situation, in their recorded order and with their recorded members.</summary>
public class The_simulated_printer_raises
{
    // Not about the job, or at moments that depend on the file's content.
    private static readonly string[] Beside =
    [
        "Home", "ZChange", "Dwelling", "MetadataAnalysisStarted", "MetadataAnalysisFinished", "FileAdded", "UpdatedFiles", "Upload",
        "UserLoggedIn", "ClientOpened", "ClientAuthed",
    ];

    private static readonly DateTimeOffset Start = new(2026, 11, 23, 19, 0, 0, TimeSpan.Zero);

    [Test]
    public void The_recorded_events_of_a_print_that_finishes() =>
        Compare("push-07-print-finish.jsonl", PrinterFixture.ShortPrint, After(60, _ => { }));

    [Test]
    public void The_recorded_events_of_a_print_that_is_cancelled() =>
        Compare("push-08-*", PrinterFixture.LongPrint, After(8, machine => machine.Cancel()));

    [Test]
    public void The_recorded_events_of_pausing_resuming_restarting_and_cancelling_while_paused() => Compare(
        "push-09-*",
        PrinterFixture.LongPrint,
        After(4, machine => machine.Pause()),
        After(1, machine => machine.Resume()),
        After(1, machine => machine.Pause()),
        After(2, machine => machine.Start()),
        After(3, machine => machine.Pause()),
        After(1, machine => machine.Cancel()));

    [Test]
    public void The_recorded_events_of_a_firmware_that_halts() =>
        Compare("push-10-*", PrinterFixture.LongPrint, After(4, machine => machine.FailFirmware()));

    [Test]
    public void The_recorded_events_of_a_lost_serial_line() =>
        Compare("push-11-*", PrinterFixture.LongPrint, After(4, machine => machine.LoseSerial()));

    [Test]
    public void The_recorded_events_of_a_disconnect_while_printing() =>
        Compare("push-12-*", PrinterFixture.LongPrint, After(4, machine => machine.Disconnect()));

    [Test]
    public void The_recorded_events_of_a_cancel_at_the_printer() =>
        Compare("push-13-*", PrinterFixture.LongPrint, After(4, machine => machine.CancelAtPrinter()));

    [Test]
    public void The_recorded_events_of_an_emergency_stop() =>
        Compare("push-14-*", PrinterFixture.LongPrint, After(4, machine => machine.EmergencyStop()));

    [Test]
    public void The_recorded_events_of_a_printer_that_stops_answering() =>
        Compare("push-15-*", PrinterFixture.LongPrint, After(4, machine => machine.FallSilent()), After(181, _ => { }));

    [Test]
    public void The_recorded_events_of_a_pause_at_the_printer() =>
        Compare("push-16-*", PrinterFixture.LongPrint, After(4, machine => machine.PauseAtPrinter()), After(3, machine => machine.ResumeAtPrinter()));

    [Test]
    public void The_recorded_events_of_a_printer_that_resets() =>
        Compare("push-17-*", PrinterFixture.LongPrint, After(4, machine => machine.Reset()));

    [Test]
    public void No_progress_while_the_printer_is_silent()
    {
        var machine = Printing(PrinterFixture.LongPrint);
        machine.Advance(Start.AddSeconds(4));
        machine.FallSilent();

        var before = OctoPrintAnswers.Job(machine).ToJsonString();
        machine.Advance(Start.AddSeconds(180));

        Assert.That(OctoPrintAnswers.Job(machine).ToJsonString(), Is.EqualTo(before));
    }

    [Test]
    public void A_finished_print_after_the_time_its_slicer_foresaw()
    {
        var machine = new PrinterMachine(new PrinterSettings { Speed = 60 }, Start);
        machine.Upload("cube.gcode", File.ReadAllBytes(RecordedFile.Sample("cube20.prusaslicer-2.5.gcode")), null, select: true, print: true);

        machine.Advance(Start.AddSeconds((19 * 60) + 11) + TimeSpan.FromMinutes(1));

        var done = machine.TakeEvents().Single(happened => happened.Type == "PrintDone");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(done.Payload!["time"]!.GetValue<double>(), Is.InRange(1151 / 60.0, 1211 / 60.0), "printing at sixty times the speed, after heating");
            Assert.That(machine.Files["cube.gcode"].Analysis.FilamentMillimetres, Is.EqualTo(1504.88));
        }
    }

    private static (TimeSpan, Action<PrinterMachine>) After(double seconds, Action<PrinterMachine> action) => (TimeSpan.FromSeconds(seconds), action);

    private static PrinterMachine Printing(string content)
    {
        var machine = new PrinterMachine(new PrinterSettings(), Start.AddSeconds(-60));
        machine.Upload("part.gcode", Encoding.UTF8.GetBytes(content), null, select: false, print: false);
        machine.Advance(Start);
        machine.TakeEvents();
        machine.Select(machine.Files["part.gcode"]);
        machine.Start();
        return machine;
    }

    private static void Compare(string recording, string content, params (TimeSpan Wait, Action<PrinterMachine> Action)[] script)
    {
        var machine = Printing(content);
        foreach (var (wait, action) in script)
        {
            machine.Advance(machine.Now + wait);
            action(machine);
        }

        machine.Advance(machine.Now.AddSeconds(2));

        var ours = machine.TakeEvents().Where(happened => !Beside.Contains(happened.Type)).ToList();
        var recorded = Recorded(recording);
        Assert.That(ours.Select(happened => happened.Label), Is.EqualTo(recorded.Select(happened => happened.Label)));
        var differences = recorded.Zip(ours, (a, b) => JsonShape.Differences(a.Payload, b.Payload, a.Label)).SelectMany(difference => difference);
        Assert.That(differences, Is.Empty);
    }

    private static List<PrinterEvent> Recorded(string recording) => RecordedFile.Read("octoprint", recording)
        .Where(line => line["messages"] is JsonArray)
        .SelectMany(line => line["messages"]!.AsArray())
        .Select(message => (message as JsonObject)?["event"])
        .OfType<JsonObject>()
        .Select(happened => new PrinterEvent((string)happened["type"]!, happened["payload"]?.DeepClone(), Start))
        .Where(happened => !Beside.Contains(happened.Type))
        .ToList();
}
