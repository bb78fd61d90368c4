using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Fablab.MachineSimulator.OctoPrint;

/// <summary>Reading and writing as OctoPrint does: JSON bodies, <c>{"error": text}</c> for every no, empty text/plain for 204.</summary>
internal static class OctoPrintHttp
{
    public const string Forbidden =
        "You don't have the permission to access the requested resource. It is either read-protected or not readable by the server.";

    public const string NotFound =
        "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.";

    public const string MethodNotAllowed = "The method is not allowed for the requested URL.";

    public const string BadRequest = "The browser (or proxy) sent a request that this server could not understand.";

    public const string NotOperational = "Printer is not operational";

    public static string Root(this HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}";

    public static async Task AnswerAsync(this HttpContext http, int status, JsonNode body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(body.ToJsonString(), http.RequestAborted);
    }

    public static Task AnswerAsync(this HttpContext http, JsonNode body) => http.AnswerAsync(StatusCodes.Status200OK, body);

    public static Task RefuseAsync(this HttpContext http, int status, string error) =>
        http.AnswerAsync(status, new JsonObject { ["error"] = error });

    /// <summary>204, or the refusal a decision came to.</summary>
    public static Task AnswerAsync(this HttpContext http, Refused? refused)
    {
        if (refused is { } no)
        {
            return http.RefuseAsync(no.Status, no.Error);
        }

        http.Response.StatusCode = StatusCodes.Status204NoContent;
        http.Response.ContentType = "text/plain";
        return Task.CompletedTask;
    }

    /// <summary>The JSON object of the body, or <see langword="null"/> when it is none: the real one answers 400 then.</summary>
    public static async Task<JsonObject?> ReadObjectAsync(this HttpContext http)
    {
        if (!http.Request.HasJsonContentType())
        {
            return null;
        }

        try
        {
            return await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A member's text, or <see langword="null"/> when it is missing or of another kind.</summary>
    public static string? Text(this JsonObject body, string name) =>
        body[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static bool Flag(this JsonObject body, string name) =>
        body[name] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;
}

/// <summary>A no with its status and OctoPrint's words for it.</summary>
internal sealed record Refused(int Status, string Error)
{
    public static Refused NotOperational { get; } = new(StatusCodes.Status409Conflict, OctoPrintHttp.NotOperational);

    public static Refused BadRequest { get; } = new(StatusCodes.Status400BadRequest, OctoPrintHttp.BadRequest);

    public static Refused NotFound { get; } = new(StatusCodes.Status404NotFound, OctoPrintHttp.NotFound);

    public static Refused Invalid(string what) => new(StatusCodes.Status400BadRequest, $"{what} is invalid");

    public static Refused Conflict(string error) => new(StatusCodes.Status409Conflict, error);
}
