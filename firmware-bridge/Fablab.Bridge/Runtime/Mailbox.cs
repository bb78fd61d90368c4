using System.Diagnostics.CodeAnalysis;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;

namespace Fablab.Bridge.Runtime;

/// <summary>
/// Opens what came over the broker. What is broken, forged, not ours or kept by the broker although it must not be is
/// dropped and counted; its content is never logged.
/// </summary>
internal sealed class Mailbox(BridgeAddress bridge, byte[] leaseKey)
{
    private readonly Dictionary<string, long> _dropped = new(StringComparer.Ordinal);

    /// <summary>Stable code of why, and how often.</summary>
    public IReadOnlyDictionary<string, long> Dropped => _dropped;

    /// <returns>Whether it means something to this bridge; else <paramref name="reason"/> says why not.</returns>
    public bool TryOpen(WireMessage message, [NotNullWhen(true)] out object? opened, [NotNullWhen(false)] out string? reason)
    {
        (opened, reason) = Open(message);
        if (reason is not null)
        {
            _dropped[reason] = _dropped.GetValueOrDefault(reason) + 1;
        }

        return opened is not null;
    }

    private (object? Opened, string? Reason) Open(WireMessage message)
    {
        if (!TopicName.TryParse(message.Topic, out var topic) || topic.Bridge != bridge)
        {
            return (null, "unknown-topic");
        }

        var payload = message.Payload.Span;
        switch (topic.Channel)
        {
            case TopicChannel.Desired:
                return !ContractsJson.TryRead<DesiredTwin>(payload, out var twin, out _) ? (null, "broken-desired")
                    : twin.Machine != topic.Machine ? (null, "wrong-machine")
                    : (new BridgeEvent.OfMachine(twin.Machine, new SupervisorEvent.DesiredReceived(twin)), null);
            case TopicChannel.LeaseAnswer when message.IsRetained:
                return (null, "retained-lease");
            case TopicChannel.LeaseAnswer:
                return !SignedText.TryOpen(leaseKey, payload, out var json) ? (null, "unsigned-lease")
                    : !ContractsJson.TryRead<LeaseAnswer>(json, out var answer, out _) ? (null, "broken-lease")
                    : answer.Machine != topic.Machine ? (null, "wrong-machine")
                    : (new BridgeEvent.OfMachine(answer.Machine, new SupervisorEvent.LeaseAnswered(answer)), null);
            case TopicChannel.JournalAck when message.IsRetained:
                return (null, "retained-ack");
            case TopicChannel.JournalAck:
                return ContractsJson.TryRead<JournalAck>(payload, out var ack, out _)
                    ? (new BridgeEvent.OfSender(new Spool.SenderEvent.Acknowledged(ack)), null)
                    : (null, "broken-ack");
            case TopicChannel.Replay when message.IsRetained:
                return (null, "retained-replay");
            case TopicChannel.Replay:
                return ContractsJson.TryRead<ReplayRequest>(payload, out var replay, out _)
                    ? (new BridgeEvent.OfSender(new Spool.SenderEvent.ReplayAsked(replay)), null)
                    : (null, "broken-replay");
            default:
                return (null, "unknown-topic");
        }
    }
}
