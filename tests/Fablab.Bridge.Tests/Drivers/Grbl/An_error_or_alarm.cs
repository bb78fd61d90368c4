using System.Text.RegularExpressions;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.Grbl;

namespace Fablab.Bridge.Tests.Drivers.Grbl;

/// <summary>Every number of GRBL 1.1 and grblHAL, met in the middle of a job.</summary>
public partial class An_error_or_alarm
{
    private const int LastErrorOfGrblHal = 54;
    private const int LastAlarmOfGrblHal = 21;
    private const string Idle = "<Idle|MPos:0.000,0.000,0.000|Bf:15,128|FS:0,0>";
    private const string Run = "<Run|MPos:0.000,0.000,0.000|Bf:14,128|FS:100,800>";
    private const string Hold = "<Hold:0|MPos:0.000,0.000,0.000|Bf:14,128|FS:0,800>";
    private const string Greeting = "Grbl 1.1h ['$' for help]";

    private static readonly byte[] HoldThenReset = [GrblRealtime.FeedHold, GrblRealtime.SoftReset];

    [Test]
    public void Ends_the_job_with_its_number_its_meaning_and_the_line([Range(1, LastErrorOfGrblHal)] int code)
    {
        var conversation = Running();
        var sent = conversation.SentLines.Count;

        conversation.Hear($"error:{code}", "ok", $"error:{code}", Hold, Greeting, Idle);
        conversation.Pass(5);

        var end = conversation.Ends.Single().End;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(end.Outcome, Is.EqualTo(RunOutcome.FailedMachine));
            Assert.That(end.Reason, Does.Match($@"^error:{code} \(.+\) at line 3: G1 X50$").And.Not.Contain(GrblTexts.Unknown));
            Assert.That(conversation.Seen.LastEnd, Is.EqualTo(end));
            Assert.That(RealtimeSent(conversation), Is.EqualTo(HoldThenReset));
            Assert.That(conversation.SentLines.Skip(sent).Select(line => line.Line), Is.All.EqualTo("$I"), "nothing of the job follows");
        }
    }

    [Test]
    public void Ends_the_job_with_its_number_and_its_meaning([Range(1, LastAlarmOfGrblHal)] int code)
    {
        var conversation = Running();
        var sent = conversation.SentLines.Count;

        conversation.Hear($"ALARM:{code}", "ok", "<Alarm|MPos:0.000,0.000,0.000|FS:0,0>");
        conversation.Pass(5);

        var end = conversation.Ends.Single().End;
        using (Assert.EnterMultipleScope())
        {
            // Alarm 3 is a reset while moving: somebody at the machine pressed it.
            Assert.That(end.Outcome, Is.EqualTo(code == 3 ? RunOutcome.CancelledAtMachine : RunOutcome.FailedMachine));
            Assert.That(end.Reason, Does.Match($@"^ALARM:{code} \(.+\)$").And.Not.Contain(GrblTexts.Unknown));
            Assert.That(conversation.Seen.State, Is.EqualTo(ControllerState.Error));
            Assert.That(conversation.Seen.Message, Does.StartWith(end.Reason!).And.EndWith("must clear it."));
            Assert.That(conversation.SentLines, Has.Count.EqualTo(sent));
        }
    }

    [TestCase("error:255")]
    [TestCase("error:99999999999999")]
    [TestCase("error:Bad number format")]
    [TestCase("ALARM:255")]
    [TestCase("ALARM:Hard limit")]
    public void That_is_new_to_us_ends_the_job_and_is_passed_on_as_it_came(string line)
    {
        var conversation = Running();

        conversation.Hear(line, Hold, Greeting, Idle);

        var end = conversation.Ends.Single().End;
        Assert.That(end.Outcome, Is.EqualTo(RunOutcome.FailedMachine));
        Assert.That(end.Reason!.Replace(": ", ":", StringComparison.Ordinal), Does.StartWith(line));
    }

    [Test]
    public void Of_every_recording_has_words_of_ours()
    {
        var said = Directory.EnumerateFiles(Path.Combine(OctoPrint.Repository.Root, "tests", "recordings"), "*.jsonl", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(Path.GetDirectoryName(file))!.StartsWith("grbl", StringComparison.Ordinal))
            .SelectMany(file => Numbered().Matches(File.ReadAllText(file)).Select(match => match.Value))
            .Distinct()
            .ToList();

        var described = said.Select(GrblLineParser.Parse).Select(line => line is GrblError error ? GrblTexts.Describe(error) : GrblTexts.Describe((GrblAlarm)line));
        Assert.That(said, Has.Count.GreaterThanOrEqualTo(20));
        Assert.That(described, Has.None.Contains(GrblTexts.Unknown));
    }

    [GeneratedRegex("(error|ALARM):[0-9]+")]
    private static partial Regex Numbered();

    private static GrblConversation Running()
    {
        var conversation = new GrblConversation().Ready();
        conversation.Start("M3 S800", "G1 X100 F100", "G1 X50", "G1 X0", "M30");
        conversation.Hear("ok", "ok", Run);
        return conversation;
    }

    private static IEnumerable<byte> RealtimeSent(GrblConversation conversation) =>
        conversation.SentRealtime.Select(sent => sent.Value).Where(sent => sent != GrblRealtime.Status);
}
