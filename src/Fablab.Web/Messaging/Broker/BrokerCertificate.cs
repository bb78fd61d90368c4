using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Fablab.Web.Messaging.Broker;

/// <summary>The broker's certificate from PEM files.</summary>
internal static class BrokerCertificate
{
    /// <summary>With all certificates of the file, for a client that knows only the root needs those between.</summary>
    /// <exception cref="StartRefusedException">A file is missing or holds something else.</exception>
    public static HttpsConnectionAdapterOptions Load(BrokerOptions options)
    {
        var path = options.CertificatePath!;
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(path);
            return new HttpsConnectionAdapterOptions
            {
                ServerCertificate = X509Certificate2.CreateFromPemFile(path, string.IsNullOrEmpty(options.CertificateKeyPath) ? path : options.CertificateKeyPath),
                ServerCertificateChain = chain,
                SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                HandshakeTimeout = options.ConnectDeadline,
            };
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartRefusedException($"Broker:CertificatePath and Broker:CertificateKeyPath need readable PEM files with a certificate and its key: {error.Message}", error);
        }
    }
}
