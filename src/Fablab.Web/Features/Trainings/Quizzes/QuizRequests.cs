using System.ComponentModel.DataAnnotations;
using Fablab.Domain.Trainings;

namespace Fablab.Web.Features.Trainings.Quizzes;

public sealed record QuizQuestionRequest
{
    [Required, StringLength(500, MinimumLength = 1)]
    public required string Text { get; init; }

    [MinLength(2), MaxLength(10)]
    public required IReadOnlyList<string> Choices { get; init; }

    /// <summary>Place of the right choice, from 0.</summary>
    [Range(0, 9)]
    public required int Right { get; init; }
}

/// <summary>What who attends must also answer.</summary>
public sealed record QuizRequest
{
    /// <summary>So many of the answers must be right.</summary>
    [Range(1, 100)]
    public required int PassPercent { get; init; }

    [MinLength(1), MaxLength(50)]
    public required IReadOnlyList<QuizQuestionRequest> Questions { get; init; }

    internal Quiz ToQuiz() => new(PassPercent, [.. Questions.Select(question => new QuizQuestion(
        Data.StorableText.Of(question.Text.Trim()), [.. question.Choices.Select(choice => Data.StorableText.Of(choice.Trim()))], question.Right))]);

    internal static IEnumerable<ValidationResult> TroubleWith(QuizRequest? quiz)
    {
        if (quiz is not null && quiz.Questions?.Any(question => string.IsNullOrWhiteSpace(question?.Text) || question.Choices is null || question.Right >= question.Choices.Count
            || question.Choices.Any(choice => string.IsNullOrWhiteSpace(choice) || choice.Length > 200)) != false)
        {
            yield return new ValidationResult("There are questions; choices have 1 to 200 characters, and the right one is among them.", ["Quiz"]);
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
internal sealed record QuizQuestionResponse(string Text, IReadOnlyList<string> Choices, int? Right);

internal sealed record QuizResponse(int PassPercent, int PassMark, IReadOnlyList<QuizQuestionResponse> Questions)
{
    public static QuizResponse From(Quiz quiz, bool withAnswers) => new(
        quiz.PassPercent, quiz.PassMark, [.. quiz.Questions.Select(question => new QuizQuestionResponse(question.Text, question.Choices, withAnswers ? question.Right : null))]);
}

internal sealed record QuizMarkResponse(int Right, int Of, int PassMark, bool IsPassed);
