using Fablab.Domain.Billing;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Finding;
using Fablab.Web.Hosting;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Finding;

/// <summary>A slot that the member could book now.</summary>
/// <param name="Estimate">How long the job works; <see langword="null"/> without one.</param>
internal sealed record FoundOpening(BookableTime Bookable, TimeSlot Slot, double? Kilometres, Duration? Estimate);

/// <summary>What was looked at and cannot be offered.</summary>
internal sealed record ExcludedBookables(string Code, IReadOnlyList<string> Machines);

/// <param name="Found">How many there were before the list was cut.</param>
internal sealed record OpeningsFound(IReadOnlyList<FoundOpening> Openings, int Found, IReadOnlyList<ExcludedBookables> Excluded, TimeSlot Window);

/// <summary>Free time on all machines that a member may use, the best first, and why there is not more.</summary>
internal sealed class FindOpenings(ReadBookableTimes times, LabClock clock)
{
    public const int DefaultLimit = 20;

    public const int MostLimit = 100;

    /// <summary>Starts offered of one machine or pool.</summary>
    private const int MostOfOne = 3;

    public async Task<OpeningsFound> ExecuteAsync(OpeningWish wish, CancellationToken ct)
    {
        var window = StartingNow(wish.Window);
        if (window is null)
        {
            return new OpeningsFound([], 0, [], wish.Window);
        }

        var bookables = await times.InAsync(wish.Where, window, wish.Member, poolsAsOne: true, ct);
        var (openings, excluded) = (new Dictionary<(MachineId, Instant), FoundOpening>(), new List<(BookableTime Of, IReadOnlyList<string> Codes)>());
        foreach (var bookable in bookables)
        {
            var fits = new OpeningSearch(bookable, wish.Job, clock.Now).Find(wish.Length, window, MostOfOne);
            if (fits.Fits.Count == 0)
            {
                excluded.Add((bookable, fits.Codes));
            }

            foreach (var fit in fits.Fits)
            {
                openings.Add((bookable.First.Id, fit.Slot.Start), new FoundOpening(bookable, fit.Slot, Kilometres(bookable, wish.Near), wish.Job?.Estimate));
            }
        }

        var ranked = OpeningRanking.Rank(
            [.. openings.Values.Select(Candidate)], [.. excluded.Select(one => new ExcludedMachine(one.Of.First.Id, one.Codes))], wish.Order, wish.Limit);
        return new OpeningsFound(
            [.. ranked.Openings.Select(candidate => openings[(candidate.Machine, candidate.Slot.Start)])],
            ranked.Found,
            [.. ranked.ExcludedBy.Keys.Select(code => new ExcludedBookables(code, [.. excluded.Where(one => one.Codes.Contains(code)).Select(one => one.Of.Code)]))],
            window);
    }

    // What is past cannot be booked, so it is not offered.
    private TimeSlot? StartingNow(TimeSlot window)
    {
        var now = clock.Now;
        return window.End <= now ? null : window.Start >= now ? window : window.StartingAt(now);
    }

    private static double? Kilometres(BookableTime bookable, GeoPoint? near) =>
        near is not null && bookable.Site is { Latitude: { } latitude, Longitude: { } longitude } ? near.KilometresTo(new GeoPoint(latitude, longitude)) : null;

    private static OpeningCandidate Candidate(FoundOpening opening) => new(
        opening.Bookable.First.Id, opening.Bookable.First.Site, opening.Slot, PriceOf(opening), opening.Kilometres);

    private static Money PriceOf(FoundOpening opening)
    {
        var works = opening.Estimate is { } estimate ? Duration.Min(estimate, opening.Slot.Length) : opening.Slot.Length;
        return Rating.Rate(new Usage(opening.Slot.Length, works, works, null), opening.Bookable.Tariff).Net;
    }
}
