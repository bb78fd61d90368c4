using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fablab.Bridge.Runtime;

/// <summary>How this bridge calls the web: no redirect, and one authority alone where the lab has its own.</summary>
internal static class WebAuthority
{
    /// <summary>A redirect could carry our credential elsewhere, so none is followed.</summary>
    /// <param name="authorityPath">PEM file with the one authority to believe for the web's certificate; empty for the system's authorities.</param>
    /// <exception cref="IOException">The file cannot be read, or holds no certificate.</exception>
    public static SocketsHttpHandler Handler(string? authorityPath) => new()
    {
        AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(10),
        SslOptions = string.IsNullOrEmpty(authorityPath) ? new SslClientAuthenticationOptions() : new SslClientAuthenticationOptions { CertificateChainPolicy = OnlyBelieving(authorityPath) },
    };

    private static X509ChainPolicy OnlyBelieving(string authorityPath)
    {
        // A lab's own authority publishes no revocation list that could be asked.
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(authorityPath);
        }
        catch (CryptographicException e)
        {
            throw new IOException($"'{authorityPath}' is no PEM file with certificates.", e);
        }

        return policy.CustomTrustStore.Count > 0 ? policy : throw new IOException($"'{authorityPath}' holds no certificate.");
    }
}
