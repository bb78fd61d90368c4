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
}
