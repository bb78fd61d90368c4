using System.Text;

namespace Fablab.Mqtt;

/// <summary>What the MQTT 5 specification (section 4.7) allows in topic names and filters.</summary>
public static class MqttTopics
{
    public const int MaxBytes = 65_535;

    /// <summary>A name to publish on: not empty, no wildcard, no control character.</summary>
    public static bool IsPublishable(string? topic) => IsText(topic) && !topic!.AsSpan().ContainsAny('+', '#');

    /// <summary>A filter to subscribe to: <c>+</c> fills a whole level, <c>#</c> the whole last one.</summary>
    public static bool IsSubscribable(string? filter)
    {
        if (!IsText(filter))
        {
            return false;
        }

        var levels = filter!.Split('/');
        for (var i = 0; i < levels.Length; i++)
        {
            var level = levels[i];
            if ((level.Contains('+', StringComparison.Ordinal) && level.Length > 1)
                || (level.Contains('#', StringComparison.Ordinal) && (level.Length > 1 || i < levels.Length - 1)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a topic is among those a valid filter names.</summary>
    public static bool Matches(string filter, string topic) => IsCovered(topic, filter);

    /// <summary>
    /// Whether everything that <paramref name="filter"/> names is also named by <paramref name="wider"/>. A topic is a
    /// filter that names itself alone. As the specification has it, <c>a/#</c> names <c>a</c> too, and no wildcard at the
    /// start names a topic that begins with <c>$</c>.
    /// </summary>
    public static bool IsCovered(string filter, string wider)
    {
        if (filter.StartsWith('$') != wider.StartsWith('$'))
        {
            return false;
        }

        var narrow = filter.Split('/');
        var wide = wider.Split('/');
        for (var i = 0; i < wide.Length; i++)
        {
            if (wide[i] == "#")
            {
                // Also when the narrow side has just ended: "a/#" names "a".
                return true;
            }

            if (i >= narrow.Length || narrow[i] == "#" || (wide[i] != "+" && wide[i] != narrow[i]))
            {
                return false;
            }
        }

        return narrow.Length == wide.Length;
    }

    internal static void ThrowIfNotPublishable(string topic)
    {
        if (!IsPublishable(topic))
        {
            throw new ArgumentException($"'{topic}' is no topic to publish on.", nameof(topic));
        }
    }

    internal static void ThrowIfNotSubscribable(string filter)
    {
        if (!IsSubscribable(filter))
        {
            throw new ArgumentException($"'{filter}' is no topic filter.", nameof(filter));
        }
    }

    private static bool IsText(string? text) =>
        !string.IsNullOrEmpty(text) && !text.Any(char.IsControl) && Encoding.UTF8.GetByteCount(text) <= MaxBytes;
}
