using Fablab.Domain.Reservations;

namespace Fablab.Web.Features.Reservations;

/// <summary>Problems of one of several bookings that are wanted together.</summary>
internal static class PartProblems
{
    private const string Part = "part";

    /// <param name="number">1, 2, 3… in the order of the request.</param>
    public static BookingProblem OfPart(this BookingProblem problem, int number) =>
        problem with { Facts = new Dictionary<string, object>(problem.Facts) { [Part] = number } };

    /// <returns>0 for a problem of all of them.</returns>
    public static int PartOf(this BookingProblem problem) => problem.Facts.TryGetValue(Part, out var number) && number is int part ? part : 0;
}
