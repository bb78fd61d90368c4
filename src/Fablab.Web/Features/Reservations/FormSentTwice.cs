using System.Text.Json;
using Fablab.Domain;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations;

/// <summary>A form that is sent twice does its work once and leads to the same place: its key is kept like that of a request to the API.</summary>
internal static class FormSentTwice
{
    /// <param name="work">Keeps its answer in the transaction of its effect.</param>
    /// <returns>The id of what was made, by this form or by its twin.</returns>
    public static async Task<Result<Guid>> OnceAsync<T>(this IdempotentRequest idempotent, Func<Task<Result<T>>> work, Func<T, Guid> idOf)
    {
        if (await EarlierAsync(idempotent) is { } earlier)
        {
            return earlier;
        }

        Result<T> result;
        try
        {
            result = await work();
        }
        catch (DbUpdateException error) when (DatabaseRefusals.IsDuplicate(error))
        {
            // The same form was sent twice and the other one came first.
            var (answer, _) = await idempotent.FindAsync(CancellationToken.None);
            if (answer is null)
            {
                throw new InvalidOperationException("A key that must be new is not.", error);
            }

            // With other words in it, it was another form: sent, gone back to and sent again.
            return await EarlierAsync(idempotent) is { } twin ? twin : new IdempotencyKeyReused();
        }

        if (result.TryGet(out var made, out var refusal))
        {
            return idOf(made);
        }

        // Refused because the twin has taken the slot meanwhile.
        return await EarlierAsync(idempotent) is { } mine ? mine : refusal;
    }

    private static async Task<Guid?> EarlierAsync(IdempotentRequest idempotent)
    {
        var (answer, isSame) = await idempotent.FindAsync(CancellationToken.None);
        return answer is not null && isSame ? JsonDocument.Parse(answer.Body).RootElement.GetProperty("id").GetGuid() : null;
    }
}
