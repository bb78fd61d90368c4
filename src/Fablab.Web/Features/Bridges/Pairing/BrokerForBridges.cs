using System.Security.Cryptography.X509Certificates;
using Fablab.Web.Hosting;
using Fablab.Web.Messaging;
using Fablab.Web.Messaging.Broker;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Bridges.Pairing;

/// <summary>Where bridges find the broker.</summary>
/// <param name="Authority">PEM of the one authority to believe for its certificate; <see langword="null"/> for those that the system believes.</param>
internal sealed record BrokerFace(string Host, int Port, bool Tls, string? Authority);

/// <summary>Tells bridges where the broker is, as the settings say or as can be told from them.</summary>
internal sealed class BrokerForBridges(IOptions<BrokerOptions> broker, IOptions<MessagingOptions> messaging, IOptions<WebOptions> web, IServiceProvider services)
{
    public async Task<BrokerFace> ReadAsync(CancellationToken ct)
    {
        var (host, port, tls) = broker.Value.PublicUri is { } named
            ? (named.Host, named.IsDefaultPort || named.Port < 0 ? DefaultPort(named.Scheme) : named.Port, named.Scheme == BrokerOptions.TlsScheme)
            : broker.Value.Embedded
                ? (web.Value.Address.Host, services.GetRequiredService<EmbeddedBroker>().Port, !string.IsNullOrEmpty(broker.Value.CertificatePath))
                : (IsHere(messaging.Value.Host) ? web.Value.Address.Host : messaging.Value.Host, messaging.Value.Port, messaging.Value.Tls);
        return new BrokerFace(host, port, tls, tls ? await AuthorityAsync(ct) : null);
    }

    private async Task<string?> AuthorityAsync(CancellationToken ct)
    {
        if (!broker.Value.Embedded)
        {
            return messaging.Value.AuthorityPath is { Length: > 0 } known ? await File.ReadAllTextAsync(known, ct) : null;
        }

        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(broker.Value.CertificatePath!);
        return chain.FirstOrDefault(one => one.SubjectName.RawData.AsSpan().SequenceEqual(one.IssuerName.RawData))?.ExportCertificatePem();
    }

    private static bool IsHere(string host) => host is "localhost" || (System.Net.IPAddress.TryParse(host, out var address) && System.Net.IPAddress.IsLoopback(address));

    private static int DefaultPort(string scheme) => scheme == BrokerOptions.TlsScheme ? 8883 : 1883;
}
