namespace Fablab.Domain.Trainings;

/// <param name="Right">Place of the right choice, from 0.</param>
public sealed record QuizQuestion(Wording Text, IReadOnlyList<Wording> Choices, int Right);

/// <summary>Questions that who attends a course must also answer, and how many of the answers must be right.</summary>
/// <param name="PassPercent">From 1 to 100.</param>
public sealed record Quiz(int PassPercent, IReadOnlyList<QuizQuestion> Questions)
{
    /// <summary>After a failed attempt one reads again before the next.</summary>
    public static readonly Duration Pause = Duration.FromMinutes(30);

    /// <summary>How long a passed quiz counts, to the end of the last day; <see langword="null"/> for ever.</summary>
    public int? ValidMonths { get; init; }

    /// <summary>How many answers must be right; of a part of one, the whole.</summary>
    public int PassMark => ((PassPercent * Questions.Count) + 99) / 100;

    /// <param name="at">When the training is completed.</param>
    /// <param name="zone">Of the course's site.</param>
    public bool StillCounts(Instant passedAt, Instant at, DateTimeZone zone) =>
        ValidMonths is not { } months || at < AuthorisationTerms.EndOf(passedAt.InZone(zone).Date.PlusMonths(months), zone);

    /// <param name="answers">Places of the chosen ones, in the order of the questions; one left out is wrong.</param>
    public QuizMark Mark(IReadOnlyList<int> answers)
    {
        var right = Questions.Where((question, place) => place < answers.Count && answers[place] == question.Right).Count();
        return new QuizMark(right, Questions.Count, right >= PassMark);
    }
}

public sealed record QuizMark(int Right, int Of, bool IsPassed);
