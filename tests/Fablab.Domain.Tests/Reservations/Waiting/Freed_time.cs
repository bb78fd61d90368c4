using CsCheck;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Finding;
using Fablab.Domain.Reservations.Waiting;
using static Fablab.Domain.Tests.Reservations.Waiting.Wishes;

namespace Fablab.Domain.Tests.Reservations.Waiting;

public class Freed_time
{
    private static readonly WaitingPolicy Policy = new()
    {
        LongestHold = Duration.FromHours(2),
        ShortestHold = Duration.FromMinutes(10),
        AskedBeforeStart = 4,
        PassOver = Duration.FromHours(12),
    };

    [Test]
    public void Goes_to_the_first_in_line_at_its_earliest_start()
    {
        Assert.That(Told(Next(Freed((9, 0), (11, 0)), Monday.At(8), Wish(2), Wish(1))), Is.EqualTo("1: 09:00–11:00"));
    }

    [Test]
    public void Serves_as_many_as_fit_into_it()
    {
        Assert.That(Told(Next(Freed((9, 0), (15, 0)), Monday.At(8), Wish(1), Wish(2), Wish(3), Wish(4))), Is.EqualTo("1: 09:00–11:00, 2: 11:00–13:00, 3: 13:00–15:00"));
    }

    [Test]
    public void Is_given_in_part_to_whom_a_part_is_of_use_and_then_to_the_next_whom_the_rest_is()
    {
        var stubborn = Wish(2) with { MinimumLength = Duration.FromHours(2) };

        Assert.That(Told(Next(Freed((9, 0), (12, 40)), Monday.At(8), Wish(1), stubborn, Wish(3))), Is.EqualTo("1: 09:00–11:00, 3: 11:00–12:30"));
    }

    [Test]
    public void Keeps_set_up_before_and_clean_up_behind_each_inside_itself()
    {
        var freed = Freed((9, 0), (14, 0)) with { RulesFor = _ => Plain with { SetUp = Duration.FromMinutes(5), CleanUp = Duration.FromMinutes(10) } };

        var offers = Next(freed, Monday.At(8), Wish(1), Wish(2));

        using var all = Assert.EnterMultipleScope();
        Assert.That(Told(offers), Is.EqualTo("1: 09:15–11:15, 2: 11:30–13:30"));
        Assert.That(offers[0].Kept, Is.EqualTo(Monday.Slot((9, 10), (11, 25))));
    }

    [TestCase(9, 0, "1: 09:00–11:00", Description = "right behind the own slot nothing is set up")]
    [TestCase(8, 50, "1: 08:50–10:50", Description = "what the own slot kept behind it is free for its holder")]
    public void Needs_no_set_up_right_behind_the_members_own_slot(int hour, int minute, string told)
    {
        var freed = Between(new OwnEnds(Monday.At(hour, minute), null), (9, 0), (11, 10)) with { Grid = new StartGrid(Duration.FromMinutes(10), DateTimeZone.Utc) };

        var offers = Next(freed, Monday.At(7), Wish(1));

        Assert.That(Told(offers), Is.EqualTo(told));
        Assert.That(offers[0].Kept.Start, Is.EqualTo(Monday.At(hour, minute)));
    }

    [Test]
    public void Needs_no_clean_up_right_before_the_members_own_slot()
    {
        var offers = Next(Between(new OwnEnds(null, Monday.At(11, 15)), (9, 0), (11, 0)), Monday.At(7), Wish(1));

        Assert.That(Told(offers), Is.EqualTo("1: 09:15–11:15"));
        Assert.That(offers[0].Kept, Is.EqualTo(Monday.Slot((9, 0), (11, 15))));
    }

    [Test]
    public void Is_filled_between_two_own_slots_although_less_is_free_for_others()
    {
        var freed = Between(new OwnEnds(Monday.At(8, 45), Monday.At(10, 45)), (9, 0), (10, 30));

        using var all = Assert.EnterMultipleScope();
        Assert.That(Told(Next(freed, Monday.At(7), Wish(1))), Is.EqualTo("1: 08:45–10:45"));
        Assert.That(Told(Next(freed with { OwnEndsFor = _ => default }, Monday.At(7), Wish(1))), Is.EqualTo("1: 09:15–10:15"), "a part, for anybody else");
    }

    [Test]
    public void Right_behind_the_own_slot_is_not_offered_again_to_whoever_declined_it()
    {
        var freed = Between(new OwnEnds(Monday.At(9), null), (9, 15), (11, 10));
        var declined = Wish(1) with { Missed = [new MissedOffer(freed.Machine, Monday.Slot((9, 0), (9, 15)), Monday.At(6))] };

        Assert.That(Next(freed, Monday.At(7), declined), Is.Empty);
    }

    [Test]
    public void Is_given_to_each_by_the_rules_for_them()
    {
        var freed = Freed((9, 0), (14, 0)) with { RulesFor = wish => wish.Id == Id(1) ? Plain with { CleanUp = Duration.FromHours(1), Maximum = Duration.FromMinutes(100) } : Plain };

        Assert.That(Told(Next(freed, Monday.At(8), Wish(1), Wish(2))), Is.EqualTo("1: 09:00–10:30, 2: 11:30–13:30"));
    }

    [Test]
    public void Is_offered_as_wished_when_the_rules_allow_no_length_of_use_so_that_they_can_tell_why()
    {
        var freed = Freed((9, 0), (14, 0)) with { RulesFor = _ => Plain with { Maximum = Duration.FromMinutes(30) } };

        Assert.That(Told(Next(freed, Monday.At(8), Wish(1))), Is.EqualTo("1: 09:00–11:00"));
    }

    [Test]
    public void Is_never_offered_once_it_has_passed()
    {
        // The laser was freed at nine; the sweep comes at ten.
        using var all = Assert.EnterMultipleScope();
        Assert.That(Told(Next(Freed((9, 0), (13, 0)), Monday.At(10), Wish(1))), Is.EqualTo("1: 10:15–12:15"));
        Assert.That(Next(Freed((9, 0), (10, 0)), Monday.At(10), Wish(1)), Is.Empty);
        Assert.That(Next(Freed((9, 0), (11, 0)), Monday.At(10), Wish(1)), Is.Empty, "45 minutes are left, an hour is the least of use");
    }

    [Test]
    public void Goes_to_the_next_in_line_when_the_first_did_not_answer()
    {
        var silent = Wish(1) with { Missed = [new MissedOffer(Laser, Monday.Slot((9, 0), (11, 0)), Monday.At(8, 15))] };

        using var all = Assert.EnterMultipleScope();
        Assert.That(Told(Next(Freed((9, 0), (11, 0)), Monday.At(8, 15), silent, Wish(2))), Is.EqualTo("2: 09:00–11:00"));
        Assert.That(Next(Freed((9, 0), (13, 0)), Monday.At(8, 15), silent), Is.Empty);
        Assert.That(Told(Next(Freed((14, 0), (16, 0)), Monday.At(8, 15), silent)), Is.EqualTo("1: 14:00–16:00"), "other time is offered to them as before");
    }

    [Test]
    public void Is_offered_again_to_who_missed_it_long_ago()
    {
        var silent = Wish(1) with { Missed = [new MissedOffer(Laser, Monday.Slot((9, 0), (11, 0)), Monday.At(8) - Duration.FromHours(12))] };

        Assert.That(Told(Next(Freed((9, 0), (11, 0)), Monday.At(8), silent)), Is.EqualTo("1: 09:00–11:00"));
    }

    [Test]
    public void Is_not_given_twice_to_one_person()
    {
        var second = Wish(2) with { Member = Member(1) };

        Assert.That(Told(Next(Freed((9, 0), (15, 0)), Monday.At(8), Wish(1), second, Wish(3))), Is.EqualTo("1: 09:00–11:00, 3: 11:00–13:00"));
    }

    [TestCase(WishState.Offered)]
    [TestCase(WishState.Fulfilled)]
    [TestCase(WishState.Withdrawn)]
    [TestCase(WishState.Expired)]
    public void Is_offered_to_nobody_who_does_not_wait(WishState state)
    {
        Assert.That(Next(Freed((9, 0), (11, 0)), Monday.At(8), Wish(1) with { State = state }), Is.Empty);
    }

    [Test]
    public void Is_offered_to_nobody_after_their_latest_start_or_outside_their_window()
    {
        using var all = Assert.EnterMultipleScope();
        Assert.That(Next(Freed((9, 0), (12, 0)), Monday.At(8), Wish(1) with { LatestStart = Monday.At(8, 45) }), Is.Empty);
        Assert.That(Next(Freed((9, 0), (12, 0)), Monday.At(8), Wish(1) with { Window = Monday.Slot((11, 30), (18, 0)) }), Is.Empty);
        Assert.That(Told(Next(Freed((9, 0), (12, 0)), Monday.At(8), Wish(1) with { Window = Monday.Slot((10, 30), (18, 0)) })), Is.EqualTo("1: 10:30–12:00"));
    }

    [Test]
    public void Is_not_offered_against_the_booking_rules()
    {
        var offers = Offers.Next(Freed((9, 0), (11, 0)), [Wish(1), Wish(2)], NobodyUsedAnything, Policy, Monday.At(8), (wish, _) => wish.Member != Member(1));

        Assert.That(Told(offers), Is.EqualTo("2: 09:00–11:00"));
    }

    [TestCase(8, 10, "08:10", TestName = "Time that begins in ten minutes is kept until its start")]
    [TestCase(9, 0, "08:15", TestName = "Time that begins in an hour is kept for a quarter of it")]
    [TestCase(18, 0, "10:00", TestName = "Time far off is kept for no more than two hours")]
    [TestCase(8, 4, "08:04", TestName = "Nothing is kept beyond its start")]
    public void Is_kept_for_a_while(int hour, int minute, string until)
    {
        Assert.That($"{Policy.HoldUntil(Monday.At(hour, minute), Monday.At(8)):HH:mm}", Is.EqualTo(until));
    }

    [Test]
    public void Is_offered_without_overlap_or_waste_and_in_the_fair_order()
    {
        var wish = Gen.Select(Gen.Int[0, 600], Gen.Int[30, 400], Gen.Int[1, 12], Gen.Int[1, 12], Gen.Int[0, 30], (from, window, length, minimum, hours) => (from, window, length, minimum, hours));
        Gen.Select(Gen.Int[0, 500], Gen.Int[15, 400], Gen.Int[0, 500], Gen.Int[0, 3], wish.Array[0, 12]).Sample((start, length, at, buffers, drawn) =>
        {
            var rules = Plain with { SetUp = Duration.FromMinutes(buffers), CleanUp = Duration.FromMinutes(buffers * 3) };
            var freed = Freed((0, 0), (1, 0)) with { Slot = Minutes(start, length), RulesFor = _ => rules };
            var now = Minutes(at, 1).Start;
            var wishes = drawn.Select((w, i) => Wish(i) with
            {
                Window = Minutes(w.from, w.window),
                Length = Duration.FromMinutes(15 * Math.Max(w.length, w.minimum)),
                MinimumLength = Duration.FromMinutes(15 * w.minimum),
            }).ToList();
            var shares = drawn.Select((w, i) => (Member(i), new MemberShare(w.hours, Duration.Zero))).ToDictionary(pair => pair.Item1, pair => pair.Item2);

            var offers = Offers.Next(freed, wishes, shares, Policy, now);

            foreach (var offer in offers)
            {
                var wanted = offer.Place.Wish;
                Assert.That(offer.Kept.Start >= freed.Slot.Start && offer.Kept.End <= freed.Slot.End, "inside what is free");
                Assert.That(offer.Slot.Start >= wanted.Window.Start && offer.Slot.End <= wanted.Window.End, "inside what is wished");
                Assert.That(offer.Slot.Length, Is.InRange(wanted.MinimumLength, wanted.Length));
                Assert.That(offer.HoldUntil > now && offer.HoldUntil <= offer.Slot.Start, "kept for a while, not beyond the start");
                Assert.That(offers.Count(other => other.Kept.Overlaps(offer.Kept)), Is.EqualTo(1), "no overlap");
            }

            var order = FairOrder.Of(wishes, shares, Policy.Fair, now).Select(place => place.Wish.Id).ToList();
            Assert.That(offers.Select(offer => order.IndexOf(offer.Wish)), Is.Ordered);

            // Whoever got nothing could use no quarter hour that was left.
            var left = wishes.Where(one => offers.All(offer => offer.Wish != one.Id));
            Assert.That(left.Where(one => CouldUse(one, freed, offers, now)), Is.Empty);
        }, iter: 3_000, threads: 1);
    }

    private static bool CouldUse(WaitingWish wish, FreedTime freed, IReadOnlyList<Offer> offers, Instant now) =>
        Enumerable.Range(0, 100).Select(quarter => Minutes(quarter * 15, 1).Start).Any(start =>
        {
            var slot = new TimeSlot(start, start + wish.MinimumLength);
            var kept = new TimeSlot(slot.Start - freed.RulesFor(wish).SetUp, slot.End + freed.RulesFor(wish).CleanUp);
            return start >= now + Policy.ShortestHold && start >= wish.Window.Start && slot.End <= wish.Window.End
                && kept.Start >= freed.Slot.Start && kept.End <= freed.Slot.End && !offers.Any(offer => offer.Kept.Overlaps(kept));
        });

    private static TimeSlot Minutes(int start, int length) => new(Monday.At(0) + Duration.FromMinutes(start), Monday.At(0) + Duration.FromMinutes(start + length));

    /// <summary>A quarter of set-up and ten minutes of clean-up, and the own slots of whoever asks at its ends.</summary>
    private static FreedTime Between(OwnEnds own, (int, int) from, (int, int) until) => Freed(from, until) with
    {
        RulesFor = _ => Plain with { SetUp = Duration.FromMinutes(15), CleanUp = Duration.FromMinutes(10) },
        OwnEndsFor = _ => own,
    };

    private static IReadOnlyList<Offer> Next(FreedTime freed, Instant now, params WaitingWish[] wishes) => Offers.Next(freed, wishes, NobodyUsedAnything, Policy, now);
}
