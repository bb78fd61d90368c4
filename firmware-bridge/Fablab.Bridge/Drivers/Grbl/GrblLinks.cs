namespace Fablab.Bridge.Drivers.Grbl;

/// <summary>The kinds of lines to a controller, by the scheme of its address.</summary>
internal static class GrblLinks
{
    public const string Forms = "tcp://host:port, ws://host:port/path or serial:///dev/ttyUSB0?baud=115200";

    /// <exception cref="ArgumentException">The address is of no kind we can open; the message names what is wrong with it.</exception>
    public static OpenByteLink To(GrblOptions options, TimeProvider clock)
    {
        var address = options.Address;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
        {
            throw Unknown(address);
        }

        return uri.Scheme switch
        {
            "tcp" => TcpByteLink.To(address),
            "ws" or "wss" => WebSocketByteLink.To(uri, options.WebSocketProtocol),
            "serial" => SerialByteLink.To(address, clock),
            _ => throw Unknown(address),
        };
    }

    private static ArgumentException Unknown(string address) => new($"Address: '{address}' is not of the form {Forms}.");
}
