using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations.Finding;

namespace Fablab.Domain.Reservations.Waiting;

/// <summary>A part of freed time that is kept for one wish.</summary>
/// <param name="Place">Why this one was asked.</param>
public sealed record Offer(WaitingWishId Wish, MachineId Machine, TimeSlot Slot, TimeSlot Kept, Instant HoldUntil, FairPlace Place);

/// <summary>Who is offered which part of freed time.</summary>
public static class Offers
{
    /// <summary>
    /// In the fair order, each wish that can use what is left of the time gets its length at the earliest start, or the longest part
    /// that is still of use. Nobody gets two parts, or a part of time that they were just offered and missed, or one that begins before
    /// they could answer.
    /// </summary>
    /// <param name="freed">The time.</param>
    /// <param name="wishes">All that may be in line; those that do not wait or want something else are passed over.</param>
    /// <param name="shares">What the members had and hold; who is missing has nothing.</param>
    /// <param name="policy">How offers are made.</param>
    /// <param name="now">Nothing before it is offered.</param>
    /// <param name="allows">What the booking rules say, price limits included; <see langword="null"/> when all may.</param>
    public static IReadOnlyList<Offer> Next(
        FreedTime freed,
        IEnumerable<WaitingWish> wishes,
        IReadOnlyDictionary<MemberId, MemberShare> shares,
        WaitingPolicy policy,
        Instant now,
        Func<WaitingWish, Fit, bool>? allows = null)
    {
        var offers = new List<Offer>();
        var asked = new HashSet<MemberId>();
        var taken = AllBut(freed.Slot);
        var earliest = now + policy.ShortestHold;
        foreach (var place in FairOrder.Of(wishes.Where(wish => wish.State is WishState.Waiting && wish.Target.Takes(freed)), shares, policy.Fair, now))
        {
            if (offers.Count == policy.MostOffers)
            {
                break;
            }

            var wish = place.Wish;
            if (asked.Contains(wish.Member) || JustMissed(wish, freed, policy, now))
            {
                continue;
            }

            if (FindFor(wish, freed, taken, earliest) is not { } fit || allows?.Invoke(wish, fit) == false)
            {
                continue;
            }

            asked.Add(wish.Member);
            taken.Add(fit.Kept);
            taken.Sort((one, other) => one.Start.CompareTo(other.Start));
            offers.Add(new Offer(wish.Id, freed.Machine, fit.Slot, fit.Kept, policy.HoldUntil(fit.Slot.Start, now), place));
        }

        return offers;
    }

    private static Fit? FindFor(WaitingWish wish, FreedTime freed, IReadOnlyList<TimeSlot> taken, Instant earliest)
    {
        var from = Instant.Max(earliest, wish.Window.Start);
        if (from >= wish.Window.End)
        {
            return null;
        }

        var rules = freed.RulesFor(wish);
        var (longest, shortest) = rules.LengthsFor(wish);
        var wanted = new FitWish
        {
            Window = new TimeSlot(from, wish.Window.End),
            Length = longest,
            SetUp = rules.SetUp,
            CleanUp = rules.CleanUp,
            Grid = freed.Grid,
            LatestStart = wish.LastUsefulStart,
        };
        return Better(EarliestFit.Find(wanted, taken), Touching(longest), (one, other) => one.Slot.Start < other.Slot.Start)
            ?? Better(EarliestFit.FindLongest(wanted, shortest, rules.Step, taken), Touching(shortest), (one, other) => one.Slot.Length > other.Slot.Length);

        Fit? Touching(Duration atLeast) => TouchingFit.Find(wanted, atLeast, rules.Step, freed.Slot, freed.OwnEndsFor(wish)) is { } fit
            && !taken.Any(slot => slot.Overlaps(fit.Slot) && slot.Overlaps(freed.Slot)) ? fit : null;
    }

    private static Fit? Better(Fit? one, Fit? other, Func<Fit, Fit, bool> isBetter) =>
        one is null || (other is not null && isBetter(other, one)) ? other : one;

    /// <summary>They had their turn for this time: the next in line is asked.</summary>
    private static bool JustMissed(WaitingWish wish, FreedTime freed, WaitingPolicy policy, Instant now) =>
        wish.Missed.Any(offer => offer.Machine == freed.Machine && offer.Slot.Overlaps(freed.OwnEndsFor(wish).Around(freed.Slot)) && now < offer.At + policy.PassOver);

    private static List<TimeSlot> AllBut(TimeSlot slot) => [new(Instant.MinValue, slot.Start), new(slot.End, Instant.MaxValue)];
}
