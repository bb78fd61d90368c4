using CsCheck;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations.Finding;

namespace Fablab.Domain.Tests.Reservations.Finding;

public class The_order_of_jobs
{
    private static readonly MemberId Heavy = Member(1);
    private static readonly MemberId Newcomer = Member(2);

    [Test]
    public void Lets_a_newcomer_in_between_the_forty_jobs_of_one_person()
    {
        var forty = Enumerable.Range(1, 40).Select(number => Job(number, Heavy, hours: 10));

        var order = JobOrder.Of([.. forty, Job(50, Newcomer, 2), Job(51, Newcomer, 2)], new Dictionary<MemberId, double> { [Heavy] = 30 });

        using var all = Assert.EnterMultipleScope();
        Assert.That(order.Take(3).Select(job => job.Member), Is.EqualTo(new[] { Newcomer, Newcomer, Heavy }));
        Assert.That(order, Has.Count.EqualTo(42));
    }

    [Test]
    public void Takes_turns_between_equals_and_begins_with_who_came_first()
    {
        var order = JobOrder.Of([Job(1, Heavy, 1), Job(2, Heavy, 1), Job(3, Newcomer, 1), Job(4, Newcomer, 1)], new Dictionary<MemberId, double>());

        Assert.That(order.Select(job => job.Member), Is.EqualTo(new[] { Heavy, Newcomer, Heavy, Newcomer }));
    }

    [Test]
    public void Is_that_of_queuing_for_ones_own_jobs()
    {
        Assert.That(JobOrder.Of([Job(2, Heavy, 1), Job(3, Heavy, 9), Job(1, Heavy, 5)], new Dictionary<MemberId, double>()).Select(job => job.QueuedAt), Is.Ordered);
    }

    [Test]
    public void Lets_nobody_wait_longer_than_half_a_day_of_others_jobs_for_what_they_used()
    {
        var small = Enumerable.Range(1, 40).Select(number => Job(number, Newcomer, 1));

        var order = JobOrder.Of([.. small, Job(50, Heavy, 1)], new Dictionary<MemberId, double> { [Heavy] = 1_000 });

        Assert.That(order.Select(job => job.Member).ToList().IndexOf(Heavy), Is.InRange(12, 13));
    }

    [Test]
    public void Of_nothing_is_nothing() => Assert.That(JobOrder.Of([], new Dictionary<MemberId, double>()), Is.Empty);

    [Test]
    public void Puts_before_a_job_of_who_used_less_no_more_hours_of_another_than_ones_own_earlier_and_one_job()
    {
        var job = Gen.Select(Gen.Int[1, 5], Gen.Int[1, 12], (member, hours) => (member, hours));
        Gen.Select(job.Array[1, 60], Gen.Int[0, 60].Array[5]).Sample((drawn, used) =>
        {
            var jobs = drawn.Select((one, i) => Job(i, Member(one.member), one.hours)).ToList();
            var recent = used.Select((hours, i) => (Member(i + 1), (double)hours)).ToDictionary(pair => pair.Item1, pair => pair.Item2);

            var order = JobOrder.Of(jobs, recent);

            Assert.That(order, Is.EquivalentTo(jobs));
            for (var at = 0; at < order.Count; at++)
            {
                var mine = order[at].Member;
                double Before(MemberId member) => order.Take(at).Where(one => one.Member == member).Sum(one => one.Length.TotalHours);
                foreach (var other in recent.Keys.Where(other => other != mine && recent[other] >= recent[mine] && Before(other) > 0))
                {
                    var longest = jobs.Where(one => one.Member == other).Max(one => one.Length.TotalHours);
                    Assert.That(Before(other), Is.LessThanOrEqualTo(Before(mine) + longest));
                }
            }
        }, iter: 1_000, threads: 1);
    }

    [Test]
    public void Puts_with_equal_jobs_no_more_of_a_heavy_user_before_the_kth_of_each_newcomer_than_k()
    {
        Gen.Select(Gen.Int[1, 8], Gen.Int[1, 10], Gen.Int[1, 60], Gen.Int[0, 100]).Sample((newcomers, each, heavy, used) =>
        {
            var jobs = Enumerable.Range(0, heavy).Select(i => Job(i, Heavy, 3))
                .Concat(Enumerable.Range(0, newcomers * each).Select(i => Job(100 + i, Member(2 + i % newcomers), 3)));

            var order = JobOrder.Of(jobs, new Dictionary<MemberId, double> { [Heavy] = used });

            foreach (var member in Enumerable.Range(2, newcomers).Select(Member))
            {
                var k = 0;
                foreach (var (_, at) in order.Select((one, at) => (one, at)).Where(pair => pair.one.Member == member))
                {
                    Assert.That(order.Take(at).Count(one => one.Member == Heavy), Is.LessThanOrEqualTo(++k));
                }
            }
        }, iter: 500, threads: 1);
    }

    private static WaitingJob Job(int number, MemberId member, int hours) =>
        new(new MachineJobId(new Guid(number, 2, 0, new byte[8])), member, Duration.FromHours(hours), Monday.At(8) + Duration.FromMinutes(number));

    private static MemberId Member(int number) => new(new Guid(number, 1, 0, new byte[8]));
}
