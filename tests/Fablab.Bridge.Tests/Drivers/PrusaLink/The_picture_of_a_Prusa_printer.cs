using System.Text;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.PrusaLink;

namespace Fablab.Bridge.Tests.Drivers.PrusaLink;

public class The_picture_of_a_Prusa_printer
{
    /// <summary>Broken messages in the normal run; the same for the same seed.</summary>
    private const int Messages = 20_000;

    private const int Seed = 20_261_130;

    /// <summary>As the published interface and the firmware's source have them.</summary>
    private static readonly string[] Samples =
    [
        """{"job":{"id":42,"progress":31.00,"time_remaining":520,"time_printing":526},"storage":{"path":"/usb/","name":"usb","read_only":false},"printer":{"state":"PRINTING","temp_bed":60.1,"target_bed":60.0,"temp_nozzle":209.8,"target_nozzle":210.0,"axis_z":1.8,"flow":100,"speed":100,"fan_hotend":3099,"fan_print":5964}}""",
        """{"storage":{"path":"/usb/","name":"usb","read_only":false},"printer":{"state":"IDLE","temp_bed":24.1,"target_bed":0.0,"temp_nozzle":24.8,"target_nozzle":0.0,"axis_z":0.0,"axis_x":0.0,"axis_y":0.0,"flow":100,"speed":100,"fan_hotend":0,"fan_print":0}}""",
        """{"job":{"id":42,"progress":100.00,"time_printing":1046},"printer":{"state":"FINISHED","temp_bed":55.0,"target_bed":0.0,"temp_nozzle":180.1,"target_nozzle":0.0}}""",
        """{"job":{"id":43,"progress":12.00,"time_printing":100},"printer":{"state":"STOPPED"}}""",
        """{"job":{"id":43,"progress":12.00,"time_printing":100},"printer":{"state":"ATTENTION"}}""",
        """{"job":{"id":43,"progress":12.00,"time_printing":100},"printer":{"state":"BUSY"}}""",
        """{"printer":{"state":"ERROR"}}""",
        """{"id":42,"state":"PRINTING","progress":31.00,"time_remaining":520,"time_printing":526,"file":{"refs":{"download":"/usb/JOB~1.GCO"},"name":"JOB~1.GCO","display_name":"job-1.gcode","path":"/usb","size":101342,"m_timestamp":1648042843}}""",
    ];

    private PrusaLinkPicture _picture = null!;
    private TimeSpan _now;

    [SetUp]
    public void Begin() => (_picture, _now) = (new PrusaLinkPicture { SilenceLimit = TimeSpan.FromSeconds(120) }, TimeSpan.FromMinutes(1));

    [TestCase("FINISHED", RunOutcome.Completed)]
    [TestCase("STOPPED", RunOutcome.CancelledAtMachine)]
    [TestCase("ERROR", RunOutcome.FailedMachine)]
    public void Takes_the_end_that_the_printer_shows(string state, RunOutcome outcome)
    {
        Print(7);
        Tell(state, state is "ERROR" ? null : 7, 60);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((See().LastEnd!.FileName, See().LastEnd!.Outcome), Is.EqualTo(("a.gcode", outcome)));
            Assert.That(See().State, Is.EqualTo(state is "ERROR" ? ControllerState.Error : ControllerState.Idle));
        }
    }

    [Test]
    public void Knows_our_cancel_from_one_at_the_printer()
    {
        Print(7);
        Happen(new PrusaLinkFact.CancelAsked());
        Tell("BUSY", 7, 60);
        var parking = See().State;
        Tell("STOPPED", 7, 60);

        Assert.That((parking, See().LastEnd!.Outcome), Is.EqualTo((ControllerState.Finishing, RunOutcome.CancelledByUs)));
    }

    [TestCase("FINISHED", 40, RunOutcome.Completed)]
    [TestCase("STOPPED", 99.9, RunOutcome.CancelledAtMachine)]
    public void Takes_it_for_the_run_that_was_at_work_when_no_job_is_named_any_more(string state, double percent, RunOutcome outcome)
    {
        Print(7, percent);
        Tell(state, null, null);

        Assert.That((See().LastEnd!.FileName, See().LastEnd!.Outcome), Is.EqualTo(("a.gcode", outcome)), "however far it was seen");
    }

    [Test]
    public void Names_no_file_of_the_past_while_the_printer_is_busy_with_something_else()
    {
        Print(7);
        Tell("FINISHED", null, null);
        Tell("BUSY", null, null);

        Assert.That(See().FileName, Is.Null);
    }

    [Test]
    public void Knows_the_file_of_a_job_in_the_same_moment_as_the_job()
    {
        var seen = Happen(new PrusaLinkFact.StatusSeen(StatusOf(Text("PRINTING", 8, 10)), new JobAnswer(8, "somebody-elses.gcode")));

        Assert.That(seen.Select(one => one.FileName), Is.All.EqualTo("somebody-elses.gcode"));
    }

    [Test]
    public void Remembers_an_end_that_somebody_confirmed_at_once()
    {
        Print(7);
        Tell("FINISHED", 7, 100);
        Tell("IDLE", null, null);
        Wait(100);

        Assert.That(See().LastEnd, Is.EqualTo(new RunEnd("a.gcode", RunOutcome.Completed, 600_000, null)));
    }

    [TestCase(99.5, RunOutcome.Completed)]
    [TestCase(50, RunOutcome.FailedLink)]
    public void Judges_an_end_that_it_never_saw_by_how_far_the_print_was(double percent, RunOutcome outcome)
    {
        Print(7, percent);
        Tell("IDLE", null, null);
        var doubted = See();
        Wait(7);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((doubted.State, doubted.LastEnd), Is.EqualTo((ControllerState.Running, (RunEnd?)null)), "busy until the end is decided");
            Assert.That(See().LastEnd!.Outcome, Is.EqualTo(outcome));
        }
    }

    [Test]
    public void Does_not_doubt_a_print_because_the_printer_was_out_of_hearing()
    {
        Print(7);
        Tell("IDLE", null, null);
        Happen(new PrusaLinkFact.AskingFailed("gone"));
        _now += TimeSpan.FromMinutes(10);
        Tell("PRINTING", 7, 80);

        Assert.That((See().State, See().LastEnd), Is.EqualTo((ControllerState.Running, (RunEnd?)null)));
    }

    [Test]
    public void Tells_two_prints_of_one_file_apart_by_their_numbers()
    {
        Print(7, 50);
        var ends = Tell("PRINTING", 8, 1).Select(seen => seen.LastEnd).OfType<RunEnd>().ToList();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(ends.Select(end => end.Outcome), Is.EqualTo(new[] { RunOutcome.FailedLink }));
            Assert.That((_picture.Run!.JobId, See().LastEnd), Is.EqualTo((8L, (RunEnd?)null)));
        }
    }

    [Test]
    public void Tells_after_a_start_of_the_bridge_how_the_last_print_ended_while_the_printer_shows_it()
    {
        var shown = StatusOf(Text("STOPPED", 7, 40));
        var wantsName = _picture.WantsJob(shown);
        Happen(new PrusaLinkFact.StatusSeen(shown, new JobAnswer(7, "a.gcode")));

        Assert.That((wantsName, See().LastEnd), Is.EqualTo((true, new RunEnd("a.gcode", RunOutcome.CancelledAtMachine, 600_000, "stopped"))));
    }

    [Test]
    public void Does_not_begin_a_print_anew_that_has_ended()
    {
        Print(7);
        Tell("FINISHED", 7, 100);
        Tell("BUSY", 7, 100);

        Assert.That((_picture.Run, See().LastEnd!.Outcome), Is.EqualTo(((PrusaLinkRun?)null, RunOutcome.Completed)));
    }

    [TestCase("PRINTING", ControllerState.Running)]
    [TestCase("PAUSED", ControllerState.Paused)]
    [TestCase("ATTENTION", ControllerState.NeedsAttention)]
    [TestCase("BUSY", ControllerState.Running)]
    public void Of_a_print_is_busy(string state, ControllerState shown)
    {
        Print(7);
        Tell(state, 7, 55);

        Assert.That(See().State, Is.EqualTo(shown));
    }

    [TestCase("IDLE", ControllerState.Idle)]
    [TestCase("READY", ControllerState.Idle)]
    [TestCase("ERROR", ControllerState.Error)]
    [TestCase("DANCING", ControllerState.Unknown)]
    public void Without_a_print_is_what_the_printer_says(string state, ControllerState shown)
    {
        Tell(state, null, null);

        Assert.That((See().State, See().LastEnd), Is.EqualTo((shown, (RunEnd?)null)));
    }

    [Test]
    public void Is_preparing_while_it_heats()
    {
        Take("""{"job":{"id":7,"progress":0,"time_printing":5},"printer":{"state":"PRINTING","temp_nozzle":80,"target_nozzle":210}}""");
        var heating = See().State;
        Take("""{"job":{"id":7,"progress":0,"time_printing":90},"printer":{"state":"PRINTING","temp_nozzle":209,"target_nozzle":210}}""");

        Assert.That((heating, See().State), Is.EqualTo((ControllerState.Preparing, ControllerState.Running)));
    }

    [Test]
    public void Is_stale_when_nothing_moves()
    {
        Print(7);
        _now += TimeSpan.FromSeconds(121);

        Assert.That(See().Link, Is.EqualTo(LinkState.Stale));
    }

    [Test]
    public void Never_breaks_however_broken_an_answer_is()
    {
        foreach (var body in Mutations.Of([.. Samples.Select(Encoding.UTF8.GetBytes)], Messages, Seed))
        {
            _now += TimeSpan.FromSeconds(1);
            var json = LooseJson.Parse(body) ?? default;
            Happen(new PrusaLinkFact.StatusSeen(StatusAnswer.From(json), JobAnswer.From(json)));
            var seen = See();
            if (seen.Progress is < 0 or > 1 || seen.JobMilliseconds < 0 || (seen.LastEnd is not null && _picture.Run is not null))
            {
                Assert.Fail($"{seen} after {Encoding.UTF8.GetString(body)}");
            }
        }
    }

    private void Print(long job, double percent = 50)
    {
        Happen(new PrusaLinkFact.StatusSeen(StatusOf(Text("PRINTING", job, percent)), new JobAnswer(job, "a.gcode")));
    }

    private List<ControllerObservation> Tell(string state, long? job, double? percent) => Take(Text(state, job, percent));

    private List<ControllerObservation> Take(string status) => Happen(new PrusaLinkFact.StatusSeen(StatusOf(status)));

    private static StatusAnswer StatusOf(string status) => StatusAnswer.From(LooseJson.Parse(Encoding.UTF8.GetBytes(status))!.Value);

    private static string Text(string state, long? job, double? percent) => job is null
        ? $$$"""{"printer":{"state":"{{{state}}}"}}"""
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $$$"""{"job":{"id":{{{job}}},"progress":{{{percent}}},"time_printing":600},"printer":{"state":"{{{state}}}"}}""");

    private void Wait(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            _now += TimeSpan.FromSeconds(1);
            Happen(new PrusaLinkFact.StatusSeen(_picture.Status!));
        }
    }

    private ControllerObservation See() => _picture.Observe(_now);

    private List<ControllerObservation> Happen(PrusaLinkFact fact)
    {
        List<ControllerObservation> seen = [];
        foreach (var next in PrusaLinkReducer.Apply(_picture, fact, _now))
        {
            _picture = next;
            seen.Add(next.Observe(_now));
        }

        return seen;
    }
}
