using Fablab.Domain.Trainings;

namespace Fablab.Domain.Tests.Trainings;

public class A_quiz
{
    [TestCase(null, "2036-01-01T00:00Z", true, Description = "for ever")]
    [TestCase(12, "2027-01-31T22:59Z", true, Description = "to the end of the last day by the site's clock")]
    [TestCase(12, "2027-01-31T23:00Z", false)]
    [TestCase(1, "2026-02-28T22:59Z", true, Description = "February has no 31st")]
    [TestCase(1, "2026-02-28T23:00Z", false)]
    [TestCase(1, "2026-01-01T00:00Z", true, Description = "passed after the training")]
    public void Counts_for_as_long_as_the_course_says(int? months, string at, bool counts)
    {
        var quiz = new Quiz(80, []) { ValidMonths = months };
        var passed = Instant.FromUtc(2026, 1, 31, 12, 0);

        Assert.That(quiz.StillCounts(passed, NodaTime.Text.InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm'Z'").Parse(at).Value, DateTimeZoneProviders.Tzdb["Europe/Paris"]), Is.EqualTo(counts));
    }

    [TestCase(100, 3, 3)]
    [TestCase(66, 3, 2)]
    [TestCase(67, 3, 3, Description = "two of three are not quite 67 %")]
    [TestCase(80, 10, 8)]
    [TestCase(1, 10, 1)]
    public void Has_a_pass_mark_in_whole_answers(int percent, int questions, int mark) => Assert.That(Quiz(percent, questions).PassMark, Is.EqualTo(mark));

    [TestCase("1,1,1", 3, true)]
    [TestCase("1,0,1", 2, true)]
    [TestCase("1,0,0", 1, false)]
    [TestCase("1,1", 2, true, Description = "the last is left out")]
    [TestCase("", 0, false)]
    [TestCase("1,-1,1,1,1", 2, true, Description = "more answers than questions")]
    public void Counts_the_right_answers(string answers, int right, bool isPassed)
    {
        var mark = Quiz(60, 3).Mark([.. answers.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)]);

        Assert.That(mark, Is.EqualTo(new QuizMark(right, 3, isPassed)));
    }

    private static Quiz Quiz(int percent, int questions) => new(percent, [.. Enumerable.Range(1, questions).Select(number => new QuizQuestion(new(null, $"Question {number}"), [new("non", "no"), new("oui", "yes")], 1))]);
}
