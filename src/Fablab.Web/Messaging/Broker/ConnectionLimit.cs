using System.Net;

namespace Fablab.Web.Messaging.Broker;

/// <summary>Counts open connections, in all and per address, and says when there are enough.</summary>
internal sealed class ConnectionLimit(int limit, int limitPerAddress)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _perAddress = [];
    private int _open;

    public bool TryEnter(IPAddress address)
    {
        lock (_gate)
        {
            var here = _perAddress.GetValueOrDefault(address);
            if (_open >= limit || here >= limitPerAddress)
            {
                return false;
            }

            _open++;
            _perAddress[address] = here + 1;
            return true;
        }
    }

    public void Leave(IPAddress address)
    {
        lock (_gate)
        {
            _open--;
            if (--_perAddress[address] == 0)
            {
                _perAddress.Remove(address);
            }
        }
    }
}
