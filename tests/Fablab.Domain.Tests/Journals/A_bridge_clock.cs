using CsCheck;
using Fablab.Domain.Journals;

namespace Fablab.Domain.Tests.Journals;

public class A_bridge_clock
{
    private static readonly Instant Hello = Instant.FromUtc(2026, 3, 29, 0, 30);
    private static readonly BridgeClock Clock = new(1_000_000, Hello);

    [TestCase(1_600_000, 600)]
    [TestCase(400_000, -600)]
    public void Dates_what_happened_by_the_distance_to_its_reading(long monotonic, int secondsAfterHello)
    {
        var at = Clock.HappenedAt(monotonic, Hello + Duration.FromHours(1));

        Assert.That(at, Is.EqualTo(Hello + Duration.FromSeconds(secondsAfterHello)));
    }

    [Test]
    public void Dates_nothing_into_the_future()
    {
        var now = Hello + Duration.FromSeconds(1);

        Assert.That(Clock.HappenedAt(9_000_000, now), Is.EqualTo(now));
    }

    [Test]
    public void Is_read_from_the_first_message_whatever_it_is() =>
        Assert.That(BridgeClock.Better(null, 1_000_000, Hello), Is.EqualTo(Clock));

    [Test]
    public void Is_put_right_by_the_first_message_that_travelled_faster_than_a_late_hello()
    {
        var lateHello = new BridgeClock(1_000_000, Hello + Duration.FromMinutes(10));

        var better = BridgeClock.Better(lateHello, 1_630_000, Hello + Duration.FromSeconds(631));

        Assert.That(better.HappenedAt(1_000_000, Instant.MaxValue), Is.EqualTo(Hello + Duration.FromSeconds(1)));
    }

    [Test]
    public void Is_not_shifted_by_a_message_that_waited_in_the_broker()
    {
        var after = BridgeClock.Better(Clock, 1_060_000, Hello + Duration.FromMinutes(11));

        Assert.That(after, Is.EqualTo(Clock));
    }

    [Test]
    public void Is_not_shifted_by_an_old_message_that_is_delivered_again()
    {
        var after = BridgeClock.Better(Clock, 400_000, Hello + Duration.FromHours(1));

        Assert.That(after, Is.EqualTo(Clock));
    }

    [Test]
    public void Follows_a_clock_that_runs_slow()
    {
        var clock = Clock;
        var monotonic = Clock.MonotonicMilliseconds;
        for (var minute = 1; minute <= 24 * 60; minute++)
        {
            monotonic += 60_000 * 96 / 100;
            clock = BridgeClock.Better(clock, monotonic, Hello + Duration.FromMinutes(minute));
        }

        Assert.That(clock.HappenedAt(monotonic, Instant.MaxValue), Is.EqualTo(Hello + Duration.FromDays(1)));
    }

    /// <summary>Messages that are minutes late may add nothing to what the fastest one said, but what the clock can have drifted since.</summary>
    [Test]
    public void Is_never_early_at_its_reading_and_never_later_than_its_fastest_message_and_the_drift_since() =>
        Gen.Select(Gen.Int[-50_000, 50_000], Gen.Select(Gen.Int[1, 600_000], Gen.Int[0, 600_000]).Array[1, 40]).Sample((drift, messages) =>
        {
            BridgeClock? clock = null;
            var (made, bestMade, bestDelay) = (0L, 0L, long.MaxValue / 2);
            foreach (var (pause, delay) in messages)
            {
                made += pause;
                clock = BridgeClock.Better(clock, made + (made * drift / 1_000_000), Hello + Duration.FromMilliseconds(made + delay));
                if (delay < bestDelay + ((made - bestMade) * 12 / 100))
                {
                    (bestMade, bestDelay) = (made, delay);
                }

                var told = (long)(clock.HappenedAt(made + (made * drift / 1_000_000), Instant.MaxValue) - Hello).TotalMilliseconds;
                if (told - made > bestDelay + ((made - bestMade) * 12 / 100) + 2 || told - made < -(made * 6 / 100) - 2)
                {
                    return false;
                }
            }

            return true;
        });
}
