using Fablab.Bridge.Drivers;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;

namespace Fablab.Bridge.Tests.Supervision;

public class A_print_behind_a_plug
{
    [Test]
    public void Is_not_cut_by_a_plug_that_is_away_while_the_web_is_away_too()
    {
        var bench = Alone();

        var asked = Asked(bench, () => bench.SeeRelay(InterlockState.Unknown, link: LinkState.Connecting)
            .AnswerInterlock(InterlockState.Unlocked, null).Wait(30, () => Print(bench)));

        Assert.That(asked, Has.None.EqualTo(InterlockState.Locked));
        Assert.That(asked, Has.Exactly(10).EqualTo(InterlockState.Unlocked), "its dead-man is renewed as before");
    }

    [Test]
    public void Is_not_cut_by_a_plug_that_reads_open_for_a_moment()
    {
        var bench = Alone();

        var asked = Asked(bench, () => bench.SeeRelay(InterlockState.Locked).Wait(6, () => Print(bench)));

        Assert.That(asked, Is.EqualTo(new[] { InterlockState.Unlocked, InterlockState.Unlocked }));
        Assert.That(bench.State.RunUnderWay, Is.Not.Null);
    }

    [Test]
    public void Is_not_energised_again_without_a_lease_by_a_plug_that_stays_open()
    {
        var bench = Alone();
        bench.SeeRelay(InterlockState.Locked).Wait(10, () => Print(bench));

        Assert.That(Asked(bench, () => bench.Wait(30, () => Print(bench).SeeRelay(InterlockState.Locked))), Is.Empty);
    }

    [Test]
    public void Goes_on_under_a_lease_whatever_its_plug_says()
    {
        var bench = Printing();
        var asked = Asked(bench, () => bench.SeeRelay(InterlockState.Locked).Wait(30, () =>
        {
            Print(bench);
            if (bench.State.Leasing.Asked is not null)
            {
                bench.Grant();
            }
        }));

        Assert.That(asked, Has.None.EqualTo(InterlockState.Locked).And.Some.EqualTo(InterlockState.Unlocked));
    }

    [Test]
    public void Is_locked_and_its_session_closed_only_after_its_job_ended()
    {
        var bench = Alone().SeeRelay(InterlockState.Unknown, link: LinkState.Down).SeeRelay(InterlockState.Unlocked);
        Assert.That(Asked(bench, () => bench.Desire(bench.Twin(2)).Wait(60, () => Print(bench))), Has.None.EqualTo(InterlockState.Locked));

        bench.See(ControllerState.Idle, lastEnd: Bench.End(RunOutcome.Completed));
        Assert.That(bench.WantsRelay(InterlockState.Locked), Is.True);
        bench.AnswerInterlock(InterlockState.Locked, InterlockState.Locked);

        Assert.That(bench.JobMoves.Last().State, Is.EqualTo(JobState.Succeeded));
        Assert.That(bench.Turns.Last(), Has.Property("Turn").EqualTo(SessionTurn.Closed).And.Property("Reason").EqualTo("ended"));
    }

    [Test]
    public void Is_no_excuse_for_a_soldering_iron_whose_power_nobody_reads()
    {
        var bench = Bench.SolderingStation().Arm();
        bench.Wait(601, () => bench.SeeRelay(InterlockState.Unlocked, watts: 50));
        bench.SeeRelay(InterlockState.Unknown, link: LinkState.Down).Wait(5);
        Assert.That(bench.State.Relay.Asked, Is.EqualTo(InterlockState.Unlocked));

        bench.Wait(6);

        Assert.That(bench.State.Relay.Asked, Is.EqualTo(InterlockState.Locked));
    }

    /// <summary>A job runs and its lease is gone.</summary>
    private static Bench Alone()
    {
        var bench = Printing();
        bench.Wait(20, () => Print(bench).SeeRelay(InterlockState.Unlocked));
        Assert.That(bench.Phase, Is.EqualTo(SupervisorPhase.RunningAlone));
        return bench;
    }

    private static Bench Printing()
    {
        var bench = Bench.PrinterBehindPlug().Arm(JobWish.Run);
        bench.Do(new SupervisorEvent.JobFetched(Bench.JobId, "/jobs/1")).Do(new SupervisorEvent.JobUploaded(Bench.JobId));
        bench.Do(new SupervisorEvent.StartAnswered(Bench.JobId, WishAnswer.Accepted, null));
        return Print(bench).SeeRelay(InterlockState.Unlocked);
    }

    private static List<InterlockState> Asked(Bench bench, Action happens)
    {
        var before = bench.Ever.Count;
        happens();
        return [.. bench.Ever.Skip(before).OfType<SupervisorEffect.SetInterlock>().Select(set => set.Wanted)];
    }

    private static Bench Print(Bench bench) => bench.See(ControllerState.Running, Bench.FileName);
}
