using System.Diagnostics.CodeAnalysis;

namespace Fablab.Contracts;

/// <summary>A received topic taken apart. Only topics of this protocol's present version parse.</summary>
/// <param name="Bridge">The bridge it belongs to.</param>
/// <param name="Channel">What travels there.</param>
/// <param name="Machine">The machine's code on the channels that have one, else <see langword="null"/>.</param>
public sealed record TopicName(BridgeAddress Bridge, TopicChannel Channel, string? Machine)
{
    public static bool TryParse(string topic, [NotNullWhen(true)] out TopicName? name)
    {
        name = null;
        var parts = topic.Split('/');
        if (parts.Length is < 6 or > 7 || parts[0] != "fablab" || parts[1] != "v1" || !Codes.IsValid(parts[2]) || !Codes.IsValid(parts[3]))
        {
            return false;
        }

        var machine = parts.Length == 7 ? parts[6] : null;
        if (machine is not null && !Codes.IsValid(machine))
        {
            return false;
        }

        TopicChannel? channel = (parts[4], parts[5], machine is not null) switch
        {
            ("up", "hello", false) => TopicChannel.Hello,
            ("up", "online", false) => TopicChannel.Online,
            ("up", "reported", true) => TopicChannel.Reported,
            ("up", "journal", false) => TopicChannel.Journal,
            ("up", "lease-req", true) => TopicChannel.LeaseRequest,
            ("down", "desired", true) => TopicChannel.Desired,
            ("down", "lease", true) => TopicChannel.LeaseAnswer,
            ("down", "journal-ack", false) => TopicChannel.JournalAck,
            ("down", "replay", false) => TopicChannel.Replay,
            _ => null,
        };
        if (channel is null)
        {
            return false;
        }

        name = new TopicName(new BridgeAddress(parts[2], parts[3]), channel.Value, machine);
        return true;
    }
}

/// <summary>The channels of the protocol.</summary>
public enum TopicChannel
{
    Hello,
    Online,
    Reported,
    Journal,
    LeaseRequest,
    Desired,
    LeaseAnswer,
    JournalAck,
    Replay,
}
