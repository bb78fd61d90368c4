using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Fablab.Web.Tests.Testing;

/// <summary>What a browser was sent, read with the browser's own keys.</summary>
internal sealed record PushedNotice(string Endpoint, JsonElement Content, JsonElement Claims, string ServerKey, int TimeToLive, byte[] Sealed);

/// <summary>A browser with a subscription, and the push service behind it: it decrypts as RFC 8291 says and checks whose message it is (RFC 8292).</summary>
internal sealed class PushService : HttpMessageHandler
{
    private readonly ConcurrentDictionary<string, PushBrowser> browsers = new();
    private readonly ConcurrentQueue<PushedNotice> received = new();
    private int asked;

    public IReadOnlyList<PushedNotice> Received => [.. received];

    public int Asked => asked;

    public HttpStatusCode Answer { get; set; } = HttpStatusCode.Created;

    public IEnumerable<PushedNotice> To(PushBrowser browser) => Received.Where(notice => notice.Endpoint == browser.Endpoint);

    public PushBrowser NewBrowser()
    {
        var browser = new PushBrowser($"https://updates.push.services.mozilla.com/wpush/v2/{Guid.NewGuid():n}");
        browsers[browser.Endpoint] = browser;
        return browser;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref asked);
        if (Answer is HttpStatusCode.Created)
        {
            received.Enqueue(Read(request, await request.Content!.ReadAsByteArrayAsync(cancellationToken)));
        }

        return new HttpResponseMessage(Answer) { RequestMessage = request, Content = new StringContent("") };
    }

    private PushedNotice Read(HttpRequestMessage request, byte[] body)
    {
        var endpoint = request.RequestUri!.AbsoluteUri;
        Assert.That(request.Content!.Headers.ContentEncoding, Is.EqualTo(new[] { "aes128gcm" }));
        Assert.That(request.Headers.Authorization!.Scheme, Is.EqualTo("vapid"));
        var parts = request.Headers.Authorization.Parameter!.Split(',').Select(part => part.Trim().Split('=', 2)).ToDictionary(part => part[0], part => part[1]);
        return new PushedNotice(
            endpoint, JsonDocument.Parse(browsers[endpoint].Open(body)).RootElement, ClaimsOf(parts["t"], parts["k"]), parts["k"],
            int.Parse(request.Headers.GetValues("TTL").Single(), System.Globalization.CultureInfo.InvariantCulture), body);
    }

    private static JsonElement ClaimsOf(string token, string key)
    {
        var (parts, point) = (token.Split('.'), Base64Url.DecodeFromChars(key));
        using var signer = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point[1..33], Y = point[33..] } });
        Assert.That(signer.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256), Is.True, "signed by the lab's key");
        return JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1])).RootElement;
    }
}

/// <summary>The browser's half of a subscription.</summary>
internal sealed class PushBrowser(string endpoint)
{
    private readonly ECDiffieHellman key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] secret = RandomNumberGenerator.GetBytes(16);

    public string Endpoint { get; } = endpoint;

    public string PublicKey => Base64Url.EncodeToString(Point(key));

    public string Secret => Base64Url.EncodeToString(secret);

    /// <summary>As the script fills them in.</summary>
    public Dictionary<string, string> Fields => new() { ["endpoint"] = Endpoint, ["p256dh"] = PublicKey, ["auth"] = Secret };

    public byte[] Open(byte[] body)
    {
        var (salt, idLength) = (body[..16], body[20]);
        var sender = body[21..(21 + idLength)];
        using var other = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = sender[1..33], Y = sender[33..] } });
        var agreed = key.DeriveRawSecretAgreement(other.PublicKey);
        var input = HKDF.DeriveKey(HashAlgorithmName.SHA256, agreed, 32, secret, [.. "WebPush: info\0"u8, .. Point(key), .. sender]);
        var contentKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, input, 16, salt, "Content-Encoding: aes128gcm\0"u8.ToArray());
        var nonce = HKDF.DeriveKey(HashAlgorithmName.SHA256, input, 12, salt, "Content-Encoding: nonce\0"u8.ToArray());
        var record = body[(21 + idLength)..];
        var plain = new byte[record.Length - 16];
        using var cipher = new AesGcm(contentKey, 16);
        cipher.Decrypt(nonce, record.AsSpan(0, plain.Length), record.AsSpan(plain.Length), plain);
        return plain[..Array.LastIndexOf(plain, (byte)2)];
    }

    private static byte[] Point(ECDiffieHellman of)
    {
        var q = of.ExportParameters(includePrivateParameters: false).Q;
        return [4, .. q.X!, .. q.Y!];
    }
}
