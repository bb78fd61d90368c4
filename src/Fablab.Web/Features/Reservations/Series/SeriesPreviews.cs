using Fablab.Domain;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Series;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Members;
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

/// <summary>Looks at a series and tells of each date what would become of it.</summary>
internal sealed class SeriesPreviews(BookSeries series, CurrentMember me, IDateTimeZoneProvider zones)
{
    /// <summary>One look at all dates: what one books in spite of counts when a later date is asked for.</summary>
    public async Task<Result<SeriesPreview>> OfAsync(MachineView view, BookSeriesRequest request, CancellationToken ct) =>
        (await series.TryAsync(request, ct)).TryGet(out var tried, out var refusal) ? Preview(tried, view, zones[view.Site.TimeZone]) : refusal;

    private SeriesPreview Preview(IReadOnlyList<TriedDate> tried, MachineView view, DateTimeZone zone)
    {
        var lines = new List<SeriesLine>();
        Offset? before = null;
        foreach (var (one, problems, canBeBooked) in tried)
        {
            var offset = one.Slot is { } slot ? zone.GetUtcOffset(slot.Start) : before;
            lines.Add(new SeriesLine(one.Number, one.LocalStart, one.Slot, problems, canBeBooked, before is not null && offset != before));
            before = offset;
        }

        var accepted = tried.SelectMany(one => one.Problems).Where(problem => me.MayLiftAll([problem], view.Machine.Site)).Select(problem => problem.Code).Distinct();
        return new SeriesPreview(lines, SlotPrice.OfAll(lines.Where(line => line.IsBooked).Select(line => line.Slot!), view.Tariff), [.. accepted]);
    }
}
