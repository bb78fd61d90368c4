namespace Fablab.Bridge.Runtime;

/// <summary>The bridge's way to the broker. What is published may be lost, repeated or late; whoever needs more repeats it.</summary>
internal interface IBridgeWire
{
    /// <summary>Queues a message and does not wait. A retained one takes the place of an older one of its topic that still waits.</summary>
    void Publish(string topic, ReadOnlyMemory<byte> payload, bool retain);

    /// <summary>Wants the messages of a filter from now on, at every connect.</summary>
    /// <param name="receive">Called one message at a time; it must not block.</param>
    void Subscribe(string filter, Func<WireMessage, CancellationToken, ValueTask> receive);

    /// <summary>Runs until cancelled.</summary>
    /// <param name="will">What the broker says when we vanish.</param>
    Task RunAsync(WireMessage will, Func<bool, CancellationToken, ValueTask> connectionChanged, CancellationToken ct);
}

/// <param name="IsRetained">The broker kept it: it says what was, not what is sent now.</param>
internal sealed record WireMessage(string Topic, ReadOnlyMemory<byte> Payload, bool IsRetained);
