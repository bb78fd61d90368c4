using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Series;
using Fablab.Web.Features.Reservations.Booking;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Reservations.Series;

/// <summary>A time of the series that was not booked, and every reason.</summary>
/// <param name="Number">1, 2, 3… in order of time.</param>
internal sealed record LeftOutResponse(int Number, LocalDateTime LocalStart, IReadOnlyList<BookingProblem> Problems)
{
    public static LeftOutResponse From(Occurrence occurrence, BookingRefused? refused) =>
        new(occurrence.Number, occurrence.LocalStart, refused?.Problems ?? [SeriesResponses.Obstacle(occurrence)]);

    public IEnumerable<BookingProblem> ProblemsOfPart() => Problems.Select(problem => problem.OfPart(Number));
}

/// <summary>What was booked of a series, and what was not.</summary>
internal sealed record SeriesResponse(Guid Id, IReadOnlyList<BookedResponse> Reservations, IReadOnlyList<LeftOutResponse> LeftOut);

internal sealed record SeriesMovedResponse(IReadOnlyList<Guid> Moved, IReadOnlyList<Guid> Staying);

internal static class SeriesResponses
{
    public static BookingProblem Obstacle(Occurrence occurrence)
    {
        var facts = new Dictionary<string, object> { ["localStart"] = LocalDateTimePattern.GeneralIso.Format(occurrence.LocalStart) };
        return occurrence.Obstacle is OccurrenceObstacle.OverlapsTheOneBefore
            ? new BookingProblem("overlaps-the-one-before", ProblemSeverity.Hard, facts)
            : new BookingProblem("skipped-by-the-clock", ProblemSeverity.Hard, facts);
    }
}
