using System.Text.Json;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.Moonraker;

namespace Fablab.Bridge.Tests.Drivers.Moonraker;

public class The_picture_of_a_Klipper_printer
{
    private MoonrakerPicture _picture = null!;
    private TimeSpan _now;

    [SetUp]
    public void Connect()
    {
        (_picture, _now) = (new MoonrakerPicture { SilenceLimit = TimeSpan.FromSeconds(60) }, TimeSpan.FromMinutes(1));
        Reconnect("standby");
    }

    [Test]
    public void Finds_the_end_of_a_print_that_ended_while_the_link_was_lost()
    {
        Print("000001");
        Happen(new MoonrakerFact.ConnectionLost("gone"));
        Wait(600);
        var lost = See();
        Reconnect("complete", "a.gcode");
        Happen(new MoonrakerFact.HistorySeen([Job("000001", "completed")]));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((lost.Link, lost.State, lost.LastEnd), Is.EqualTo((LinkState.Down, ControllerState.Unknown, (RunEnd?)null)));
            Assert.That(See().LastEnd, Is.EqualTo(new RunEnd("a.gcode", RunOutcome.Completed, 5_000, null)));
            Assert.That(See().State, Is.EqualTo(ControllerState.Idle));
        }
    }

    [Test]
    public void Finds_that_another_print_was_started_while_the_link_was_lost()
    {
        Print("000001");
        Happen(new MoonrakerFact.ConnectionLost("gone"));
        Reconnect("printing", "b.gcode");
        var ends = Happen(new MoonrakerFact.HistorySeen([Job("000002", "in_progress", "b.gcode"), Job("000001", "cancelled")])).Select(seen => seen.LastEnd).OfType<RunEnd>().ToList();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(ends.Select(end => (end.FileName, end.Outcome)), Is.EqualTo(new[] { ("a.gcode", RunOutcome.CancelledAtMachine) }));
            Assert.That((See().FileName, See().State, See().LastEnd), Is.EqualTo(("b.gcode", ControllerState.Running, (RunEnd?)null)));
        }
    }

    [Test]
    public void Finds_that_the_same_file_is_printed_a_second_time()
    {
        Print("000001");
        Happen(new MoonrakerFact.ConnectionLost("gone"));
        Reconnect("printing", "a.gcode");
        var ends = Happen(new MoonrakerFact.HistorySeen([Job("000002", "in_progress"), Job("000001", "completed")])).Select(seen => seen.LastEnd).OfType<RunEnd>().ToList();

        Assert.That(ends.Select(end => end.Outcome), Is.EqualTo(new[] { RunOutcome.Completed }));
        Assert.That(_picture.Run!.JobId, Is.EqualTo("000002"));
    }

    [Test]
    public void Sees_no_second_run_of_a_print_that_ends_while_a_new_connection_reads_how_things_are()
    {
        Print("000001");
        Happen(new MoonrakerFact.ConnectionLost("gone"));
        Reconnect("printing", "a.gcode");
        Happen(new MoonrakerFact.HistorySeen([Job("000001", "completed")]));
        var ended = See().LastEnd;
        Tell("complete");
        var free = See();
        Wait(20);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(ended, Is.EqualTo(new RunEnd("a.gcode", RunOutcome.Completed, 5_000, null)));
            Assert.That((free.State, free.LastEnd), Is.EqualTo((ControllerState.Idle, ended)));
            Assert.That(See().LastEnd, Is.EqualTo(ended), "nor does it end a second time");
        }
    }

    [Test]
    public void Sees_the_second_run_that_the_history_did_not_know_of_yet_when_its_notice_comes()
    {
        Print("000001");
        Happen(new MoonrakerFact.ConnectionLost("gone"));
        Reconnect("printing", "a.gcode");
        Happen(new MoonrakerFact.HistorySeen([Job("000001", "completed")]));
        Happen(new MoonrakerFact.JobAdded(Job("000002", "in_progress")));

        Assert.That((See().State, See().LastEnd, _picture.Run!.JobId), Is.EqualTo((ControllerState.Running, (RunEnd?)null, "000002")));
    }

    [Test]
    public void Goes_on_with_a_print_whose_Moonraker_began_anew_and_ends_it_by_what_Klipper_says()
    {
        Print("000001");
        Happen(new MoonrakerFact.JobFinished(Job("000001", "server_exit")));
        Happen(new MoonrakerFact.ConnectionLost("gone"));
        Happen(new MoonrakerFact.Connected());
        Happen(new MoonrakerFact.KlippySeen("disconnected"));
        Happen(new MoonrakerFact.HistorySeen([Job("000001", "server_exit")]));
        Wait(60);
        var waiting = See();
        Reconnect("printing", "a.gcode");
        Happen(new MoonrakerFact.HistorySeen([Job("000001", "server_exit")]));
        var goesOn = See();
        Tell("complete");
        Happen(new MoonrakerFact.HistorySeen([Job("000001", "server_exit")]));
        Wait(2);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(waiting.LastEnd, Is.Null);
            Assert.That((goesOn.State, goesOn.LastEnd), Is.EqualTo((ControllerState.Running, (RunEnd?)null)));
            Assert.That(See().LastEnd?.Outcome, Is.EqualTo(RunOutcome.Completed));
        }
    }

    [TestCase("complete", RunOutcome.Completed)]
    [TestCase("cancelled", RunOutcome.CancelledAtMachine)]
    [TestCase("error", RunOutcome.FailedMachine)]
    [TestCase("standby", RunOutcome.FailedLink)]
    public void Judges_by_Klippers_word_where_no_history_is_kept(string state, RunOutcome outcome)
    {
        Happen(new MoonrakerFact.HistoryMissing());
        Tell("printing", "a.gcode");
        Tell(state);
        var before = See();
        Wait(2);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(before.State, Is.EqualTo(ControllerState.Running), "busy until the end is decided");
            Assert.That(See().LastEnd?.Outcome, Is.EqualTo(outcome));
        }
    }

    [Test]
    public void Tells_after_a_start_of_the_bridge_how_the_last_print_ended()
    {
        Happen(new MoonrakerFact.HistorySeen([Job("000007", "cancelled"), Job("000006", "completed", "b.gcode")]));

        Assert.That(See().LastEnd, Is.EqualTo(new RunEnd("a.gcode", RunOutcome.CancelledAtMachine, 5_000, "cancelled")));
    }

    [Test]
    public void Does_not_take_an_earlier_print_of_the_same_file_for_this_one()
    {
        Happen(new MoonrakerFact.HistorySeen([Job("000007", "completed")]));
        Wait(2);
        Tell("printing", "a.gcode");
        Tell("standby");
        Happen(new MoonrakerFact.HistorySeen([Job("000007", "completed")]));

        Assert.That(See().LastEnd, Is.Null);
    }

    [Test]
    public void Does_not_count_the_time_of_the_print_before_to_one_that_only_the_history_has_told_of()
    {
        Tell("complete", "b.gcode", printSeconds: 900);
        Happen(new MoonrakerFact.JobAdded(Job("000008", "in_progress")));
        var announced = See();
        Tell("printing", "a.gcode", printSeconds: 1);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((announced.State, announced.FileName, announced.JobMilliseconds), Is.EqualTo((ControllerState.Preparing, "a.gcode", (long?)null)));
            Assert.That(See().JobMilliseconds, Is.EqualTo(1_000));
        }
    }

    [Test]
    public void Is_an_error_after_a_shutdown_though_the_print_calls_itself_paused()
    {
        Print("000001");
        Happen(new MoonrakerFact.KlippySeen("shutdown"));
        Tell("paused");
        Happen(new MoonrakerFact.JobFinished(Job("000001", "klippy_shutdown")));

        Assert.That((See().State, See().LastEnd!.Outcome), Is.EqualTo((ControllerState.Error, RunOutcome.FailedMachine)));
    }

    [Test]
    public void Is_preparing_until_something_was_extruded()
    {
        Tell("printing", "a.gcode", printSeconds: 0);
        var heating = See().State;
        Tell("printing", "a.gcode", printSeconds: 1);

        Assert.That((heating, See().State), Is.EqualTo((ControllerState.Preparing, ControllerState.Running)));
    }

    [Test]
    public void Is_stale_when_a_print_does_not_move_and_not_while_it_rests()
    {
        Print("000001");
        Wait(61);
        var moveless = See().Link;
        Tell("paused");
        Wait(3_600);

        Assert.That((moveless, See().Link), Is.EqualTo((LinkState.Stale, LinkState.Up)));
    }

    [Test]
    public void Is_connecting_while_Klipper_begins_and_an_error_when_it_never_gets_ready()
    {
        Happen(new MoonrakerFact.KlippySeen("startup"));
        var beginning = See();
        Wait(61);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((beginning.Link, beginning.State), Is.EqualTo((LinkState.Connecting, ControllerState.Off)));
            Assert.That((See().Link, See().State), Is.EqualTo((LinkState.Up, ControllerState.Error)));
        }
    }

    [Test]
    public void Guesses_what_is_left_by_the_slicers_estimate()
    {
        Happen(new MoonrakerFact.JobAdded(Job("000001", "in_progress") with { EstimatedMilliseconds = 60_000 }));
        Tell("printing", "a.gcode", printSeconds: 20);

        Assert.That(See().MillisecondsLeft, Is.EqualTo(40_000));
    }

    private static HistoryJob Job(string id, string status, string name = "a.gcode") => new(id, name, status) { PrintMilliseconds = status is "in_progress" ? 0 : 5_000 };

    private void Print(string id)
    {
        Happen(new MoonrakerFact.JobAdded(Job(id, "in_progress")));
        Tell("printing", "a.gcode");
    }

    private void Reconnect(string state, string name = "")
    {
        Happen(new MoonrakerFact.Connected());
        Happen(new MoonrakerFact.KlippySeen("ready"));
        Happen(new MoonrakerFact.StatusSeen(Status(state, name, 1), IsWhole: true));
    }

    private void Tell(string state, string? name = null, double? printSeconds = null) =>
        Happen(new MoonrakerFact.StatusSeen(Status(state, name, printSeconds), IsWhole: false));

    private static JsonElement Status(string state, string? name, double? printSeconds)
    {
        var stats = new Dictionary<string, object> { ["state"] = state };
        if (name is not null)
        {
            stats["filename"] = name;
        }

        if (printSeconds is not null)
        {
            stats["print_duration"] = printSeconds;
        }

        return JsonSerializer.SerializeToElement(new { print_stats = stats });
    }

    private void Wait(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            _now += TimeSpan.FromSeconds(1);
            Happen(new MoonrakerFact.Ticked());
        }
    }

    private ControllerObservation See() => _picture.Observe(_now);

    private List<ControllerObservation> Happen(MoonrakerFact fact)
    {
        List<ControllerObservation> seen = [];
        foreach (var next in MoonrakerReducer.Apply(_picture, fact, _now))
        {
            _picture = next;
            seen.Add(next.Observe(_now));
        }

        return seen;
    }
}
