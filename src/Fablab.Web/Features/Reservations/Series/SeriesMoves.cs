using Fablab.Domain;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Series;
using Fablab.Web.Features.Members;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Series;

/// <summary>Where one reservation of a series would move to, and all against it.</summary>
/// <param name="To"><see langword="null"/> when the clock never shows the new time.</param>
public sealed record SeriesMove(BookedInSeries Of, LocalDateTime LocalStart, TimeSlot? To, IReadOnlyList<BookingProblem> Problems);

/// <summary>A change of a series that was tried out: everything that was asked or nothing.</summary>
/// <param name="Accepted">Codes of the soft problems in spite of which the asker may change it.</param>
public sealed record SeriesMovePreview(IReadOnlyList<SeriesMove> Moves, bool IsPossible, IReadOnlyList<string> Accepted);

/// <summary>Tries a change of a series out and tells of each reservation what would become of it.</summary>
internal sealed class SeriesMoves(ChangeSeries change, CurrentMember me)
{
    public async Task<Result<SeriesMovePreview>> TryAsync(SeriesView series, MoveSeriesRequest request, CancellationToken ct)
    {
        var result = await change.CheckMoveAsync(series.Id, request with { AcceptSoft = [] }, ct);
        if (result.Refusal is not null and not BookingRefused)
        {
            return result.Refusal;
        }

        var edit = SeriesEdits.Shift(
            [.. series.Rows.Select(row => row.InSeries)], new ReservationId(request.ReservationId), request.Reach, request.Start, Duration.FromSeconds(request.Seconds), series.Zone);
        IReadOnlyList<BookingProblem> problems = result.Refusal is BookingRefused refused ? refused.Problems : [];
        var ofPart = problems.ToLookup(PartProblems.PartOf);
        var rows = series.Rows.ToDictionary(row => row.Reservation.Id);
        return new SeriesMovePreview(
            [.. edit.Moved.Select(move => new SeriesMove(rows[move.Id], move.To.LocalStart, move.To.Slot, [.. ofPart[move.To.Number]]))],
            edit.Moved.Count > 0 && me.MayLiftAll(problems, series.At.Machine.Site),
            [.. problems.Select(problem => problem.Code).Distinct()]);
    }
}
