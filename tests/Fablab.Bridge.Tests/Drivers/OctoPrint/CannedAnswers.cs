using System.Net;
using System.Text;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.OctoPrint;

namespace Fablab.Bridge.Tests.Drivers.OctoPrint;

/// <summary>An OctoPrint that answers everything alike, and the client that asks it.</summary>
internal sealed class CannedAnswers(HttpStatusCode status, string body) : HttpMessageHandler
{
    public List<(Uri Address, string? Key)> Requests { get; } = [];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add((request.RequestUri!, request.Headers.TryGetValues("X-Api-Key", out var keys) ? keys.Single() : null));
        return Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") });
    }

    public static OctoPrintClient Client(HttpMessageHandler handler)
    {
        var options = new OctoPrintOptions
        {
            Address = new Uri("http://printer.test/behind/proxy"),
            ApiKey = "secret-key-of-the-test",
            RetryDelay = TimeSpan.FromMilliseconds(1),
        };
        return new OctoPrintClient(new HttpClient(handler), options, TimeProvider.System);
    }

    public static async Task<string> UploadAsync(OctoPrintClient client, CancellationToken ct)
    {
        var path = Path.GetTempFileName();
        try
        {
            return await client.UploadAsync(new JobFile("x.gcode", path, new string('0', 64)), ct);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
