using Fablab.Bridge.Drivers;
using Fablab.Bridge.Tests.Drivers.OctoPrint;

namespace Fablab.Bridge.Tests.Drivers.Moonraker;

public class A_recorded_print
{
    [TestCaseSource(typeof(MoonrakerReplay), nameof(MoonrakerReplay.Scenarios))]
    public void Is_reported_as_approved(string scenario) =>
        ApprovedText.Check(scenario, MoonrakerReplay.Of(scenario).Run().Text, "Moonraker");

    [TestCaseSource(typeof(MoonrakerReplay), nameof(MoonrakerReplay.Scenarios))]
    public void Ends_the_same_whichever_of_two_neighbouring_messages_comes_first(string scenario)
    {
        var replay = MoonrakerReplay.Of(scenario);
        var inOrder = replay.Run();

        for (var seed = 0; seed < 50; seed++)
        {
            var shuffled = replay.Run(seed);

            using (Assert.EnterMultipleScope())
            {
                Assert.That(shuffled.Ends.Select(WithoutWords), Is.EqualTo(inOrder.Ends.Select(WithoutWords)), $"ends with seed {seed}\n{shuffled.Text}");
                Assert.That(shuffled.Latest!.State, Is.EqualTo(inOrder.Latest!.State), $"state with seed {seed}\n{shuffled.Text}");
            }
        }
    }

    [TestCaseSource(typeof(MoonrakerReplay), nameof(MoonrakerReplay.Scenarios))]
    public void Never_shows_a_free_machine_before_the_end_of_its_run(string scenario)
    {
        var all = MoonrakerReplay.Of(scenario).Run().All;

        foreach (var (before, after) in all.Zip(all.Skip(1)))
        {
            var wasBusy = before.State is ControllerState.Preparing or ControllerState.Running or ControllerState.Paused;
            var isFree = after.State is ControllerState.Idle or ControllerState.Off or ControllerState.Error;
            Assert.That(!wasBusy || !isFree || after.LastEnd is not null, Is.True, $"{before.State} to {after.State}");
        }
    }

    [TestCase("02-print-complete", RunOutcome.Completed)]
    [TestCase("03-pause-resume-cancel", RunOutcome.CancelledByUs)]
    [TestCase("05-mcu-shutdown-while-printing", RunOutcome.FailedMachine)]
    [TestCase("06-pause-latched-then-ignored", RunOutcome.CancelledByUs)]
    public void Ends_with_the_outcome_people_would_name(string scenario, RunOutcome outcome) =>
        Assert.That(MoonrakerReplay.Of(scenario).Run().Ends[^1].Outcome, Is.EqualTo(outcome));

    [Test]
    public void That_is_stopped_and_one_that_moves_out_of_range_are_both_the_machines_failure()
    {
        var ends = MoonrakerReplay.Of("04-estop-and-firmware-restart").Run().Ends;

        Assert.That(ends.TakeLast(2).Select(end => (end.FileName, end.Outcome)), Is.EqualTo(new[]
        {
            ("cancel.gcode", RunOutcome.FailedMachine),
            ("bad.gcode", RunOutcome.FailedMachine),
        }));
    }

    [Test]
    public void Carries_the_time_and_the_filament_that_the_history_wrote_down()
    {
        var latest = MoonrakerReplay.Of("02-print-complete").Run().Latest!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(latest.LastEnd!.JobMilliseconds, Is.EqualTo(14_216));
            Assert.That(latest.FilamentMillimetres, Is.EqualTo(12.22).Within(0.01));
            Assert.That(latest.FilamentIsEstimate, Is.False);
            Assert.That(latest.Progress, Is.EqualTo(1));
        }
    }

    [Test]
    public void That_was_cancelled_while_it_rested_has_not_printed_for_the_time_of_the_rest()
    {
        var latest = MoonrakerReplay.Of("06-pause-latched-then-ignored").Run().Latest!;

        Assert.That((latest.JobMilliseconds, latest.LastEnd!.JobMilliseconds), Is.EqualTo(((long?)8_573, (long?)8_573)), "Klipper's own number says 10.8 s");
    }

    [Test]
    public void Goes_on_running_when_a_latched_pause_makes_Klipper_ignore_the_next()
    {
        var states = MoonrakerReplay.Of("06-pause-latched-then-ignored").Run().States;

        Assert.That(states.Count(state => state is ControllerState.Paused), Is.EqualTo(1));
    }

    private static (string? FileName, RunOutcome Outcome, long? JobMilliseconds) WithoutWords(RunEnd end) => (end.FileName, end.Outcome, end.JobMilliseconds);
}
