using System.Net;
using System.Net.Sockets;

namespace Fablab.Web.Features.Notices.Pushing;

/// <summary>
/// Addresses of the public internet. Where we are sent by what somebody typed, the name is looked up once and only such an address is
/// connected to, so that neither a name nor a redirection leads into the lab's own network.
/// </summary>
internal static class PublicAddresses
{
    private static readonly IPNetwork[] Reserved = [.. new[]
    {
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    }.Select(network => IPNetwork.Parse(network))];

    // Of version 6 only what is given out for the public is public, but for what wraps addresses of version 4 or is for documents.
    private static readonly IPNetwork Given = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] Wrapping = [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(network => IPNetwork.Parse(network))];

    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return address.AddressFamily is AddressFamily.InterNetwork
            ? !Reserved.Any(network => network.Contains(address))
            : Given.Contains(address) && !Wrapping.Any(network => network.Contains(address));
    }

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="HttpRequestException">The name has no public address.</exception>
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var found = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, ct);
        var addresses = found.Where(IsPublic).ToArray();
        if (addresses.Length == 0)
        {
            throw new HttpRequestException("The push service's name leads to no public address.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
