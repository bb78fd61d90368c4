using Fablab.Web.Messaging;
using Fablab.Web.Messaging.Broker;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Bridges;

/// <summary>Makes what was decided about a bridge count wherever it comes in. On other nodes it counts within <see cref="MachineDirectory.GoodFor"/>.</summary>
internal sealed partial class BridgeDoors(MachineDirectory directory, IOptions<BrokerOptions> broker, IServiceProvider services, ILogger<BridgeDoors> log)
{
    /// <summary>Throws the users out of the broker, so that they meet the new rules; a broker outside this process gets new files, which its operator has it read.</summary>
    /// <remarks>What was decided is committed by now, so a caller that goes away stops nothing.</remarks>
    /// <param name="users">Codes of bridges, topics of devices.</param>
    public async Task ChangedAsync(IEnumerable<string> users)
    {
        directory.Forget();
        if (!broker.Value.Embedded)
        {
            try
            {
                await services.GetRequiredService<MosquittoFiles>().WriteAsync(CancellationToken.None);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                LogNotWritten(error);
            }

            return;
        }

        foreach (var user in users)
        {
            await services.GetRequiredService<EmbeddedBroker>().DisconnectAsync(user);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Mosquitto's files could not be written: it knows nothing of what changed at a bridge. They are written at the next change or start")]
    private partial void LogNotWritten(Exception error);
}
