using System.Security.Cryptography;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Api;

/// <summary>
/// The <c>Idempotency-Key</c> of the request at hand. A use case keeps its answer in the transaction of its effect, so that
/// the answer is known exactly when the effect is.
/// </summary>
internal sealed class IdempotentRequest(FablabDb db, LabClock clock, IOptions<JsonOptions> json)
{
    public const string Header = "Idempotency-Key";

    public const int LongestKey = 100;

    private (MemberId Member, string Key, string Hash)? asked;

    public void Begin<TRequest>(MemberId member, string key, HttpRequest http, TRequest request)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(new { http.Method, Path = http.Path.Value, request }, json.Value.SerializerOptions);
        asked = (member, key, Convert.ToHexStringLower(SHA256.HashData(text)));
    }

    /// <summary>Adds the answer to what is saved next. Does nothing when the request has no key.</summary>
    public void Keep<TAnswer>(int status, string? location, TAnswer answer)
    {
        if (asked is not { } request)
        {
            return;
        }

        db.Add(new IdempotentAnswerRow
        {
            Member = request.Member,
            Key = request.Key,
            RequestHash = request.Hash,
            Status = status,
            Location = location,
            Body = JsonSerializer.Serialize(answer, json.Value.SerializerOptions),
            AnsweredAt = clock.Now,
        });
    }

    /// <returns>What was answered before, or <see langword="null"/>; and whether that was the same request.</returns>
    public async Task<(IdempotentAnswerRow? Answer, bool IsSameRequest)> FindAsync(CancellationToken ct)
    {
        var (member, key, hash) = asked!.Value;
        db.ChangeTracker.Clear();
        var answer = await db.IdempotentAnswers.AsNoTracking().SingleOrDefaultAsync(row => row.Member == member && row.Key == key, ct);
        return (answer, answer?.RequestHash == hash);
    }
}
