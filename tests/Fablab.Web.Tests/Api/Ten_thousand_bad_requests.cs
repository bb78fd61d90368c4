using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Api;

/// <summary>
/// Reversed, empty, enormous, far-past, malformed, wrongly typed: whatever is sent, the answer tells what is wrong with a code, and never
/// that the program broke. The requests are made from the description of the API, so new addresses are in by themselves.
/// </summary>
public sealed class Ten_thousand_bad_requests
{
    private const int BadRequests = 10_000;
    private const int MostRequests = 3 * BadRequests;
    private const int AtOnce = 4;
    private const int TroublesShown = 20;

    [Test]
    public async Task Are_answered_with_a_code_and_never_with_a_failure_of_the_program()
    {
        var seed = TestContext.CurrentContext.Random.Next();
        TestContext.Out.WriteLine($"seed {seed}");
        var breaks = new BreaksWatch();
        using var lab = new LabApp(StorageProvider.Sqlite, change: services => services.AddSingleton<IExceptionHandler>(breaks));
        using var client = await lab.ClientOfAsync(DemoIds.Administrator);
        var description = JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json"))!;
        var operations = BadRequest.Operations(description);
        var (sent, bad) = (0, 0);
        var troubles = new List<string>();

        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            // Each request follows from the seed and its number, whichever of us sends it.
            while (Volatile.Read(ref bad) < BadRequests && Interlocked.Increment(ref sent) is var number && number <= MostRequests)
            {
                var random = new Random(unchecked(seed + number));
                using var request = operations[number % operations.Count].Make(random);
                using var answer = await client.SendAsync(request);
                if (answer.StatusCode is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError)
                {
                    Interlocked.Increment(ref bad);
                }

                if (await TroubleAsync(answer) is { } trouble)
                {
                    lock (troubles)
                    {
                        troubles.Add($"#{number} {request.Method} {Short(request.RequestUri!.ToString())}: {trouble}");
                    }
                }
            }
        }));

        TestContext.Out.WriteLine($"{sent} requests to {operations.Count} operations, {bad} of them refused");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(breaks.Seen, Is.Empty);
            Assert.That(troubles.Take(TroublesShown), Is.Empty);
            Assert.That(bad, Is.GreaterThanOrEqualTo(BadRequests));
            Assert.That(lab.Answers.Undescribed(JsonSerializer.SerializeToElement(description)), Is.Empty, "every answer of the API is in its description");
        }
    }

    private static async Task<string?> TroubleAsync(HttpResponseMessage answer)
    {
        if (answer.StatusCode < HttpStatusCode.BadRequest)
        {
            return null;
        }

        var text = await answer.Content.ReadAsStringAsync();
        var hasCode = answer.Content.Headers.ContentType?.MediaType == "application/problem+json" && JsonNode.Parse(text)?["code"] is not null;

        // A busy database (503) is nobody's mistake and has a code of its own.
        return answer.StatusCode is HttpStatusCode.InternalServerError || !hasCode ? $"{(int)answer.StatusCode} {Short(text)}" : null;
    }

    private static string Short(string text) => text.Length <= 300 ? text : $"{text[..300]}…";
}
