namespace Fablab.Web.Messaging.Broker;

/// <summary>Keeps what the broker retains over a restart.</summary>
internal interface IRetainedMessageStore
{
    ValueTask<IReadOnlyList<RetainedMessage>> LoadAsync(CancellationToken ct);

    /// <summary>Comes back when the message would survive a power cut. An empty payload removes it.</summary>
    ValueTask SaveAsync(RetainedMessage message, CancellationToken ct);
}

/// <param name="Qos">0, 1 or 2, as published.</param>
internal sealed record RetainedMessage(string Topic, ReadOnlyMemory<byte> Payload, int Qos, string? ContentType);
