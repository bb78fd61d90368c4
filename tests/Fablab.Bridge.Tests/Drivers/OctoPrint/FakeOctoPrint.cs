using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Tests.Drivers.OctoPrint;

/// <summary>
/// Plays answers and pushes that a test chooses, over real sockets. It decides nothing: what a real OctoPrint would answer
/// when is in the recordings, and the test puts it here.
/// </summary>
internal sealed class FakeOctoPrint : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<WebSocket, bool> _sockets = new();

    private FakeOctoPrint(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single() + "/");

    public ConcurrentQueue<string> Requests { get; } = new();

    public ConcurrentQueue<string> SocketFrames { get; } = new();

    public ConcurrentDictionary<string, JsonElement> Bodies { get; } = new();

    /// <summary>Bytes under the name they are stored by.</summary>
    public ConcurrentDictionary<string, byte[]> Stored { get; } = new();

    /// <summary>How the latest run of each file ended, as OctoPrint's book-keeping says it.</summary>
    public ConcurrentDictionary<string, object> LastPrints { get; } = new();

    public Func<string, string> Rename { get; set; } = name => name;

    public bool BreaksUploads { get; set; }

    public int CancelStatus { get; set; } = 204;

    /// <summary>Its no to a request such as <c>GET /api/job</c>.</summary>
    public ConcurrentDictionary<string, (int Status, JsonElement Body)> Refusals { get; } = new();

    public bool IsDown { get; set; }

    public static async Task<FakeOctoPrint> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var fake = new FakeOctoPrint(app);
        app.UseWebSockets();
        app.Run(fake.AnswerAsync);
        await app.StartAsync();
        return fake;
    }

    public void Show(JsonElement job, JsonElement printer) => (Bodies["/api/job"], Bodies["/api/printer"]) = (job, printer);

    public async Task PushAsync(JsonElement message)
    {
        foreach (var socket in _sockets.Keys)
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(message.GetRawText()), WebSocketMessageType.Text, true, CancellationToken.None);
        }
    }

    public void DropSockets()
    {
        foreach (var socket in _sockets.Keys)
        {
            socket.Abort();
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = Uri.UnescapeDataString(context.Request.Path.Value!);
        Requests.Enqueue($"{context.Request.Method} {path}{context.Request.QueryString}");
        if (IsDown)
        {
            context.Response.StatusCode = 503;
        }
        else if (context.WebSockets.IsWebSocketRequest)
        {
            await TalkAsync(await context.WebSockets.AcceptWebSocketAsync(), context.RequestAborted);
        }
        else if (context.Request.Headers["X-Api-Key"] != "secret-key-of-the-test")
        {
            context.Response.StatusCode = 403;
        }
        else if (Refusals.TryGetValue($"{context.Request.Method} {path}", out var no))
        {
            context.Response.StatusCode = no.Status;
            await context.Response.WriteAsJsonAsync(no.Body);
        }
        else
        {
            await AnswerAsync(context, path);
        }
    }

    private async Task AnswerAsync(HttpContext context, string path)
    {
        const string files = "/api/files/local";
        switch (context.Request.Method, path)
        {
            case ("GET", "/api/version"):
                await context.Response.WriteAsJsonAsync(new { api = "0.1", server = "1.11.8", text = "OctoPrint 1.11.8" });
                break;
            case ("POST", "/api/login"):
                await context.Response.WriteAsJsonAsync(new { name = "bridge", session = "session-of-the-test" });
                break;
            case ("POST", "/api/job"):
                context.Response.StatusCode = CancelStatus;
                break;
            case ("POST", files):
                await StoreAsync(context);
                break;
            case ("GET", _) when path.StartsWith(files, StringComparison.Ordinal):
                await DescribeAsync(context, path[(files.Length + 1)..]);
                break;
            case ("DELETE", _) when path.StartsWith(files, StringComparison.Ordinal):
                context.Response.StatusCode = Stored.TryRemove(path[(files.Length + 1)..], out _) ? 204 : 404;
                break;
            case ("POST", _) when path.StartsWith(files, StringComparison.Ordinal):
                context.Response.StatusCode = 204;
                break;
            default:
                await AnswerFromBodiesAsync(context, path);
                break;
        }
    }

    private async Task AnswerFromBodiesAsync(HttpContext context, string path)
    {
        if (Bodies.TryGetValue(path, out var body))
        {
            await context.Response.WriteAsJsonAsync(body);
        }
        else
        {
            context.Response.StatusCode = path is "/api/printer" ? 409 : 404;
        }
    }

    private async Task StoreAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var file = form.Files.Single();
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes);
        var name = Rename(file.FileName);
        Stored[name] = BreaksUploads ? bytes.ToArray()[..^1] : bytes.ToArray();
        context.Response.StatusCode = 201;
        await context.Response.WriteAsJsonAsync(new { done = true, files = new { local = new { name, path = name, origin = "local" } } });
    }

    private async Task DescribeAsync(HttpContext context, string name)
    {
        if (!Stored.TryGetValue(name, out var bytes))
        {
            context.Response.StatusCode = 404;
            return;
        }

        // What OctoPrint itself uses, so what the fake must.
#pragma warning disable CA5350 // the weak digest is what OctoPrint sends
        var hash = Convert.ToHexStringLower(SHA1.HashData(bytes));
#pragma warning restore CA5350
        var prints = LastPrints.TryGetValue(name, out var last) ? new { last } : null;
        await context.Response.WriteAsJsonAsync(new { path = name, name, hash, size = bytes.Length, prints });
    }

    private async Task TalkAsync(WebSocket socket, CancellationToken ct)
    {
        await socket.SendAsync("""{"connected":{"version":"1.11.8"}}"""u8.ToArray(), WebSocketMessageType.Text, true, ct);
        var buffer = new byte[16 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, ct) is { MessageType: WebSocketMessageType.Text, Count: var count })
            {
                var frame = Encoding.UTF8.GetString(buffer, 0, count);
                SocketFrames.Enqueue(frame);

                // Nothing is pushed before we know who listens.
                _ = frame.Contains("auth", StringComparison.Ordinal) && _sockets.TryAdd(socket, true);
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            // The bridge left, or the test dropped it.
        }
        finally
        {
            _sockets.TryRemove(socket, out _);
        }
    }
}
