using Fablab.Domain.Members;

namespace Fablab.Domain.Reservations.Waiting;

/// <summary>What weighs when several want the same time.</summary>
public sealed record FairPolicy
{
    /// <summary>After this long an hour of use weighs half.</summary>
    public Duration HalfLife { get; init; } = Duration.FromDays(14);

    /// <summary>Everybody counts as having used at least this much, so that an hour more or less does not outweigh days of waiting.</summary>
    public double BaseHours { get; init; } = 1;
}

/// <summary>What a member has had and will have.</summary>
/// <param name="RecentHours">See <see cref="Waiting.RecentHours"/>.</param>
/// <param name="HeldAhead">Booked time that has not begun.</param>
public sealed record MemberShare(double RecentHours, Duration HeldAhead)
{
    public static readonly MemberShare Nothing = new(0, Duration.Zero);
}

/// <summary>The place of a wish in the line, with the numbers that put it there.</summary>
/// <param name="HoursAhead">Booked and not begun: what one is given counts before it is used, so that nobody's forty jobs win one after the other.</param>
/// <param name="Score">(recent hours + hours ahead + base hours) ÷ hours waited: the smallest is first.</param>
public sealed record FairPlace(WaitingWish Wish, double RecentHours, double HoursAhead, double WaitedHours, double Score);

/// <summary>Who is asked first: who used little lately, holds little ahead and waits long. Who joined first decides between equals.</summary>
public static class FairOrder
{
    /// <summary>Somebody who joined this moment has waited this long, lest one divide by nothing.</summary>
    private static readonly Duration ShortestWait = Duration.FromMinutes(1);

    public static IReadOnlyList<FairPlace> Of(
        IEnumerable<WaitingWish> wishes, IReadOnlyDictionary<MemberId, MemberShare> shares, FairPolicy policy, Instant now) =>
    [
        .. wishes
            .Select(wish => Place(wish, shares.GetValueOrDefault(wish.Member, MemberShare.Nothing), policy, now))
            .OrderBy(place => place.Score)
            .ThenBy(place => place.Wish.JoinedAt)
            .ThenBy(place => place.Wish.Id.Value),
    ];

    private static FairPlace Place(WaitingWish wish, MemberShare share, FairPolicy policy, Instant now)
    {
        var waited = Duration.Max(now - wish.JoinedAt, ShortestWait).TotalHours;
        var ahead = share.HeldAhead.TotalHours;
        return new FairPlace(wish, share.RecentHours, ahead, waited, (share.RecentHours + ahead + policy.BaseHours) / waited);
    }
}
