using Fablab.Web.Data;
using Fablab.Web.Messaging.Broker;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Messaging;

/// <summary>
/// With a broker of one's own, writes at every start, and when bridges change, what Mosquitto needs to keep the same rules as the embedded one:
/// <c>{DataFolder}/mosquitto</c> with accounts, rights and settings to include.
/// </summary>
internal sealed partial class MosquittoFiles(
    IOptions<BrokerOptions> broker, IOptions<MessagingOptions> messaging, BrokerAccounts accounts, DataFolder folder, ILogger<MosquittoFiles> log) : IHostedService, IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);

    public Task StartAsync(CancellationToken cancellationToken) => WriteAsync(cancellationToken);

    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        if (broker.Value.Embedded || string.IsNullOrEmpty(messaging.Value.Password))
        {
            return;
        }

        // One after the other, each from what is there when its turn comes: the last to write has seen the newest.
        await turn.WaitAsync(cancellationToken);
        try
        {
            await WriteInTurnAsync(messaging.Value.Password, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task WriteInTurnAsync(string webs, CancellationToken cancellationToken)
    {
        var all = new List<BrokerAccount>
        {
            new(messaging.Value.User, new ServerPrincipal(), MosquittoPassword.Hash(webs)),
        };
        await foreach (var (user, principal, password) in accounts.OfBridgesAndDevicesAsync(cancellationToken))
        {
            all.Add(new BrokerAccount(user, principal, MosquittoPassword.Hash(password)));
        }

        var path = folder.Folder("mosquitto");
        await MosquittoAcl.WriteAsync(path, all, cancellationToken);
        LogWritten(path, all.Count);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => turn.Dispose();

    [LoggerMessage(Level = LogLevel.Information, Message = "Mosquitto's files are in {Path} with {Accounts} accounts; reload it when they changed")]
    private partial void LogWritten(string path, int accounts);
}
