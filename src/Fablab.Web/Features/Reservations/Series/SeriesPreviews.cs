using Fablab.Domain;
using Fablab.Domain.Billing;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Series;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Changing;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Series;

/// <summary>One date of a series that was looked at.</summary>
/// <param name="LocalStart">By the site's wall clock.</param>
/// <param name="Slot"><see langword="null"/> when the clock never shows this time.</param>
/// <param name="Problems">All against it; it is booked in spite of them when <paramref name="IsBooked"/>.</param>
/// <param name="ClocksChanged">The clocks were put forward or back since the one before.</param>
public sealed record SeriesLine(int Number, LocalDateTime LocalStart, TimeSlot? Slot, IReadOnlyList<BookingProblem> Problems, bool IsBooked, bool ClocksChanged);

/// <summary>A series as booking it would make it.</summary>
/// <param name="Price">Of all that would be booked, for use of the whole slots.</param>
/// <param name="Accepted">Codes of the soft problems in spite of which the asker may book.</param>
public sealed record SeriesPreview(IReadOnlyList<SeriesLine> Lines, SlotPrice Price, IReadOnlyList<string> Accepted)
{
    public int Booked => Lines.Count(line => line.IsBooked);

    public int LeftOut => Lines.Count - Booked;

    public bool IsBookable(OnConflict onConflict) => Booked > 0 && (LeftOut == 0 || onConflict is OnConflict.Skip);
}

/// <summary>Tries a series out and tells of each date what would become of it.</summary>
internal sealed class SeriesPreviews(BookSeries series, CurrentMember me, IDateTimeZoneProvider zones)
{
    /// <summary>What one books in spite of may let a later date meet a quota, so it is asked again, at most this often.</summary>
    private const int MostPasses = 3;

    public async Task<Result<SeriesPreview>> OfAsync(MachineView view, BookSeriesRequest request, CancellationToken ct)
    {
        var zone = zones[view.Site.TimeZone];
        if (!request.ToPlan().Occurrences(zone).TryGet(out var occurrences, out var refusal))
        {
            return refusal;
        }

        var accepted = new HashSet<string>(StringComparer.Ordinal);
        var against = new Dictionary<int, IReadOnlyList<BookingProblem>>();
        for (var pass = 1; ; pass++)
        {
            if (!LeftOut(await series.CheckAsync(request with { AcceptSoft = [.. accepted] }, ct)).TryGet(out var left, out var unlike))
            {
                return unlike;
            }

            foreach (var (number, problems) in left)
            {
                against[number] = problems;
            }

            var may = left.Values.SelectMany(problems => problems).Where(problem => me.MayLiftAll([problem], view.Machine.Site)).Select(problem => problem.Code).Except(accepted).ToList();
            if (may.Count == 0 || pass == MostPasses)
            {
                return Preview(occurrences, against, left, view.Tariff, zone, accepted);
            }

            accepted.UnionWith(may);
        }
    }

    /// <returns>By the number of the date, every reason; or a refusal that is of another kind.</returns>
    private static Result<Dictionary<int, IReadOnlyList<BookingProblem>>> LeftOut(Result<SeriesResponse> check)
    {
        if (check.TryGet(out var found, out var refusal))
        {
            return found.LeftOut.ToDictionary(one => one.Number, one => one.Problems);
        }

        return refusal is BookingRefused none
            ? none.Problems.GroupBy(PartProblems.PartOf).ToDictionary(part => part.Key, part => (IReadOnlyList<BookingProblem>)[.. part])
            : refusal;
    }

    private static SeriesPreview Preview(
        IReadOnlyList<Occurrence> occurrences, Dictionary<int, IReadOnlyList<BookingProblem>> against, Dictionary<int, IReadOnlyList<BookingProblem>> left, Tariff tariff,
        DateTimeZone zone, HashSet<string> accepted)
    {
        var lines = new List<SeriesLine>();
        Offset? before = null;
        foreach (var one in occurrences)
        {
            var offset = one.Slot is { } slot ? zone.GetUtcOffset(slot.Start) : before;
            lines.Add(new SeriesLine(one.Number, one.LocalStart, one.Slot, against.GetValueOrDefault(one.Number, []), !left.ContainsKey(one.Number), before is not null && offset != before));
            before = offset;
        }

        return new SeriesPreview(lines, SlotPrice.OfAll(lines.Where(line => line.IsBooked).Select(line => line.Slot!), tariff), [.. accepted]);
    }
}
