using System.Globalization;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations.Rules;
using Fablab.Domain.Trainings;
using Fablab.Web.Components;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Trainings.Authorising;
using Fablab.Web.Features.Trainings.Courses;
using Fablab.Web.Features.Trainings.Quizzes;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Trainings.Managing;

/// <summary>Reads the form of a course, and finds what is wrong with it field by field.</summary>
internal static class ReadCourseForm
{
    public static CourseForm From(IFormCollection posted) => new()
    {
        Name = Wording(posted, "name"),
        Description = Wording(posted, "text"),
        Kind = Word<CourseKind>(posted["kind"]),
        Machines = [.. posted["machine"].OfType<string>().Where(code => code.Length is > 0 and <= 40).Distinct().Take(200)],
        Categories = [.. posted["category"].Select(one => Enum.TryParse<MachineCategory>(one, out var category) && Enum.IsDefined(category) ? category : (MachineCategory?)null).OfType<MachineCategory>().Distinct()],
        Level = Word<AuthorisationLevel>(posted["level"]),
        Hours = [.. Enumerable.Range(0, Count(posted, "hours", 50)).Select(place => new HoursLine(Text(posted, $"day-{place}"), Text(posted, $"from-{place}"), Text(posted, $"to-{place}")))],
        Months = Text(posted, "months"),
        EndDay = Text(posted, "endDay"),
        EndMonth = Text(posted, "endMonth"),
        UnusedMonths = Text(posted, "unused"),
        Renewal = Word<RenewalRule>(posted["renewal"]),
        PassPercent = Text(posted, "pass"),
        QuizMonths = Text(posted, "quizMonths"),
        Questions = [.. Enumerable.Range(0, Count(posted, "questions", QuizRequest.MostQuestions)).Select(place => Question(posted, $"q{place}"))],
        Trainers = [.. posted["trainer"].Select(text => Guid.TryParse(text, out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).Distinct().Take(50)],
        AlsoTaughtBy = Text(posted, "alsoTaughtBy"),
        IsClosed = posted.ContainsKey("closed"),
        Version = Count(posted, "version", int.MaxValue),
        Key = Guid.TryParseExact(posted["key"], "N", out var key) ? key.ToString("N") : Guid.NewGuid().ToString("N"),
    };

    /// <param name="site">Code of the course's site.</param>
    /// <param name="reasons">What is wrong, by field: <c>name</c>, <c>text</c>, <c>hours</c>, <c>months</c>, <c>end</c>, <c>unused</c>, <c>pass</c>, <c>quizMonths</c>, <c>q0</c>…</param>
    /// <returns>To be used only when nothing is wrong.</returns>
    public static CreateCourseRequest ToRequest(this CourseForm form, string site, Dictionary<string, string> reasons)
    {
        if (!form.Name.ToWording().IsSaid)
        {
            reasons["name"] = "Missing";
        }
        else if (!form.Name.IsShort(CourseRow.LongestName))
        {
            reasons["name"] = "TooLong";
        }

        if (!form.Description.IsShort(CourseRow.LongestDescription))
        {
            reasons["text"] = "TooLong";
        }

        return new CreateCourseRequest
        {
            Site = site,
            Name = form.Name,
            Description = form.Description,
            Kind = form.Kind,
            Machines = form.Machines,
            Categories = form.Categories,
            Level = form.Level,
            Hours = form.ToHours(reasons),
            Terms = form.ToTerms(reasons),
            Quiz = QuizOf(form, reasons),
            Trainers = form.Trainers,
            IsClosed = form.IsClosed,
        };
    }

    /// <param name="reasons">What is wrong: <c>months</c>, <c>end</c>, <c>unused</c>.</param>
    public static TermsRequest ToTerms(this CourseForm form, Dictionary<string, string> reasons) => new()
    {
        Months = Number(form.Months, AuthorisationTerms.MostMonths, "months", reasons), UnusedMonths = Number(form.UnusedMonths, AuthorisationTerms.MostMonths, "unused", reasons),
        EndsEachYearOn = EndOf(form, reasons), Renewal = form.Renewal,
    };

    /// <param name="reasons">What is wrong: <c>hours</c>.</param>
    public static IReadOnlyList<HoursRequest>? ToHours(this CourseForm form, Dictionary<string, string> reasons)
    {
        if (form.Level is not AuthorisationLevel.LimitedHours)
        {
            return null;
        }

        var pattern = LocalTimePattern.CreateWithInvariantCulture("HH:mm");
        var said = form.Hours.Where(line => line.Day.Length > 0).ToList();
        if (said.Count == 0)
        {
            reasons["hours"] = "HoursMissing";
        }
        else if (said.Any(line => !Enum.TryParse<IsoDayOfWeek>(line.Day, out var day) || day is < IsoDayOfWeek.Monday or > IsoDayOfWeek.Sunday
            || !pattern.Parse(line.From).Success || !pattern.Parse(line.To).Success))
        {
            reasons["hours"] = "HoursUnreadable";
        }

        return reasons.ContainsKey("hours") ? null : [.. said.Select(line => new HoursRequest { Day = Enum.Parse<IsoDayOfWeek>(line.Day), From = line.From, To = line.To })];
    }

    private static string? EndOf(CourseForm form, Dictionary<string, string> reasons)
    {
        if (form.EndDay.Length == 0 && form.EndMonth.Length == 0)
        {
            return null;
        }

        var text = $"{form.EndMonth.PadLeft(2, '0')}-{form.EndDay.PadLeft(2, '0')}";
        if (!AnnualDatePattern.Iso.Parse(text).Success)
        {
            reasons["end"] = "NoSuchDay";
            return null;
        }

        return text;
    }

    private static QuizRequest? QuizOf(CourseForm form, Dictionary<string, string> reasons)
    {
        List<QuizQuestionRequest> questions = [];
        foreach (var (place, line) in form.Questions.Index().Where(one => !one.Item.IsBlank))
        {
            // What is left blank is no choice, so the place of the right one is counted among the others.
            var said = line.Choices.Index().Where(one => one.Item.ToWording().IsSaid).ToList();
            var right = said.FindIndex(one => one.Index == line.Right);
            if (!WordingRequest.IsGood(line.Text, QuizQuestionRequest.LongestText) || said.Count < 2 || said.Any(one => !one.Item.IsShort(QuizQuestionRequest.LongestChoice)))
            {
                reasons[$"q{place}"] = "QuestionIncomplete";
            }
            else if (right < 0)
            {
                reasons[$"q{place}"] = "NoneRight";
            }

            questions.Add(new QuizQuestionRequest { Text = line.Text, Choices = [.. said.Select(one => one.Item)], Right = Math.Max(right, 0) });
        }

        if (questions.Count == 0)
        {
            return null;
        }

        if (Number(form.PassPercent, 100, "pass", reasons) is not { } pass)
        {
            reasons["pass"] = "NumberUnreadable";
            return null;
        }

        return new QuizRequest { PassPercent = pass, Questions = questions, ValidMonths = Number(form.QuizMonths, AuthorisationTerms.MostMonths, "quizMonths", reasons) };
    }

    private static QuestionLine Question(IFormCollection posted, string name) => new(
        Wording(posted, name),
        [.. Enumerable.Range(0, Count(posted, $"{name}-choices", QuizQuestionRequest.MostChoices)).Select(choice => Wording(posted, $"{name}-c{choice}"))],
        int.TryParse(posted[$"{name}-right"], NumberStyles.None, CultureInfo.InvariantCulture, out var right) ? right : null);

    private static int? Number(string text, int most, string field, Dictionary<string, string> reasons)
    {
        if (text.Length == 0)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most)
        {
            return number;
        }

        reasons[field] = "NumberUnreadable";
        return null;
    }

    private static T Word<T>(string? text)
        where T : struct, Enum => Enum.TryParse<T>(text, out var word) && Enum.IsDefined(word) ? word : default;

    private static WordingRequest Wording(IFormCollection posted, string name) => new() { Fr = Text(posted, $"{name}-fr"), En = Text(posted, $"{name}-en") };

    private static int Count(IFormCollection posted, string name, int most) =>
        int.TryParse(posted[name], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? Math.Min(count, most) : 0;

    private static string Text(IFormCollection posted, string name) => PostedText.Of(posted, name);
}
