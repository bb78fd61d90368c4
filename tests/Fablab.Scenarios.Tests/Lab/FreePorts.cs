using System.Net;
using System.Net.Sockets;

namespace Fablab.Scenarios.Tests.Lab;

/// <summary>
/// Loopback ports that nobody listens on. They lie below the range from which the system gives ports to outgoing
/// connections, so none is taken while the program behind it is down and must find it free again.
/// </summary>
internal static class FreePorts
{
    private const int First = 20_000;
    private const int Last = 31_000;

    private static int next = First + (Environment.ProcessId * 37 % (Last - First));

    /// <returns>The first of so many free ports in a row.</returns>
    public static int Take(int inARow)
    {
        for (var tries = 0; tries < Last - First; tries++)
        {
            var from = Interlocked.Add(ref next, inARow) - inARow;
            from = First + ((from - First) % (Last - First));
            if (Enumerable.Range(from, inARow).All(IsFree))
            {
                return from;
            }
        }

        throw new InvalidOperationException($"No {inARow} free ports in a row between {First} and {Last}.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
