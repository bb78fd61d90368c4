using System.ComponentModel.DataAnnotations;
using Fablab.Domain.Trainings;
using Fablab.Web.Features.Trainings.Courses;

namespace Fablab.Web.Features.Trainings.Quizzes;

public sealed record QuizQuestionRequest
{
    public const int LongestText = 500;

    public const int LongestChoice = 200;

    public const int MostChoices = 10;

    [Required]
    public required WordingRequest Text { get; init; }

    [MinLength(2), MaxLength(MostChoices)]
    public required IReadOnlyList<WordingRequest> Choices { get; init; }

    /// <summary>Place of the right choice, from 0.</summary>
    [Range(0, 9)]
    public required int Right { get; init; }
}

/// <summary>What who attends must also answer.</summary>
public sealed record QuizRequest
{
    public const int MostQuestions = 50;

    /// <summary>So many of the answers must be right.</summary>
    [Range(1, 100)]
    public required int PassPercent { get; init; }

    [MinLength(1), MaxLength(MostQuestions)]
    public required IReadOnlyList<QuizQuestionRequest> Questions { get; init; }

    /// <summary>How long a passed quiz counts, to the end of the last day by the site's clock; for ever when left out.</summary>
    [Range(1, AuthorisationTerms.MostMonths)]
    public int? ValidMonths { get; init; }

    internal Quiz ToQuiz() => new(PassPercent, [.. Questions.Select(question => new QuizQuestion(
        question.Text.ToWording(), [.. question.Choices.Select(choice => choice.ToWording())], question.Right))])
    { ValidMonths = ValidMonths };

    internal static IEnumerable<ValidationResult> TroubleWith(QuizRequest? quiz)
    {
        if (quiz is not null && quiz.Questions?.Any(question => !WordingRequest.IsGood(question?.Text, QuizQuestionRequest.LongestText) || question?.Choices is null || question.Right >= question.Choices.Count
            || question.Choices.Any(choice => !WordingRequest.IsGood(choice, QuizQuestionRequest.LongestChoice))) != false)
        {
            yield return new ValidationResult("There are questions of 1 to 500 characters; choices have 1 to 200, in one language at least, and the right one is among them.", ["Quiz"]);
        }
    }
}

public sealed record QuizAttemptRequest
{
    /// <summary>Places of the chosen ones, from 0, in the order of the questions; -1 for none.</summary>
    [MaxLength(50)]
    public required IReadOnlyList<int> Answers { get; init => field = value ?? []; }
}

/// <param name="Right">Only for managers of the course.</param>
internal sealed record QuizQuestionResponse(WordingResponse Text, IReadOnlyList<WordingResponse> Choices, int? Right);

/// <param name="ValidMonths">How long a passed quiz counts; left out for ever.</param>
internal sealed record QuizResponse(int PassPercent, int PassMark, int? ValidMonths, IReadOnlyList<QuizQuestionResponse> Questions)
{
    public static QuizResponse From(Quiz quiz, bool withAnswers) => new(
        quiz.PassPercent, quiz.PassMark, quiz.ValidMonths, [.. quiz.Questions.Select(question => new QuizQuestionResponse(
            WordingResponse.From(question.Text), [.. question.Choices.Select(WordingResponse.From)], withAnswers ? question.Right : null))]);
}

internal sealed record QuizMarkResponse(int Right, int Of, int PassMark, bool IsPassed);
