using System.Globalization;
using System.Text.Json.Nodes;
using Fablab.MachineSimulator.Grbl;

namespace Fablab.Bridge.Tests.Simulator;

/// <summary>Every recorded line and realtime byte, sent at its recorded time, gets the recorded replies in the recorded order.</summary>
public class The_simulated_GRBL_replies
{
    // The recordings were made on a busy host where a move took about this many times its own time.
    private const double RecordedSlowness = 3.7;

    [TestCase("02")]
    [TestCase("03")]
    [TestCase("04")]
    [TestCase("05")]
    [TestCase("06")]
    [TestCase("07")]
    [TestCase("08")]
    public void As_the_real_one_did_in_recording(string number)
    {
        var recorded = RecordedFile.Read("grbl", $"{number}-*.jsonl");

        var ours = Replay(recorded);

        var replies = Received(recorded).Where(line => !IsReport(line)).ToList();
        // Some recordings end before the last reply came.
        Assert.That(ours.Where(line => !IsReport(line)).Take(replies.Count), Is.EqualTo(replies));
    }

    [TestCase("02", "Run Idle")]
    [TestCase("03", "Run Hold:1 Hold:0 Run Idle")]
    [TestCase("04", "Run Alarm")]
    [TestCase("05", "Run Hold:1 Hold:0 Idle")]
    [TestCase("08", "Run Hold:0 Run Idle")]
    public void With_the_recorded_sequence_of_states(string number, string states)
    {
        var recorded = RecordedFile.Read("grbl", $"{number}-*.jsonl");

        var ours = Replay(recorded);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(States(Received(recorded)), Is.EqualTo(states));
            // Recording 04 ends before it could show the unlocked machine.
            Assert.That(States(ours), Does.StartWith(states));
        }
    }

    [TestCase("02")]
    [TestCase("03")]
    [TestCase("04")]
    [TestCase("08")]
    public void With_status_reports_of_the_recorded_fields(string number)
    {
        string[] numbers = ["02", "03", "04", "05", "08"];
        var recorded = numbers.SelectMany(other => Received(RecordedFile.Read("grbl", $"{other}-*.jsonl")));

        var ours = Replay(RecordedFile.Read("grbl", $"{number}-*.jsonl"));

        Assert.That(Fields(ours), Is.SubsetOf(Fields(recorded)));
    }

    [Test]
    public void With_settings_and_queries_of_the_recorded_kinds()
    {
        // The recording begins with an empty EEPROM, whose complaint and settings precede the banner.
        var recorded = RecordedFile.Read("grbl", "01-*.jsonl").SkipWhile(line => (string?)line["line"] != GrblMachine.Banner).Skip(1).ToList();

        var ours = Replay(recorded).Skip(2).Where(line => !IsReport(line)).Select(Kind);

        Assert.That(ours, Is.EqualTo(Received(recorded).Where(line => !IsReport(line)).Select(Kind)));
    }

    [Test]
    public void Idle_in_the_middle_of_a_job_while_it_dwells()
    {
        var machine = new GrblMachine(1, default);
        machine.Receive("M3 S800\nG4 P2\nM5\nM30\n");
        machine.TakeLines();

        machine.Advance(default(DateTimeOffset).AddSeconds(1));
        machine.Receive("?");

        Assert.That(machine.TakeLines().Single(), Does.StartWith("<Idle|MPos:0.000,0.000,0.000|Bf:15,121|FS:0,800"), "7 bytes wait: it is not done");
    }

    [Test]
    public void Nothing_more_once_the_planner_is_full_until_a_move_is_done()
    {
        var machine = new GrblMachine(1, default);
        machine.TakeLines();

        for (var x = 1; x <= 20; x++)
        {
            machine.Receive(string.Create(CultureInfo.InvariantCulture, $"G1X{x}F60\n"));
        }

        Assert.That(machine.TakeLines(), Has.Count.EqualTo(15));
        machine.Advance(default(DateTimeOffset).AddSeconds(2));
        Assert.That(machine.TakeLines(), Has.Count.EqualTo(2), "two moves of a second each are done");
    }

    private static List<string> Replay(IReadOnlyList<JsonObject> recorded)
    {
        var start = default(DateTimeOffset).AddSeconds(recorded[0]["t"]!.GetValue<double>());
        var machine = new GrblMachine(1 / RecordedSlowness, start);
        foreach (var line in recorded.Where(line => (string?)line["dir"] == "tx"))
        {
            machine.Advance(default(DateTimeOffset).AddSeconds(line["t"]!.GetValue<double>()));
            if (line["realtime"] is { } realtime)
            {
                machine.Receive([Convert.ToByte((string)realtime!, 16)]);
            }
            else
            {
                machine.Receive((string?)line["line"] + "\n");
            }
        }

        machine.Advance(machine.Now.AddSeconds(10));
        return [.. machine.TakeLines()];
    }

    private static IEnumerable<string> Received(IEnumerable<JsonObject> recorded) =>
        recorded.Where(line => (string?)line["dir"] == "rx").Select(line => (string)line["line"]!);

    private static bool IsReport(string line) => line.StartsWith('<');

    /// <summary>The distinct states in order, from the first Run on: what a report in the first milliseconds says is chance.</summary>
    private static string States(IEnumerable<string> lines)
    {
        List<string> states = [];
        foreach (var state in lines.Where(IsReport).Select(line => line[1..line.IndexOf('|', StringComparison.Ordinal)]).SkipWhile(state => state == "Idle"))
        {
            if (states.Count == 0 || states[^1] != state)
            {
                states.Add(state);
            }
        }

        return string.Join(' ', states);
    }

    private static HashSet<string> Fields(IEnumerable<string> lines) =>
        [.. lines.Where(IsReport).Select(line => string.Join(' ', line.Trim('<', '>').Split('|').Skip(1).Select(field => field.Split(':')[0])))];

    private static string Kind(string line)
    {
        var end = line.IndexOfAny(['=', ':']);
        return end < 0 ? line : line[..end];
    }
}
