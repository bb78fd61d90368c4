using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Waiting;
using static Fablab.Domain.Tests.Reservations.Waiting.Wishes;

namespace Fablab.Domain.Tests.Reservations.Waiting;

public class The_fair_order
{
    private static readonly Instant Now = Monday.At(8);
    private static readonly FairPolicy Policy = new() { HalfLife = Duration.FromDays(7) };

    [Test]
    public void Is_that_of_joining_when_nobody_used_anything()
    {
        Assert.That(Order(NobodyUsedAnything, Wish(2), Wish(3), Wish(1)), Is.EqualTo(new[] { Id(1), Id(2), Id(3) }));
    }

    [Test]
    public void Puts_who_used_much_lately_behind_who_used_little()
    {
        Assert.That(Order(new() { [Member(1)] = new(42, Duration.Zero), [Member(2)] = new(3, Duration.Zero) }, Wish(1), Wish(2), Wish(3)),
            Is.EqualTo(new[] { Id(3), Id(2), Id(1) }));
    }

    [Test]
    public void Lets_waiting_outweigh_what_was_used()
    {
        // Nine hours used and a week of waiting against nothing used and half a day.
        var newcomer = Wish(2) with { JoinedAt = Now - Duration.FromHours(12) };

        Assert.That(Order(new() { [Member(1)] = new(9, Duration.Zero) }, newcomer, Wish(1)), Is.EqualTo(new[] { Id(1), Id(2) }));
    }

    [Test]
    public void Counts_what_one_holds_ahead_as_what_one_used()
    {
        Assert.That(Order(new() { [Member(1)] = new(0, Duration.FromHours(21)), [Member(2)] = new(3, Duration.FromHours(17)) }, Wish(1), Wish(2)),
            Is.EqualTo(new[] { Id(2), Id(1) }));
    }

    [Test]
    public void Lets_nobody_with_forty_jobs_win_one_after_the_other()
    {
        // One of the first and longest waiting gets two hours each time, against five who joined a little later.
        var shares = new Dictionary<MemberId, MemberShare>();
        var wishes = Enumerable.Range(2, 5).Select(number => Wish(number) with { JoinedAt = Now - Duration.FromHours(24) }).ToList();
        var many = Wish(1) with { JoinedAt = Now - Duration.FromHours(30) };
        var winners = new List<MemberId>();
        for (var freed = 0; freed < 10; freed++)
        {
            var winner = FairOrder.Of([many, .. wishes], shares, Policy, Now)[0].Wish.Member;
            winners.Add(winner);
            shares[winner] = new MemberShare(0, shares.GetValueOrDefault(winner, MemberShare.Nothing).HeldAhead + Duration.FromHours(2));
        }

        Assert.That(winners.Count(winner => winner == Member(1)), Is.EqualTo(2), "of ten times, as one of six who wait");
    }

    [Test]
    public void Is_told_in_numbers()
    {
        var place = FairOrder.Of([Wish(1)], new Dictionary<MemberId, MemberShare> { [Member(1)] = new(13, Duration.FromHours(21)) }, Policy, Now).Single();

        Assert.That((place.RecentHours, place.HoursAhead, place.WaitedHours, place.Score), Is.EqualTo((13.0, 21.0, 175.0, 0.2)));
    }

    [Test]
    public void Decides_between_equals_by_their_id_and_never_by_chance()
    {
        var twins = Enumerable.Range(1, 6).Select(number => Wish(number) with { JoinedAt = Now + Duration.FromHours(1) }).ToArray();

        Assert.That(Order(NobodyUsedAnything, [.. twins.Reverse()]), Is.EqualTo(Order(NobodyUsedAnything, twins)));
    }

    [TestCase(0, 4.0, TestName = "Hours used until now count whole")]
    [TestCase(7, 2.0, TestName = "Hours used one half-life ago count half")]
    [TestCase(14, 1.0, TestName = "Hours used two half-lives ago count a quarter")]
    public void Forgets(int daysAgo, double hours)
    {
        var end = Now - Duration.FromDays(daysAgo);

        Assert.That(RecentHours.At([new TimeSlot(end - Duration.FromHours(4), end)], Now, Policy.HalfLife), Is.EqualTo(hours).Within(1e-9));
    }

    [Test]
    public void Counts_only_the_part_of_a_use_that_has_been()
    {
        var used = RecentHours.At([Monday.Slot((7, 0), (10, 0)), Monday.Slot((12, 0), (13, 0))], Now, Policy.HalfLife);

        Assert.That(used, Is.EqualTo(1.0).Within(1e-9));
    }

    private static IEnumerable<WaitingWishId> Order(Dictionary<MemberId, MemberShare> shares, params WaitingWish[] wishes) =>
        FairOrder.Of(wishes, shares, Policy, Now).Select(place => place.Wish.Id);
}
