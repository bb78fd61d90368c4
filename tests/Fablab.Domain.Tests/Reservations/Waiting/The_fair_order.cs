using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Waiting;
using static Fablab.Domain.Tests.Reservations.Waiting.Wishes;

namespace Fablab.Domain.Tests.Reservations.Waiting;

public class The_fair_order
{
    private static readonly Instant Now = Monday.At(8);
    private static readonly FairPolicy Policy = new() { HalfLife = Duration.FromDays(7), MostHeldAhead = Duration.FromHours(20) };

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
    public void Puts_who_holds_too_much_ahead_behind_all_others()
    {
        Assert.That(Order(new() { [Member(1)] = new(0, Duration.FromHours(21)), [Member(2)] = new(42, Duration.FromHours(20)) }, Wish(1), Wish(2)),
            Is.EqualTo(new[] { Id(2), Id(1) }));
    }

    [Test]
    public void Is_told_in_numbers()
    {
        var place = FairOrder.Of([Wish(1)], new Dictionary<MemberId, MemberShare> { [Member(1)] = new(13, Duration.Zero) }, Policy, Now).Single();

        Assert.That((place.RecentHours, place.WaitedHours, place.Score, place.IsBehind), Is.EqualTo((13.0, 175.0, 0.08, false)));
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
