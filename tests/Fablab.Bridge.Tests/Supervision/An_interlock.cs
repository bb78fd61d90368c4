using Fablab.Bridge.Drivers;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;

namespace Fablab.Bridge.Tests.Supervision;

public class An_interlock
{
    [Test]
    public void Is_locked_at_every_boot_whatever_was_before()
    {
        var bench = Bench.Laser().Arm().CrashAndBoot();

        Assert.That(bench.Effects.OfType<SupervisorEffect.SetInterlock>().Select(set => set.Wanted), Is.EqualTo(new[] { InterlockState.Locked }));
    }

    [Test]
    public void Is_unlocked_under_a_lease_and_renewed_every_three_seconds()
    {
        var bench = Bench.Laser().Arm();

        bench.Wait(9, () => { });

        Assert.That(bench.Effects.OfType<SupervisorEffect.SetInterlock>().Count(set => set.Wanted is InterlockState.Unlocked), Is.EqualTo(3));
    }

    [Test]
    public void Arms_its_session_only_when_it_was_read_closed()
    {
        var bench = Bench.Laser();
        bench.AnswerInterlock(InterlockState.Locked, InterlockState.Locked);
        bench.Desire(bench.Twin(1, generation: 1)).Grant();
        Assert.That(bench.Phase, Is.EqualTo(SupervisorPhase.Unlocking));
        Assert.That(bench.Turns, Is.Empty);

        bench.AnswerInterlock(InterlockState.Unlocked, InterlockState.Unlocked);

        Assert.That(bench.Turns.Single().Turn, Is.EqualTo(SessionTurn.Armed));
        Assert.That(bench.Reported.Relay, Is.EqualTo(RelayState.Closed));
    }

    [Test]
    public void Lets_its_session_close_only_when_it_was_read_open_after_it_was_told_to()
    {
        var bench = Bench.Laser().Arm();
        bench.Desire(bench.Twin(2));
        Assert.That(bench.Turns.Select(turn => turn.Turn), Has.None.EqualTo(SessionTurn.Closed));

        bench.AnswerInterlock(InterlockState.Locked, null).Wait(30);
        Assert.That(bench.Turns.Select(turn => turn.Turn), Has.None.EqualTo(SessionTurn.Closed), "nobody knows where the relay is");

        bench.AnswerInterlock(InterlockState.Locked, InterlockState.Locked);
        Assert.That(bench.Turns.Last().Turn, Is.EqualTo(SessionTurn.Closed));
    }

    [Test]
    public void Does_not_close_a_session_by_a_reading_from_before_the_unlocking()
    {
        var bench = Bench.Laser();
        bench.AnswerInterlock(InterlockState.Locked, InterlockState.Locked);
        bench.Desire(bench.Twin(1, generation: 1)).Grant();

        bench.Desire(bench.Twin(2)).SeeRelay(InterlockState.Locked);

        Assert.That(bench.Turns, Is.Empty);
    }

    [Test]
    public void Arms_the_next_session_only_after_the_former_is_closed()
    {
        var bench = Bench.Laser().Arm();
        bench.Desire(bench.Twin(2, generation: 2)).Wait(10);
        Assert.That(bench.Ever.OfType<SupervisorEffect.AskLease>().Select(ask => ask.Request.Generation), Has.None.EqualTo(2));

        bench.AnswerInterlock(InterlockState.Locked, InterlockState.Locked).Wait(1);

        Assert.That(bench.Ever.OfType<SupervisorEffect.AskLease>().Last().Request.Generation, Is.EqualTo(2));
    }

    [Test]
    public void That_reads_closed_for_two_seconds_after_it_was_told_to_open_is_a_latched_fault()
    {
        var bench = Bench.Laser().Arm();
        bench.Desire(bench.Twin(2)).AnswerInterlock(InterlockState.Locked, InterlockState.Unlocked);
        bench.Wait(3).SeeRelay(InterlockState.Unlocked);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(bench.Phase, Is.EqualTo(SupervisorPhase.Fault));
            Assert.That(bench.Alarms.Single().Event, Is.EqualTo("relay-welded"));
            Assert.That(bench.Turns.Select(turn => turn.Turn), Has.None.EqualTo(SessionTurn.Closed));
        }

        bench.CrashAndBoot().Desire(bench.Twin(3, generation: 3));
        Assert.That(bench.Reported.Fault, Is.EqualTo("relay-welded"), "it outlives the bridge");
        Assert.That(bench.Wants<SupervisorEffect.AskLease>(), Is.False);
    }

    [Test]
    public void That_did_not_hear_that_it_shall_open_is_asked_again_and_not_called_welded()
    {
        var bench = Bench.Laser().Arm();
        bench.Desire(bench.Twin(2)).AnswerInterlock(InterlockState.Locked, InterlockState.Unknown);
        var before = TimesAskedToOpen();
        bench.SeeRelay(InterlockState.Unlocked).Wait(3).SeeRelay(InterlockState.Unlocked);

        Assert.That(bench.Phase, Is.Not.EqualTo(SupervisorPhase.Fault));
        Assert.That(TimesAskedToOpen(), Is.GreaterThan(before));

        int TimesAskedToOpen() => bench.Ever.OfType<SupervisorEffect.SetInterlock>().Count(asked => asked.Wanted is InterlockState.Locked);
    }

    [Test]
    public void Serves_again_after_a_person_cleared_its_fault()
    {
        var bench = Bench.Laser().Arm();
        bench.Desire(bench.Twin(2)).AnswerInterlock(InterlockState.Locked, InterlockState.Unlocked).Wait(3).SeeRelay(InterlockState.Unlocked);

        bench.Do(new SupervisorEvent.FaultCleared()).AnswerInterlock(InterlockState.Locked, InterlockState.Locked);
        bench.Desire(bench.Twin(3, generation: 3));

        Assert.That(bench.Turns.Last().Turn, Is.EqualTo(SessionTurn.Closed));
        Assert.That(bench.Wants<SupervisorEffect.AskLease>(), Is.True);
    }

    [Test]
    public void Of_a_hazard_that_was_switched_off_at_the_device_does_not_come_on_again()
    {
        var bench = Bench.Laser().Arm();
        bench.SeeRelay(InterlockState.Locked).Wait(4);

        Assert.That(bench.WantsRelay(InterlockState.Unlocked), Is.False);
        Assert.That(bench.State.Memory.Session!.ClosingReason, Is.EqualTo("fault"));
        Assert.That(bench.Alarms.Single().Event, Is.EqualTo("readback-mismatch"));
    }

    [Test]
    public void Of_a_hazard_that_cannot_be_read_is_not_unlocked_when_its_dead_man_may_have_opened_it()
    {
        var bench = Bench.Laser().Arm();
        bench.SeeRelay(InterlockState.Unlocked, link: LinkState.Down).Wait(3).Wait(6);

        Assert.That(bench.WantsRelay(InterlockState.Unlocked), Is.False);
        Assert.That(bench.State.Memory.Session!.ClosingReason, Is.Null, "it is locked by nobody's wish yet");

        bench.SeeRelay(InterlockState.Unlocked);
        Assert.That(bench.WantsRelay(InterlockState.Unlocked), Is.True, "it was closed all the time");
    }

    [Test]
    public void Of_a_hazard_that_cannot_be_read_ends_the_session()
    {
        var bench = Bench.Laser().Arm();
        bench.SeeRelay(InterlockState.Unlocked, link: LinkState.Down).Wait(11, () =>
        {
            if (bench.State.Leasing.Asked is not null)
            {
                bench.Grant();
            }
        });

        Assert.That(bench.State.Memory.Session!.ClosingReason, Is.EqualTo("fault"));
    }

    [Test]
    public void Is_not_locked_before_a_moving_job_had_time_to_hold()
    {
        var bench = Bench.Mill().Arm(JobWish.Run);
        bench.Do(new SupervisorEvent.JobFetched(Bench.JobId, "/jobs/1")).Do(new SupervisorEvent.JobUploaded(Bench.JobId));
        bench.See(ControllerState.Running, Bench.FileName);

        bench.Refuse2();
        Assert.That(bench.Effects.OfType<SupervisorEffect.PauseJob>().Count(), Is.EqualTo(1));
        Assert.That(bench.WantsRelay(InterlockState.Locked), Is.False);

        bench.Wait(2);
        Assert.That(bench.WantsRelay(InterlockState.Locked), Is.True);
        Assert.That(bench.Wants<SupervisorEffect.CancelJob>(), Is.True);
    }
}

internal static class RefusingAgain
{
    /// <summary>Waits for the next wish for a lease and refuses it.</summary>
    public static Bench Refuse2(this Bench bench)
    {
        bench.Wait(5, () => bench.See(ControllerState.Running, Bench.FileName));
        return bench.Refuse();
    }
}
