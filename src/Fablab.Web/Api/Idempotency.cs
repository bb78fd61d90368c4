using System.Text;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;

namespace Fablab.Web.Api;

/// <summary>
/// Answers a repeated request with what the first one was told. Only successes are kept: a refusal changed nothing, and the
/// repeat may well succeed. The use case must call <see cref="IdempotentRequest.Keep"/>.
/// </summary>
internal static class Idempotency
{
    public const string ReplayedHeader = "Idempotent-Replayed";

    public static RouteHandlerBuilder WithIdempotencyKey<TRequest>(this RouteHandlerBuilder endpoint) => endpoint
        .WithMetadata(new TakesIdempotencyKey())
        .AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            var key = http.Request.Headers[IdempotentRequest.Header].ToString();
            if (key.Length == 0)
            {
                return await next(context);
            }

            if (key.Length > IdempotentRequest.LongestKey)
            {
                return RefusalProblems.ToProblem("malformed-request", $"An Idempotency-Key has at most {IdempotentRequest.LongestKey} characters.");
            }

            var request = http.RequestServices.GetRequiredService<IdempotentRequest>();
            request.Begin(http.RequestServices.GetRequiredService<CurrentMember>().Id, key, http.Request, context.Arguments.OfType<TRequest>().First());
            return await EarlierAsync(request, http) ?? await FirstAsync(request, context, next);
        });

    private static async ValueTask<object?> FirstAsync(IdempotentRequest request, EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        object? answer;
        try
        {
            answer = await next(context);
        }
        catch (Exception error) when (DatabaseRefusals.IsDuplicate(error))
        {
            // A twin of this request came first, and its answer is there now; anything else that is doubled is a bug.
            return await EarlierAsync(request, context.HttpContext) ?? throw new InvalidOperationException("A key that must be new is not.", error);
        }

        // The twin may also have taken what we wanted, so that the rules refused us our own slot.
        var isRefused = answer is INestedHttpResult { Result: IStatusCodeHttpResult { StatusCode: >= 400 } };
        return isRefused ? await EarlierAsync(request, context.HttpContext) ?? answer : answer;
    }

    private static async Task<IResult?> EarlierAsync(IdempotentRequest request, HttpContext http)
    {
        var (answer, isSame) = await request.FindAsync(http.RequestAborted);
        return answer is null ? null : isSame ? new Replay(answer) : new IdempotencyKeyReused().ToProblem();
    }

    private sealed class Replay(IdempotentAnswerRow answer) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = answer.Status;
            response.ContentType = "application/json; charset=utf-8";
            response.Headers.Location = answer.Location;
            response.Headers[ReplayedHeader] = "true";
            return response.WriteAsync(answer.Body, Encoding.UTF8, httpContext.RequestAborted);
        }
    }
}

/// <summary>Marks the endpoint for the API's description.</summary>
internal sealed record TakesIdempotencyKey;
