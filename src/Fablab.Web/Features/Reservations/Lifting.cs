using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Features.Members;

namespace Fablab.Web.Features.Reservations;

/// <summary>Who books in spite of which problem. A rule may be lifted by whom it names, who must name it; a fact by nobody.</summary>
internal static class Lifting
{
    /// <returns>Whether nothing is left that stands against the booking.</returns>
    public static bool Clears(this CurrentMember me, IReadOnlyList<BookingProblem> problems, IReadOnlyList<string> accepted, SiteId site) =>
        problems.All(problem => problem.Severity is ProblemSeverity.Soft && accepted.Contains(problem.Code) && me.MayLift(problem, site));

    /// <returns>Whether nothing would be left if every problem were accepted.</returns>
    public static bool MayLiftAll(this CurrentMember me, IReadOnlyList<BookingProblem> problems, SiteId site) =>
        problems.All(problem => problem.Severity is ProblemSeverity.Soft && me.MayLift(problem, site));

    public static bool MayLift(this CurrentMember me, BookingProblem problem, SiteId site) => problem.LiftedBy switch
    {
        null => false,
        "member" => true,
        "manager" => me.May(Right.LiftRules, Subject.At(site)),
        _ => me.Member.IsAdministrator,
    };
}
