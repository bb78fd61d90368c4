using System.Collections.Immutable;
using Fablab.Bridge.Supervision;

namespace Fablab.Bridge.Runtime;

/// <summary>
/// Compares the two clocks. When they drift apart by more than 2 s within 10 s we were asleep, or somebody set the time;
/// then no lease can be trusted.
/// </summary>
internal sealed record ClockWatch
{
    private const long WindowMilliseconds = 10_000;
    private const double LimitMilliseconds = 2_000;

    private ImmutableQueue<BridgeNow> Samples { get; init; } = [];

    public (ClockWatch Watch, bool HasJumped) Look(BridgeNow now)
    {
        var samples = Samples;
        while (!samples.IsEmpty && now.MonotonicMilliseconds - samples.Peek().MonotonicMilliseconds > WindowMilliseconds)
        {
            var rest = samples.Dequeue();
            if (rest.IsEmpty)
            {
                // The last one stays however old it is, so that a long stall is compared too.
                break;
            }

            samples = rest;
        }

        var hasJumped = !samples.IsEmpty && Math.Abs(Difference(samples.Peek(), now)) > LimitMilliseconds;
        return (this with { Samples = (hasJumped ? [] : samples).Enqueue(now) }, hasJumped);
    }

    private static double Difference(BridgeNow before, BridgeNow now) =>
        (now.Wall - before.Wall).TotalMilliseconds - (now.MonotonicMilliseconds - before.MonotonicMilliseconds);
}
