using Fablab.Bridge.Drivers;

namespace Fablab.Bridge.Tests.Drivers.OctoPrint;

public class A_recorded_scenario
{
    // 03, 04 and 18 ask nothing about the printer; what is read from them is in An_accepted_call and A_refused_call.
    private static readonly (string Scenario, string? Push)[] All =
    [
        ("01-version-auth", null),
        ("02-offline", null),
        ("05-connect", null),
        ("06-files", null),
        ("07-print-finish", null),
        ("07-print-finish", "07-print-finish-raw-throttled-filtered"),
        ("07-print-finish", ""),
        ("08-print-cancel", null),
        ("08-print-cancel", ""),
        ("09-pause-resume-restart", null),
        ("10-printer-fatal-error-while-printing", null),
        ("11-serial-connection-lost-while-printing", null),
        ("12-api-disconnect-while-printing", null),
        ("13-printer-action-cancel", null),
        ("14-emergency-stop-m112", null),
        ("15-printer-stops-answering", null),
        ("16-printer-action-pause", null),
        ("17-printer-reset-while-printing", null),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Is_reported_as_approved(string scenario, string? push)
    {
        var replay = Replay.Of(scenario, push);

        ApprovedText.Check(replay.Scenario, replay.Run().Text);
    }

    [TestCaseSource(nameof(Cases))]
    public void Ends_the_same_whichever_of_two_neighbouring_messages_comes_first(string scenario, string? push)
    {
        var replay = Replay.Of(scenario, push);
        var inOrder = replay.Run();

        for (var seed = 0; seed < 50; seed++)
        {
            var shuffled = replay.Run(seed);

            using (Assert.EnterMultipleScope())
            {
                Assert.That(shuffled.Ends, Is.EqualTo(inOrder.Ends), $"ends with seed {seed}\n{shuffled.Text}");
                Assert.That(shuffled.Latest!.State, Is.EqualTo(inOrder.Latest!.State), $"state with seed {seed}\n{shuffled.Text}");
                Assert.That(shuffled.Latest.LastEnd, Is.EqualTo(inOrder.Latest.LastEnd), $"last end with seed {seed}");
            }
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Never_shows_a_free_machine_before_the_end_of_its_run(string scenario, string? push)
    {
        var replay = Replay.Of(scenario, push);

        foreach (var (before, after) in replay.Run().All.Zip(replay.Run().All.Skip(1)))
        {
            var wasBusy = before.State is ControllerState.Preparing or ControllerState.Running or ControllerState.Paused;
            var isFree = after.State is ControllerState.Idle or ControllerState.Off or ControllerState.Error;
            Assert.That(!wasBusy || !isFree || after.LastEnd is not null, Is.True, $"{before.State} to {after.State}");
        }
    }

    [TestCase("07-print-finish", RunOutcome.Completed)]
    [TestCase("08-print-cancel", RunOutcome.CancelledByUs)]
    [TestCase("09-pause-resume-restart", RunOutcome.CancelledByUs)]
    [TestCase("10-printer-fatal-error-while-printing", RunOutcome.FailedMachine)]
    [TestCase("11-serial-connection-lost-while-printing", RunOutcome.FailedLink)]
    [TestCase("12-api-disconnect-while-printing", RunOutcome.FailedLink)]
    [TestCase("13-printer-action-cancel", RunOutcome.CancelledAtMachine)]
    [TestCase("14-emergency-stop-m112", RunOutcome.FailedMachine)]
    [TestCase("15-printer-stops-answering", RunOutcome.FailedLink)]
    [TestCase("17-printer-reset-while-printing", RunOutcome.CancelledAtMachine)]
    public void Ends_its_run_with_the_outcome_people_would_name(string scenario, RunOutcome outcome)
    {
        var reported = Replay.Of(scenario).Run();

        Assert.That(reported.Ends[^1].Outcome, Is.EqualTo(outcome));
    }

    [TestCase(null)]
    [TestCase("07-print-finish-raw-throttled-filtered")]
    [TestCase("")]
    public void Of_a_print_that_heats_up_first_is_running_only_once_it_is_warm(string? push)
    {
        var states = Replay.Of("07-print-finish", push).Run().States.SkipWhile(state => state is not ControllerState.Preparing);

        Assert.That(states.Take(2), Is.EqualTo(new[] { ControllerState.Preparing, ControllerState.Running }));
        Assert.That(states.Count(state => state is ControllerState.Running), Is.EqualTo(1));
    }

    [Test]
    public void Of_a_printer_that_stops_answering_is_stale_long_before_OctoPrint_notices()
    {
        var reported = Replay.Of("15-printer-stops-answering").Run();

        var firstStale = reported.All.FindIndex(seen => seen.Link is LinkState.Stale);
        var firstEnd = reported.All.FindIndex(seen => seen.LastEnd is not null);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(firstStale, Is.GreaterThan(0).And.LessThan(firstEnd));
            Assert.That(reported.All[firstStale].State, Is.EqualTo(ControllerState.Running));
        }
    }

    [Test]
    public void Of_a_restart_from_paused_is_two_runs_with_two_ends()
    {
        var reported = Replay.Of("09-pause-resume-restart").Run();

        Assert.That(
            reported.Ends.Select(end => end.Outcome),
            Is.EqualTo(new[] { RunOutcome.CancelledAtMachine, RunOutcome.CancelledByUs }));
    }

    private static IEnumerable<TestCaseData> Cases() => All.Select(each =>
        new TestCaseData(each.Scenario, each.Push).SetArgDisplayNames(each.Push is "" ? $"{each.Scenario}, polled" : each.Push ?? each.Scenario));
}
