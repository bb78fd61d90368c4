using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Fablab.Scenarios.Tests.Lab;

/// <summary>One person at the HTTP API, with an access token. JSON is read by name: a client of ours has no other contract either.</summary>
internal sealed class LabClient : IDisposable
{
    private readonly HttpClient _http;

    private LabClient(HttpClient http) => _http = http;

    public static async Task<LabClient> SignInAsync(Uri lab, string email)
    {
        var http = new HttpClient { BaseAddress = new Uri(lab, "/api/v1/"), Timeout = Limits.Answer };
        var client = new LabClient(http);
        var token = await client.PostAsync("sign-in", new { email, password = People.Password });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)token["token"]!);
        return client;
    }

    public Task<JsonNode> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <exception cref="RefusedException">The lab said no.</exception>
    public Task<JsonNode> PostAsync(string path, object? body = null, string? idempotencyKey = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (body is not null)
        {
            request.Content = JsonContent.Create(body);
        }

        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return SendAsync(request);
    }

    /// <summary>Uploads the puck of the repository's G-code for a printer.</summary>
    public Task<UploadedJob> UploadPuckAsync(string machine) => UploadAsync(machine, Gcode.Puck, Gcode.Read(Gcode.Puck));

    public async Task<UploadedJob> UploadAsync(string machine, string name, byte[] program)
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(program), "file", name },
            { new StringContent(machine), "machine" },
        };
        var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Post, "jobs") { Content = form });
        return new UploadedJob((Guid)answer["job"]!["id"]!, (long?)answer["job"]!["estimateSeconds"]);
    }

    /// <summary>What a booking from now would cost and whether it would be taken.</summary>
    public Task<JsonNode> CheckAsync(Wanted wanted) => PostAsync("reservations/check", wanted.ToBody());

    public Task<JsonNode> BookAsync(Wanted wanted, string? idempotencyKey = null) => PostAsync("reservations", wanted.ToBody(), idempotencyKey);

    /// <summary>Books, and says when the request has left this side: from then on nobody here knows how far it came.</summary>
    public Task<JsonNode> BookAsync(Wanted wanted, string idempotencyKey, Action sent)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "reservations") { Content = new ToldContent(JsonContent.Create(wanted.ToBody()), sent) };
        request.Headers.Add("Idempotency-Key", idempotencyKey);
        return SendAsync(request);
    }

    public Task<JsonNode> CheckInAsync(Guid reservation) => PostAsync($"reservations/{reservation}/check-in");

    public Task<JsonNode> ReservationAsync(Guid reservation) => GetAsync($"reservations/{reservation}");

    public Task<JsonNode> LiveAsync(string machine) => GetAsync($"machines/{machine}/live");

    public async Task<IReadOnlyList<JsonNode>> SessionsAsync(Guid reservation) => [.. (await GetAsync($"usage-sessions?reservation={reservation}")).AsArray().OfType<JsonNode>()];

    public async Task<IReadOnlyList<JsonNode>> ChargesAsync(Guid organisation, Guid reservation) =>
        [.. (await GetAsync($"organisations/{organisation}/charges")).Items().Where(charge => (Guid)charge["reservationId"]! == reservation)];

    public Task<byte[]> InvoicePdfAsync(Guid invoice) => _http.GetByteArrayAsync(new Uri($"invoices/{invoice}.pdf", UriKind.Relative));

    public Task<JsonNode> JobAsync(Guid job) => GetAsync($"jobs/{job}");

    public Task SeeBridgeOnlineAsync(string machine) => Eventually.BeSoAsync($"a bridge that speaks for {machine}", Limits.Reunion, async () =>
    {
        var live = await LiveAsync(machine);
        return (bool)live["isBridgeOnline"]! && (string?)live["link"] == "up";
    });

    /// <returns>The reservation's last session, closed and charged or void.</returns>
    public Task<JsonNode> SeeSessionClosedAsync(Guid reservation) => Eventually.SeeAsync("a closed session", Limits.Print, async () =>
        (await SessionsAsync(reservation)).LastOrDefault(session => (string)session["state"]! is "closed" or "void"));

    public void Dispose() => _http.Dispose();

    private async Task<JsonNode> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var answer = await _http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            return answer.IsSuccessStatusCode
                ? JsonNode.Parse(text)!
                : throw new RefusedException(answer.StatusCode, $"{request.Method} {request.RequestUri} was answered {(int)answer.StatusCode}: {text}", Code(text));
        }
    }

    private static string? Code(string text)
    {
        try
        {
            return (string?)JsonNode.Parse(text)?["code"];
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The same content, which tells when it has been written to the connection.</summary>
internal sealed class ToldContent : HttpContent
{
    private readonly HttpContent _content;
    private readonly Action _written;

    public ToldContent(HttpContent content, Action written)
    {
        (_content, _written) = (content, written);
        Headers.ContentType = content.Headers.ContentType;
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await _content.CopyToAsync(stream);
        await stream.FlushAsync();
        _written();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
        }

        base.Dispose(disposing);
    }
}

/// <summary>A job that was taken.</summary>
internal sealed record UploadedJob(Guid Id, long? EstimateSeconds);

/// <summary>A slot that begins now.</summary>
internal sealed record Wanted(string Machine, int Minutes)
{
    public Guid? Project { get; init; }

    public Guid? Job { get; init; }

    public DateTimeOffset Start { get; init; } = TimeProvider.System.GetUtcNow();

    public object ToBody() => new
    {
        machine = Machine,
        start = Start.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
        end = Start.AddMinutes(Minutes).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
        projectId = Project,
        jobId = Job,
    };
}

/// <summary>The lab said no.</summary>
internal sealed class RefusedException(HttpStatusCode status, string message, string? code) : Exception(message)
{
    public HttpStatusCode Status { get; } = status;

    /// <summary>The refusal's stable code.</summary>
    public string? Code { get; } = code;
}

internal static class JsonPages
{
    public static IEnumerable<JsonNode> Items(this JsonNode page) => page["items"]!.AsArray().OfType<JsonNode>();
}
