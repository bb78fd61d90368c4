using Fablab.Domain.Machines;
using Fablab.Domain.Reservations.Rules;
using Fablab.Domain.Trainings;
using Fablab.Web.Features.Trainings.Courses;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Trainings.Managing;

/// <summary>A line of the weekly hours as it is typed; one without a day is nothing.</summary>
public sealed record HoursLine(string Day, string From, string To)
{
    public static readonly HoursLine Blank = new("", "", "");
}

/// <summary>A question of a quiz as it is typed; one without any text is nothing.</summary>
/// <param name="Right">Place of the right choice among those that stand here, from 0.</param>
public sealed record QuestionLine(WordingRequest Text, IReadOnlyList<WordingRequest> Choices, int? Right)
{
    public const int FewestChoices = 4;

    public static readonly QuestionLine Blank = new(new(), [.. Enumerable.Repeat(new WordingRequest(), FewestChoices)], null);

    public bool IsBlank => !Text.ToWording().IsSaid && Choices.All(choice => !choice.ToWording().IsSaid);

    /// <summary>With room for two more choices.</summary>
    public QuestionLine WithRoom(int more) => this with
    {
        Choices = [.. Choices, .. Enumerable.Repeat(new WordingRequest(), Math.Max(0, Math.Min(more, Quizzes.QuizQuestionRequest.MostChoices - Choices.Count)))],
    };
}

/// <summary>What was typed about a course, to be shown again beside what is wrong with it.</summary>
public sealed record CourseForm
{
    /// <summary>Above what a quiz with all questions and all choices in both languages sends.</summary>
    public const int MostFields = 2048;

    public WordingRequest Name { get; init; } = new();

    public WordingRequest Description { get; init; } = new();

    public CourseKind Kind { get; init; }

    public IReadOnlyList<string> Machines { get; init; } = [];

    public IReadOnlyList<MachineCategory> Categories { get; init; } = [];

    public AuthorisationLevel Level { get; init; } = AuthorisationLevel.Full;

    public IReadOnlyList<HoursLine> Hours { get; init; } = [.. Enumerable.Repeat(HoursLine.Blank, SpareHours)];

    public string Months { get; init; } = "";

    /// <summary>Of each year; both or none.</summary>
    public string EndDay { get; init; } = "";

    public string EndMonth { get; init; } = "";

    public string UnusedMonths { get; init; } = "";

    public RenewalRule Renewal { get; init; }

    public string PassPercent { get; init; } = "80";

    /// <summary>How long a passed quiz counts.</summary>
    public string QuizMonths { get; init; } = "";

    public IReadOnlyList<QuestionLine> Questions { get; init; } = [QuestionLine.Blank];

    public IReadOnlyList<Guid> Trainers { get; init; } = [];

    /// <summary>Mail address of somebody who is to teach it too.</summary>
    public string AlsoTaughtBy { get; init; } = "";

    public bool IsClosed { get; init; }

    /// <summary>Of the course as it was opened; 0 for a new one.</summary>
    public int Version { get; init; }

    /// <summary>The same when the form is sent twice.</summary>
    public string Key { get; init; } = Guid.NewGuid().ToString("N");

    internal const int SpareHours = 3;

    /// <summary>Only what an authorisation allows and how long it lasts.</summary>
    public static CourseForm Of(AuthorisationLevel level, WeeklyWindows? hours, AuthorisationTerms terms) => new()
    {
        Level = level,
        Hours = [.. (hours?.All ?? []).Select(one => new HoursLine(one.Day.ToString(), Text(one.Window.From), Text(one.Window.To))), .. Enumerable.Repeat(HoursLine.Blank, SpareHours)],
        Months = Text(terms.Months),
        EndDay = Text(terms.EndsEachYearOn?.Day),
        EndMonth = Text(terms.EndsEachYearOn?.Month),
        UnusedMonths = Text(terms.UnusedMonths),
        Renewal = terms.Renewal,
    };

    public static CourseForm Of(CourseView view)
    {
        var row = view.Row;
        return Of(row.Level, row.Hours, row.Terms) with
        {
            Name = Of(row.Name),
            Description = Of(row.Description),
            Kind = row.Kind,
            Machines = row.Machines,
            Categories = row.Categories,
            PassPercent = Text(row.Quiz?.PassPercent ?? 80),
            QuizMonths = Text(row.Quiz?.ValidMonths),
            Questions = [.. (row.Quiz?.Questions ?? []).Select(question => new QuestionLine(Of(question.Text), [.. question.Choices.Select(Of)], question.Right).WithRoom(1)), QuestionLine.Blank],
            Trainers = [.. view.Trainers.Select(trainer => trainer.Value)],
            IsClosed = row.IsClosed,
            Version = row.Version,
        };
    }

    /// <summary>With room for another question, and for more choices of each.</summary>
    public CourseForm WithRoom() => this with
    {
        Questions = [.. Questions.Select(question => question.IsBlank ? question : question.WithRoom(2)), .. Questions.Count < Quizzes.QuizRequest.MostQuestions ? new[] { QuestionLine.Blank } : []],
        Hours = [.. Hours, .. Enumerable.Repeat(HoursLine.Blank, Hours.Count < 40 ? SpareHours : 0)],
    };

    private static WordingRequest Of(Wording wording) => new() { Fr = wording.Fr, En = wording.En };

    private static string Text(int? number) => number is { } some ? some.ToString(System.Globalization.CultureInfo.InvariantCulture) : "";

    private static string Text(LocalTime time) => LocalTimePattern.CreateWithInvariantCulture("HH:mm").Format(time);
}
