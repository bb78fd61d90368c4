using Fablab.Domain;
using Fablab.Domain.Reservations;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fablab.Web.Api;

/// <summary>A refusal as problem+json: <c>code</c>, <c>facts</c> and, for bookings, every one of the <c>problems</c>.</summary>
internal static class RefusalProblems
{
    public static ProblemHttpResult ToProblem(this Refusal refusal) => TypedResults.Problem(
        statusCode: RefusalTable.StatusOf(refusal),
        title: RefusalTable.Answers[refusal.Code].Title,
        type: TypeOf(refusal.Code),
        extensions: ExtensionsOf(refusal));

    /// <summary>For what the pipeline refuses before a use case is asked.</summary>
    public static ProblemHttpResult ToProblem(string code, string? detail = null) => TypedResults.Problem(
        statusCode: RefusalTable.Answers[code].Status,
        title: RefusalTable.Answers[code].Title,
        type: TypeOf(code),
        detail: detail,
        extensions: new Dictionary<string, object?> { ["code"] = code });

    private static string TypeOf(string code) => $"urn:fablab:refusal:{code}";

    private static Dictionary<string, object?> ExtensionsOf(Refusal refusal)
    {
        var extensions = new Dictionary<string, object?> { ["code"] = refusal.Code };
        if (refusal.Facts.Count > 0)
        {
            extensions["facts"] = refusal.Facts;
        }

        if (refusal is BookingRefused booking)
        {
            extensions["problems"] = booking.Problems;
        }

        return extensions;
    }
}
