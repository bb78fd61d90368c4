using Fablab.Web.Messaging.Broker;
using Microsoft.Extensions.Time.Testing;

namespace Fablab.Web.Tests.Messaging.Broker;

public class The_packet_rate
{
    private readonly FakeTimeProvider _clock = new();

    [Test]
    public void Allows_a_burst_and_then_the_steady_rate()
    {
        var bucket = new TokenBucket(perSecond: 20, burst: 200, _clock);
        for (var packet = 0; packet < 200; packet++)
        {
            Assert.That(bucket.Take(), Is.EqualTo(TimeSpan.Zero));
        }

        Assert.That(bucket.Take(), Is.EqualTo(TimeSpan.FromMilliseconds(50)));
    }

    [Test]
    public void Fills_up_again_but_not_beyond_the_burst()
    {
        var bucket = new TokenBucket(perSecond: 20, burst: 2, _clock);
        bucket.Take();
        bucket.Take();

        _clock.Advance(TimeSpan.FromHours(1));

        Assert.That(new[] { bucket.Take(), bucket.Take() }, Is.All.EqualTo(TimeSpan.Zero));
        Assert.That(bucket.Take(), Is.GreaterThan(TimeSpan.Zero));
    }
}
