using System.Text.Json;

namespace Fablab.Bridge.Drivers.OctoPrint;

/// <summary>A file as <c>/api/files/local/PATH</c> tells of it.</summary>
/// <param name="Sha1">OctoPrint's own digest of the bytes, 40 hex digits; null when it has none.</param>
internal sealed record FileAnswer(string Path, string? Sha1, long? Bytes, LastPrint? LastPrint)
{
    public static FileAnswer? From(JsonElement body) => body.Words("path") is { } path
        ? new FileAnswer(path, body.Words("hash"), (long?)body.Number("size"), LastPrint.From(body.Child("prints").Child("last")))
        : null;
}

/// <summary>How the latest run of a file ended, by OctoPrint's own book-keeping.</summary>
/// <param name="EndedAt">Seconds since 1970 by OctoPrint's clock: only good for telling one run from another.</param>
internal sealed record LastPrint(double EndedAt, bool IsSuccess, long? PrintMilliseconds)
{
    public static LastPrint? From(JsonElement last) => last.Number("date") is { } endedAt
        ? new LastPrint(endedAt, last.Flag("success"), last.Milliseconds("printTime"))
        : null;
}

/// <summary>Who the socket should say it is: answer of the passive login. The session is a secret.</summary>
internal sealed record LoginAnswer(string Name, string Session)
{
    public static LoginAnswer? From(JsonElement body) => body.Words("name") is { } name && body.Words("session") is { } session
        ? new LoginAnswer(name, session)
        : null;

    public override string ToString() => Name;
}

/// <summary>Answer to an upload: the path is OctoPrint's choice.</summary>
internal sealed record UploadAnswer(string Path)
{
    public static UploadAnswer? From(JsonElement body) => body.Child("files").Child("local").Words("path") is { } path
        ? new UploadAnswer(path)
        : null;
}
