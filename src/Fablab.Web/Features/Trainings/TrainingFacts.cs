using System.Globalization;
using Fablab.Domain.Members;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Exchange;
using Fablab.Web.Features.Trainings.Authorising;

namespace Fablab.Web.Features.Trainings;

/// <summary>What the audit says of courses and training sessions before and after a change: codes, ids, numbers and instants, no words that people wrote.</summary>
internal static class TrainingFacts
{
    public static IReadOnlyDictionary<string, string> Of(CourseRow course, IEnumerable<MemberId> trainers)
    {
        var terms = TermsRequest.From(course.Terms);
        return new Dictionary<string, string>
        {
            ["version"] = Text(course.Version),
            ["kind"] = course.Kind.ToString(),
            ["machines"] = string.Join(' ', course.Machines),
            ["categories"] = string.Join(' ', course.Categories),
            ["level"] = course.Level.ToString(),
            ["hours"] = course.Hours is { } hours ? HoursText.Of(hours) : "",
            ["months"] = Text(terms.Months),
            ["endsEachYearOn"] = terms.EndsEachYearOn ?? "",
            ["unusedMonths"] = Text(terms.UnusedMonths),
            ["renewal"] = terms.Renewal.ToString(),
            ["questions"] = Text(course.Quiz?.Questions.Count),
            ["passPercent"] = Text(course.Quiz?.PassPercent),
            ["quizMonths"] = Text(course.Quiz?.ValidMonths),
            ["trainers"] = string.Join(' ', trainers.Select(trainer => trainer.Value).Order()),
            ["closed"] = course.IsClosed ? "true" : "false",
        };
    }

    public static IReadOnlyDictionary<string, string> Of(TrainingSessionRow session) => new Dictionary<string, string>
    {
        ["version"] = Text(session.Version),
        ["course"] = session.Course.ToString(),
        ["start"] = session.Start.ToString(),
        ["end"] = session.End.ToString(),
        ["deadline"] = session.Deadline.ToString(),
        ["trainer"] = session.Trainer.ToString(),
        ["seats"] = Text(session.Seats),
        ["minimum"] = Text(session.MinimumAttendance),
        ["priceMinor"] = session.Price.Minor.ToString(CultureInfo.InvariantCulture),
        ["currency"] = session.Price.Currency,
        ["state"] = session.State.ToString(),
    };

    public static IReadOnlyDictionary<string, string> Recognised(bool isSo) => new Dictionary<string, string> { ["recognised"] = isSo ? "true" : "false" };

    private static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
