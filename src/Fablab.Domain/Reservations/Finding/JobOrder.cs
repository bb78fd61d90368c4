using Fablab.Domain.MachineJobs;
using Fablab.Domain.Members;

namespace Fablab.Domain.Reservations.Finding;

/// <summary>A job that waits for any unit of a pool.</summary>
public sealed record WaitingJob(MachineJobId Id, MemberId Member, Duration Length, Instant QueuedAt);

/// <summary>
/// The order in which waiting jobs of several members run. Each member has an account that begins with their recent hours and grows by every
/// job of theirs that is put in the order; the smallest account is next. So forty jobs of one person do not starve the others: of a person
/// who used more, no more hours come before a job than the hours of one's own earlier jobs and one job.
/// </summary>
public static class JobOrder
{
    /// <summary>Nobody is further behind than this, however much they used: else they would wait for ever behind small jobs.</summary>
    public static readonly Duration MostLead = Duration.FromHours(12);

    /// <param name="jobs">All that wait, in any order; each member's own run in the order they were queued.</param>
    /// <param name="recentHours">Of the members; who is missing used nothing.</param>
    public static IReadOnlyList<WaitingJob> Of(IEnumerable<WaitingJob> jobs, IReadOnlyDictionary<MemberId, double> recentHours)
    {
        var queues = jobs.GroupBy(job => job.Member)
            .ToDictionary(own => own.Key, own => new Queue<WaitingJob>(own.OrderBy(job => job.QueuedAt).ThenBy(job => job.Id.Value)));
        if (queues.Count == 0)
        {
            return [];
        }

        var least = queues.Keys.Min(member => recentHours.GetValueOrDefault(member));
        var line = new PriorityQueue<MemberId, (double Account, Instant QueuedAt, Guid Job)>();
        foreach (var (member, queue) in queues)
        {
            Join(member, queue, Math.Min(recentHours.GetValueOrDefault(member), least + MostLead.TotalHours));
        }

        var order = new List<WaitingJob>();
        while (line.TryDequeue(out var member, out var place))
        {
            var job = queues[member].Dequeue();
            order.Add(job);
            Join(member, queues[member], place.Account + job.Length.TotalHours);
        }

        return order;

        void Join(MemberId member, Queue<WaitingJob> queue, double account)
        {
            if (queue.TryPeek(out var next))
            {
                line.Enqueue(member, (account, next.QueuedAt, next.Id.Value));
            }
        }
    }
}
