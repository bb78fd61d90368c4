using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MimeKit;
using SmtpServer;
using SmtpServer.ComponentModel;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;

namespace Fablab.Web.Tests.Testing;

/// <summary>A mail server on the loopback address that keeps what it takes.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Inbox inbox = new();
    private readonly Task running;

    public MailServer()
    {
        Port = FreePort();
        var services = new ServiceProvider();
        services.Add((IMessageStore)inbox);
        services.Add((IMailboxFilter)inbox);
        var options = new SmtpServerOptionsBuilder().ServerName("mail.test").Endpoint(endpoint => endpoint.Endpoint(new IPEndPoint(IPAddress.Loopback, Port))).Build();
        running = new SmtpServer.SmtpServer(options, services).StartAsync(stop.Token);
    }

    public int Port { get; }

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<MimeMessage> Received => [.. inbox.Messages];

    public Dictionary<string, string> Settings => new() { ["Mail:Host"] = "127.0.0.1", ["Mail:Port"] = $"{Port}", ["Mail:Security"] = "None", ["Mail:From"] = "Fablab <lab@fablab.example>" };

    public IEnumerable<MimeMessage> To(string address) => Received.Where(message => message.To.Mailboxes.Any(mailbox => mailbox.Address == address));

    /// <summary>From now on this address is refused for good.</summary>
    public void Refuse(string address) => inbox.Refused[address] = true;

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            // As it was asked to.
        }

        stop.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private sealed class Inbox : MessageStore, IMailboxFilter
    {
        public ConcurrentQueue<MimeMessage> Messages { get; } = new();

        public ConcurrentDictionary<string, bool> Refused { get; } = new();

        public override async Task<SmtpResponse> SaveAsync(ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
        {
            using var stream = new MemoryStream(buffer.ToArray());
            Messages.Enqueue(await MimeMessage.LoadAsync(stream, cancellationToken));
            return SmtpResponse.Ok;
        }

        public Task<bool> CanAcceptFromAsync(ISessionContext context, IMailbox from, int size, CancellationToken cancellationToken) => Task.FromResult(true);

        public Task<bool> CanDeliverToAsync(ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken) =>
            Task.FromResult(!Refused.ContainsKey($"{to.User}@{to.Host}"));
    }
}
