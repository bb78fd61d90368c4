namespace Fablab.Bridge.Tests.Drivers;

/// <summary>Broken copies of sound messages: the same ones for the same seed.</summary>
internal static class Mutations
{
    private static readonly byte[][] Tokens =
    [
        "null"u8.ToArray(), "true"u8.ToArray(), "-1"u8.ToArray(), "1e999"u8.ToArray(), "1e308"u8.ToArray(), "\"\""u8.ToArray(), "[]"u8.ToArray(), "{}"u8.ToArray(),
        "\"\\ud800\""u8.ToArray(), [0xff, 0xfe], [0], "[[[["u8.ToArray(), "9999999999999999999"u8.ToArray(), "\"NaN\""u8.ToArray(),
    ];

    /// <summary>Of each sample as many copies as it takes; each has one to four changes: a byte, a cut, a piece twice, a piece of another sample, a strange token.</summary>
    public static IEnumerable<byte[]> Of(IReadOnlyList<byte[]> samples, int count, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var message = samples[random.Next(samples.Count)];
            for (var changes = random.Next(1, 5); changes > 0; changes--)
            {
                message = Change(message, samples, random);
            }

            yield return message;
        }
    }

    private static byte[] Change(byte[] message, IReadOnlyList<byte[]> samples, Random random)
    {
        var from = random.Next(message.Length + 1);
        var length = random.Next(Math.Min(24, message.Length - from) + 1);
        var (head, piece, tail) = (message[..from], message[from..(from + length)], message[(from + length)..]);
        return random.Next(6) switch
        {
            0 => [.. head, (byte)random.Next(256), .. tail],
            1 => head,
            2 => [.. head, .. piece, .. piece, .. tail],
            3 => [.. head, .. Piece(samples[random.Next(samples.Count)], random), .. tail],
            4 => InPlaceOfAValue(message, random),
            _ => [.. head, .. Tokens[random.Next(Tokens.Length)], .. tail],
        };
    }

    private static byte[] Piece(byte[] sample, Random random)
    {
        var from = random.Next(sample.Length + 1);
        return sample[from..(from + random.Next(Math.Min(64, sample.Length - from) + 1))];
    }

    /// <summary>The message stays JSON, so that what reads it has something to misunderstand.</summary>
    private static byte[] InPlaceOfAValue(byte[] message, Random random)
    {
        var colons = Enumerable.Range(0, message.Length).Where(i => message[i] == ':').ToList();
        if (colons.Count == 0)
        {
            return message;
        }

        var from = colons[random.Next(colons.Count)] + 1;
        var end = Array.FindIndex(message, from, b => b is (byte)',' or (byte)'}');
        return end < 0 ? message : [.. message[..from], .. Tokens[random.Next(Tokens.Length)], .. message[end..]];
    }
}
