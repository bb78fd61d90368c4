using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Tests.Desks;

public class A_fact_from_the_bridge
{
    private static readonly UsageSessionId Another = new(Guid.Parse("00000000-0000-0000-0000-0000000000ff"));

    private static readonly DeskEvent[] Facts_about_others =
    [
        new DeskEvent.SessionArmed(Another, Monday.At(9, 5)),
        new DeskEvent.SessionMetered(Another, Read(15)),
        new DeskEvent.SessionClosed(Another, Monday.At(9, 5), Duration.FromSeconds(15), "ended"),
        new DeskEvent.JobMoved(new MachineJobId(Another.Value), Monday.At(9, 5), MachineJobState.Failed, null),
    ];

    [TestCaseSource(nameof(Facts_about_others))]
    public void About_another_session_or_job_changes_nothing_and_is_not_refused(DeskEvent fact)
    {
        var desk = DeskInUse.Printer().Running();
        var before = desk.Desk;

        var refusal = desk.Do(fact, Monday.At(9, 6));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal, Is.Null);
            Assert.That(desk.Desk, Is.EqualTo(before));
            Assert.That(desk.Effects, Is.Empty);
        }
    }

    [TestCaseSource(nameof(Facts_about_others))]
    public void Finds_an_empty_desk_harmless(DeskEvent fact)
    {
        var desk = new DeskInUse().With(d => d with { Current = null });

        Assert.That(desk.Do(fact, Monday.At(9, 6)), Is.Null);
    }

    [Test]
    public void That_a_session_armed_starts_it_once()
    {
        var desk = new DeskInUse().Running(Monday.At(9, 2));

        desk.Do(new DeskEvent.SessionArmed(desk.Session.Id, Monday.At(9, 10)), Monday.At(9, 10));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Session.State, Is.EqualTo(UsageSessionState.Armed));
            Assert.That(desk.Session.StartedAt, Is.EqualTo(Monday.At(9, 2)));
        }
    }

    [Test]
    public void That_a_session_closed_never_ends_it_before_it_began()
    {
        var desk = new DeskInUse().Running(Monday.At(9, 5));

        desk.Do(new DeskEvent.SessionClosed(desk.Session.Id, Monday.At(9, 2), desk.Session.Total, "ended"), Monday.At(9, 6));

        Assert.That(desk.Ended.Single().EndedAt, Is.EqualTo(Monday.At(9, 5)));
    }

    [Test]
    public void Dated_before_its_session_was_authorised_is_taken_to_be_of_that_moment()
    {
        var (armed, metered) = (new DeskInUse(), new DeskInUse());
        armed.CheckIn(Monday.At(9, 5));
        metered.CheckIn(Monday.At(9, 5));

        armed.Do(new DeskEvent.SessionArmed(armed.Session.Id, Monday.At(9, 4)), Monday.At(9, 6));
        metered.Works(Monday.At(9, 5, 10), seconds: 15);

        Assert.That((armed.Session.StartedAt, metered.Session.StartedAt), Is.EqualTo((Monday.At(9, 5), Monday.At(9, 5))));
    }

    [Test]
    public void That_a_session_armed_comes_too_late_to_stop_its_closing()
    {
        var desk = new DeskInUse();
        desk.CheckIn(Monday.At(9));
        desk.LeaseIsAskedFor(Monday.At(9));
        desk.Do(new DeskEvent.End(DeskInUse.Ada, false), Monday.At(9, 1));

        desk.Do(new DeskEvent.SessionArmed(desk.Session.Id, Monday.At(9, 0, 5)), Monday.At(9, 2));

        Assert.That(desk.Session.State, Is.EqualTo(UsageSessionState.Closing));
    }

    [Test]
    public void Meters_also_a_session_that_is_closing()
    {
        var desk = new DeskInUse().Running();
        desk.Do(new DeskEvent.End(DeskInUse.Ada, false), Monday.At(9, 1));

        desk.Works(Monday.At(9, 1), seconds: 12).BridgeCloses(Monday.At(9, 1, 2));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Ended.Single().Total, Is.EqualTo(Duration.FromSeconds(12)));
            Assert.That(desk.Ended.Single().ReviewReason, Is.Null);
        }
    }

    [Test]
    public void That_closes_with_another_total_sends_the_session_to_a_person()
    {
        var desk = new DeskInUse().Running().Works(Monday.At(9, 1));

        desk.Do(new DeskEvent.SessionClosed(desk.Session.Id, Monday.At(9, 2), Duration.FromSeconds(60), "ended"), Monday.At(9, 2));

        Assert.That(desk.Ended.Single().ReviewReason, Is.EqualTo("total-does-not-match"));
    }

    private static MeterRead Read(int seconds)
    {
        var time = Duration.FromSeconds(seconds);
        return new MeterRead(Monday.At(9, 5), time, time, time, true, false, null, null);
    }
}
