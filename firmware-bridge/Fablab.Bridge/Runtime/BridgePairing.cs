using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fablab.Contracts;

namespace Fablab.Bridge.Runtime;

/// <summary>Makes this computer a bridge: turns a pairing code of the web into a key, and keeps it with where web and broker are.</summary>
internal static class BridgePairing
{
    private const string FileName = "pairing.json";
    private const string AuthorityFileName = "broker-authority.pem";
    private const string WebAuthorityFileName = "web-authority.pem";

    /// <summary>More than an honest answer needs.</summary>
    private const int LongestAnswer = 64 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>What pairing wrote, to be read as settings; for the owner of the folder alone.</summary>
    public static string FileIn(string dataFolder) => Path.Combine(dataFolder, FileName);

    /// <param name="handler">As <see cref="WebAuthority.Handler"/> makes it.</param>
    /// <param name="authorityPath">What <paramref name="handler"/> believes, to be believed from now on; empty for the system's authorities.</param>
    /// <param name="isPlainAllowed">Whoever listens on the way learns the key. Within a computer nobody does.</param>
    /// <returns>0 when it is paired, else 1 with words on <paramref name="output"/> that say what to do.</returns>
    public static async Task<int> PairAsync(
        string server, string code, string dataFolder, HttpMessageHandler handler, string? authorityPath, bool isPlainAllowed, TextWriter output, CancellationToken ct)
    {
        if (!Uri.TryCreate(server.EndsWith('/') ? server : server + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            return Refuse($"'{server}' is no address of a web, such as https://lab.example/.");
        }

        if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback && !isPlainAllowed)
        {
            return Refuse("Over http anybody on the way learns the key of the machines. Use the https address, or add --allow-http on a network that you trust.");
        }

        try
        {
            // Held, so that no bridge goes on with a key that ends now.
            using var folder = DataFolder.Take(dataFolder);
            using var web = new HttpClient(handler, disposeHandler: false) { Timeout = Patience, MaxResponseContentBufferSize = LongestAnswer };
            using var answer = await web.PostAsJsonAsync(new Uri(address, "api/v1/bridge/pair"), new { code }, ct);
            var told = await ReadAsync(answer, ct);
            if (!answer.IsSuccessStatusCode)
            {
                return Refuse(answer.StatusCode switch
                {
                    HttpStatusCode.UnprocessableEntity => "This is no pairing code that counts: it was mistyped, used, or is too old. Ask a manager for a new one.",
                    HttpStatusCode.TooManyRequests => "Too many tries. Wait a minute.",
                    _ => $"The web at {address} answered {(int)answer.StatusCode}{(told?["code"] is { } reason ? $" ({reason})" : "")}. Is it the address of the lab?",
                });
            }

            var paired = Checked(told);
            Keep(paired, address, authorityPath, dataFolder);
            await output.WriteLineAsync($"This is bridge '{paired.Id}' of the site '{paired.Site}' now; its key is in {Path.GetFullPath(FileIn(dataFolder))}, for this user alone.");
            await output.WriteLineAsync("Name its machines in the settings (Bridge:Machines) and start it.");
            return 0;
        }
        catch (HttpRequestException e)
        {
            return Refuse(e.InnerException is AuthenticationException
                ? $"The certificate of {address} is not one to believe: {e.InnerException.Message} Name the lab's own authority with --authority file.pem."
                : e.InnerException is SocketException ? $"Nothing answers at {address}: {e.Message}" : $"{address} cannot be asked: {e.Message}");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Refuse($"{address} did not answer within {Patience.TotalSeconds:0} seconds.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or FormatException)
        {
            return Refuse(e.Message);
        }

        int Refuse(string words)
        {
            output.WriteLine(words);
            return 1;
        }
    }

    /// <returns><see langword="null"/> for an answer that is no JSON.</returns>
    private static async Task<JsonObject?> ReadAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        try
        {
            return await answer.Content.ReadFromJsonAsync<JsonObject>(ct);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Paired Checked(JsonObject? told)
    {
        var paired = told?.Deserialize<Paired>(JsonSerializerOptions.Web);
        if (paired is not { Broker: { Host.Length: > 0, Port: > 0 and <= 65_535 } } || !Codes.IsValid(paired.Site) || !Codes.IsValid(paired.Id))
        {
            throw new FormatException("The answer is none of a Fablab web. Is it the address of the lab?");
        }

        _ = BridgeKey.Parse(paired.Key);
        return paired;
    }

    private static void Keep(Paired paired, Uri server, string? authorityPath, string dataFolder)
    {
        var brokerAuthority = "";
        if (paired.Broker.Authority is { Length: > 0 } pem)
        {
            brokerAuthority = Path.GetFullPath(Path.Combine(dataFolder, AuthorityFileName));
            WriteForOwner(brokerAuthority, pem);
        }

        // Copied: where it lies now the program may not look later.
        var webAuthority = "";
        if (!string.IsNullOrEmpty(authorityPath))
        {
            webAuthority = Path.GetFullPath(Path.Combine(dataFolder, WebAuthorityFileName));
            WriteForOwner(webAuthority, File.ReadAllText(authorityPath));
        }

        var settings = new JsonObject
        {
            [BridgeOptions.Section] = new JsonObject
            {
                [nameof(BridgeOptions.Site)] = paired.Site,
                [nameof(BridgeOptions.Id)] = paired.Id,
                [nameof(BridgeOptions.Key)] = paired.Key,
                [nameof(BridgeOptions.Server)] = server.AbsoluteUri,
                [nameof(BridgeOptions.ServerAuthorityPath)] = webAuthority,
                [nameof(BridgeOptions.Broker)] = new JsonObject
                {
                    [nameof(BrokerAddress.Host)] = paired.Broker.Host,
                    [nameof(BrokerAddress.Port)] = paired.Broker.Port,
                    [nameof(BrokerAddress.Tls)] = paired.Broker.Tls,
                    [nameof(BrokerAddress.AuthorityPath)] = brokerAuthority,
                },
            },
        };
        WriteForOwner(FileIn(dataFolder), settings.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
    }

    /// <summary>Whole or not at all: the code that it came for is used up. Others may not read it even for a moment.</summary>
    private static void WriteForOwner(string path, string text)
    {
        var part = path + ".part";
        File.Delete(part);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.WriteThrough };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(path: part, options))
        {
            writer.Write(text);
        }

        File.Move(part, path, overwrite: true);
    }

    /// <summary>The web's answer; docs/protocol.md, section 2.</summary>
    private sealed record Paired(string Site, string Id, string Key, PairedBroker Broker);

    private sealed record PairedBroker(string Host, int Port, bool Tls, string? Authority);
}
