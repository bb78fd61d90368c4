using CsCheck;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Tests.Desks;
using static Fablab.Domain.MachineJobs.MachineJobState;

namespace Fablab.Domain.Tests.MachineJobs;

public class A_machine_job
{
    [TestCase(Waiting, Accepted)]
    [TestCase(Accepted, Starting)]
    [TestCase(Starting, Running)]
    [TestCase(Waiting, Running)]
    [TestCase(Running, Paused)]
    [TestCase(Paused, Running)]
    [TestCase(Running, Succeeded)]
    [TestCase(Accepted, Rejected)]
    [TestCase(Starting, Unknown)]
    public void Moves_forward(MachineJobState from, MachineJobState to)
    {
        Assert.That(Job(from).Moved(to, null).State, Is.EqualTo(to));
    }

    [TestCase(Running, Starting)]
    [TestCase(Running, Accepted)]
    [TestCase(Starting, Waiting)]
    [TestCase(Paused, Starting)]
    public void Ignores_a_report_that_comes_late(MachineJobState from, MachineJobState to)
    {
        Assert.That(Job(from).Moved(to, "late").State, Is.EqualTo(from));
    }

    [Test]
    public void Keeps_the_end_it_had_first()
    {
        var failed = Job(Running).Moved(Failed, "thermal runaway");

        Assert.That(failed.Moved(Succeeded, null), Is.EqualTo(failed));
    }

    [Test]
    public void Keeps_its_reason_when_a_later_report_has_none()
    {
        Assert.That(Job(Running).Moved(Paused, "filament runout").Moved(Running, null).Reason, Is.EqualTo("filament runout"));
    }

    [Test]
    public void Ends_once_whatever_is_reported()
    {
        Gen.Enum<MachineJobState>().Array[1, 12].Sample(reports =>
        {
            var job = Job(Waiting);
            MachineJobState? end = null;
            foreach (var report in reports)
            {
                job = job.Moved(report, null);
                end ??= job.IsOver ? job.State : null;
            }

            return end is null || job.State == end;
        });
    }

    [Test]
    public void Is_under_way_from_the_start_being_asked_for_until_its_end()
    {
        var underWay = Enum.GetValues<MachineJobState>().Where(state => Job(state).IsUnderWay);

        Assert.That(underWay, Is.EqualTo(new[] { Starting, Running, Paused }));
    }

    private static MachineJob Job(MachineJobState state) => DeskInUse.Printer().Desk.Job! with { State = state };
}
