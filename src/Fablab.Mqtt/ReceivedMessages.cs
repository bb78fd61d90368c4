using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Fablab.Mqtt;

/// <summary>
/// What came in and waits for its handler: one after the other, in order. The broker hears that we have a message only after
/// the handler came back; one that the handler cannot bear is set aside and stops no other.
/// </summary>
internal sealed partial class ReceivedMessages(MqttLinkOptions options, MqttLinkHandlers handlers, TimeProvider clock, ILogger<MqttLink> log)
{
    private readonly Channel<Received> _waiting = Channel.CreateBounded<Received>(new BoundedChannelOptions(options.ReceiveLimit) { SingleReader = true });

    public ValueTask AddAsync(Received received, CancellationToken ct) => _waiting.Writer.WriteAsync(received, ct);

    /// <summary>Handles until cancelled. What was not acknowledged by then comes again when we are back.</summary>
    public async Task HandleAsync(CancellationToken ct)
    {
        try
        {
            await foreach (var received in _waiting.Reader.ReadAllAsync(ct))
            {
                await HandleAsync(received, ct);
            }
        }
        catch (OperationCanceledException)
        {
            // The link stops.
        }
    }

    private async Task HandleAsync(Received received, CancellationToken ct)
    {
        using var deadline = new CancellationTokenSource(options.HandlerTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
        try
        {
            await handlers.OnMessage(received.Message, either.Token);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception poison)
        {
            LogPoison(poison, received.Message.Topic, received.Message.Payload.Length);
            await QuarantineAsync(received.Message, poison, ct);
        }

        try
        {
            await received.AcknowledgeAsync(ct);
        }
        catch (Exception gone) when (!ct.IsCancellationRequested)
        {
            // The connection it came on is over. A broker that kept the session sends it again, which handlers must bear.
            LogNotAcknowledged(gone, received.Message.Topic);
        }
    }

    private async Task QuarantineAsync(MqttMessage message, Exception poison, CancellationToken ct)
    {
        try
        {
            if (handlers.OnPoison is { } quarantine)
            {
                await quarantine(message, poison, ct);
            }
        }
        catch (Exception failed) when (!ct.IsCancellationRequested)
        {
            LogNotSetAside(failed, message.Topic);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A message of {Length} bytes on {Topic} could not be handled and is set aside")]
    private partial void LogPoison(Exception exception, string topic, int length);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message on {Topic} could not even be set aside")]
    private partial void LogNotSetAside(Exception exception, string topic);

    [LoggerMessage(Level = LogLevel.Information, Message = "A message on {Topic} was handled but could not be acknowledged")]
    private partial void LogNotAcknowledged(Exception exception, string topic);
}
