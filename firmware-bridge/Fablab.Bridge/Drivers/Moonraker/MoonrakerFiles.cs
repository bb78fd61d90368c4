using System.Net;
using Fablab.Bridge.Drivers.Shared;

namespace Fablab.Bridge.Drivers.Moonraker;

/// <summary>What Moonraker does over HTTP alone: files to and from its root <c>gcodes</c>.</summary>
internal sealed class MoonrakerFiles(HttpClient http, MoonrakerOptions options, TimeProvider clock) : ControllerHttp("Moonraker", http, options, clock)
{
    /// <summary>More than this is no answer of a Moonraker that means well, in bytes.</summary>
    public const long LongestAnswer = 1024 * 1024;

    /// <summary>Moonraker's word for bytes whose digest is not the one that was promised.</summary>
    private const HttpStatusCode ChecksumMismatch = HttpStatusCode.UnprocessableEntity;

    private readonly string _key = options.ApiKey;

    /// <summary>Puts a file into the root folder, replacing one of the same name. Moonraker compares the digest before it keeps it.</summary>
    public async Task UploadAsync(JobFile file, CancellationToken ct)
    {
        using var answer = await SendAsync(Upload, () => UploadRequest(file), ct);
        var body = LooseJson.Parse(await answer.Content.ReadAsByteArrayAsync(ct)) ?? default;
        var stored = body.Child("result") is { } wrapped && wrapped.IsObject() ? wrapped : body;
        if (stored.Child("item").Words("path") is not { } path)
        {
            throw new MachineUnreachableException("The upload answer names no file, so it is not Moonraker's");
        }

        if (path != file.Name)
        {
            throw new ControllerRefusedException($"Moonraker stored {file.Name} under another name, '{RpcError.Shorten(path)}'", RefusalKind.Other);
        }
    }

    /// <summary>Deletes a file; one that is not there is fine.</summary>
    public Task DeleteAsync(string name, CancellationToken ct) => DeleteFileAsync($"server/files/gcodes/{Uri.EscapeDataString(name)}", ct);

    // Of files, 403 is Moonraker's word for "it is being printed" (recording 02).
    protected override RefusalKind KindOf(HttpStatusCode status) => status is HttpStatusCode.Forbidden ? RefusalKind.WrongState : base.KindOf(status);

    protected override string? WordsOf(HttpStatusCode status, byte[] body) =>
        status is ChecksumMismatch ? "other bytes arrived than were sent"
        : LooseJson.Parse(body) is { } json && json.Child("error").Words("message") is { } words ? RpcError.Shorten(words)
        : null;

    protected override HttpRequestMessage Request(HttpMethod method, string target, HttpContent? content = null)
    {
        var request = base.Request(method, target, content);
        if (_key.Length > 0)
        {
            request.Headers.Add("X-Api-Key", _key);
        }

        return request;
    }

    private HttpRequestMessage UploadRequest(JobFile file) =>
        Request(HttpMethod.Post, "server/files/upload", MultipartUpload.Of(file, ("root", "gcodes"), ("checksum", file.Sha256)));
}
