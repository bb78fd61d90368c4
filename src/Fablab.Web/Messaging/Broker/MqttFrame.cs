using System.Buffers;

namespace Fablab.Web.Messaging.Broker;

/// <summary>
/// Where a packet ends: the first byte tells its kind, the next one to four its remaining length, seven bits each, lowest
/// first (MQTT 5.0, section 2.1). Nothing is allocated for what a packet merely announces.
/// </summary>
internal static class MqttFrame
{
    /// <summary>First byte of a CONNECT. Its flags are zero, so 0x16, where a TLS handshake begins, is none.</summary>
    public const byte Connect = 0x10;

    /// <param name="buffer">Bytes from the start of a packet.</param>
    /// <param name="limit">Largest whole packet to let through, in bytes.</param>
    /// <param name="first">The packet's kind and flags; 0 before anything came.</param>
    /// <param name="length">Length of the whole packet when the verdict is <see cref="FrameVerdict.Whole"/>.</param>
    public static FrameVerdict Read(ReadOnlySequence<byte> buffer, int limit, out byte first, out int length)
    {
        length = 0;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryRead(out first))
        {
            return FrameVerdict.Incomplete;
        }

        if (first >> 4 == 0)
        {
            return FrameVerdict.Malformed;
        }

        var remaining = 0;
        for (var shift = 0; ; shift += 7)
        {
            if (shift == 28)
            {
                return FrameVerdict.Malformed;
            }

            if (!reader.TryRead(out var part))
            {
                return FrameVerdict.Incomplete;
            }

            remaining |= (part & 0x7F) << shift;
            if ((part & 0x80) == 0)
            {
                break;
            }
        }

        length = (int)reader.Consumed + remaining;
        return (length > limit, length > buffer.Length) switch
        {
            (true, _) => FrameVerdict.TooLarge,
            (_, true) => FrameVerdict.Incomplete,
            _ => FrameVerdict.Whole,
        };
    }
}

/// <summary>What can be said about the bytes at the start of a buffer.</summary>
internal enum FrameVerdict
{
    Incomplete,
    Whole,
    TooLarge,
    Malformed,
}
