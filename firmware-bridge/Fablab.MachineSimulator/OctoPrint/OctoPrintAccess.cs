using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Fablab.MachineSimulator.OctoPrint;

/// <summary>
/// One user with one application key. The key is taken from <c>X-Api-Key</c>, a bearer token or <c>?apikey=</c>;
/// a missing and a wrong key are both 403, never 401 (recording 01).
/// </summary>
internal sealed class OctoPrintAccess(string user, string apiKey, TimeProvider clock)
{
    /// <summary>Sessions for the push socket kept at the same time; the oldest is forgotten first.</summary>
    private const int SessionLimit = 100;

    private static readonly string[] Groups = ["admins", "users"];
    private static readonly string[] Permissions =
    [
        "ADMIN", "STATUS", "CONNECTION", "WEBCAM", "SYSTEM", "FILES_LIST", "FILES_UPLOAD", "FILES_DOWNLOAD",
        "FILES_DELETE", "FILES_SELECT", "PRINT", "GCODE_VIEWER", "MONITOR_TERMINAL", "CONTROL", "SETTINGS_READ",
    ];

    private readonly Lock _gate = new();
    private readonly Queue<string> _sessions = new();

    public string User => user;

    public bool HasKey(HttpRequest request)
    {
        var given = request.Headers["X-Api-Key"].FirstOrDefault()
            ?? Bearer(request.Headers.Authorization.FirstOrDefault())
            ?? request.Query["apikey"].FirstOrDefault();
        return given is not null
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(apiKey));
    }

    /// <summary>A session as <c>NAME:SESSION</c> for the socket's <c>auth</c>.</summary>
    public bool IsValidAuth(string auth)
    {
        var colon = auth.IndexOf(':', StringComparison.Ordinal);
        lock (_gate)
        {
            return colon > 0 && auth[..colon] == user && _sessions.Contains(auth[(colon + 1)..]);
        }
    }

    public JsonObject CurrentUser(bool isKnown) => new()
    {
        ["groups"] = isKnown ? Array(Groups) : Array(["guests"]),
        ["name"] = isKnown ? user : null,
        ["permissions"] = isKnown ? Array(Permissions) : [],
    };

    /// <summary>The answer to a passive login: the user and a session for the push socket.</summary>
    public JsonObject LogIn()
    {
        var session = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        lock (_gate)
        {
            _sessions.Enqueue(session);
            if (_sessions.Count > SessionLimit)
            {
                _sessions.Dequeue();
            }
        }

        var answer = UserRecord();
        answer["_credentials_seen"] = clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:sszzz", System.Globalization.CultureInfo.InvariantCulture);
        answer["_is_external_client"] = false;
        answer["_login_mechanism"] = "apikey";
        answer["session"] = session;
        return answer;
    }

    public JsonObject UserRecord() => new()
    {
        ["active"] = true,
        ["admin"] = true,
        ["apikey"] = null,
        ["groups"] = Array(Groups),
        ["name"] = user,
        ["needs"] = new JsonObject
        {
            ["group"] = Array(Groups),
            ["role"] = Array(Permissions.Select(permission => permission.ToLowerInvariant())),
        },
        ["permissions"] = new JsonArray(),
        ["roles"] = new JsonArray("user", "admin"),
        ["settings"] = new JsonObject(),
        ["user"] = true,
    };

    private static string? Bearer(string? authorization) =>
        authorization?.StartsWith("Bearer ", StringComparison.Ordinal) == true ? authorization["Bearer ".Length..] : null;

    private static JsonArray Array(IEnumerable<string> items) => new([.. items.Select(item => JsonValue.Create(item))]);
}
