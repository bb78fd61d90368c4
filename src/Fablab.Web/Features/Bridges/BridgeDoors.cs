using Fablab.Web.Messaging;
using Fablab.Web.Messaging.Broker;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Bridges;

/// <summary>Makes what was decided about a bridge count wherever it comes in. On other nodes it counts within <see cref="MachineDirectory.GoodFor"/>.</summary>
internal sealed class BridgeDoors(MachineDirectory directory, IOptions<BrokerOptions> broker, IServiceProvider services)
{
    /// <summary>Throws the users out of the broker, so that they meet the new rules; a broker outside this process gets new files, which its operator has it read.</summary>
    /// <param name="users">Codes of bridges, topics of devices.</param>
    public async Task ChangedAsync(IEnumerable<string> users, CancellationToken ct)
    {
        directory.Forget();
        if (!broker.Value.Embedded)
        {
            await services.GetRequiredService<MosquittoFiles>().WriteAsync(ct);
            return;
        }

        foreach (var user in users)
        {
            await services.GetRequiredService<EmbeddedBroker>().DisconnectAsync(user);
        }
    }
}
