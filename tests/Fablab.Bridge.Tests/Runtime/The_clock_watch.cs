using Fablab.Bridge.Runtime;
using Fablab.Bridge.Supervision;

namespace Fablab.Bridge.Tests.Runtime;

public class The_clock_watch
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void Is_calm_while_both_clocks_go_alike() => Assert.That(Jumps(Enumerable.Range(0, 100).Select(i => (i * 1_000L, i * 1_000L))), Is.Zero);

    [Test]
    public void Bears_a_clock_that_is_corrected_slowly() => Assert.That(Jumps(Enumerable.Range(0, 100).Select(i => (i * 1_000L, i * 1_050L))), Is.Zero);

    [TestCase(3_600_000)]
    [TestCase(-3_600_000)]
    [TestCase(2_001)]
    public void Notices_a_jump_once(long milliseconds) =>
        Assert.That(Jumps(Enumerable.Range(0, 60).Select(i => (i * 1_000L, (i * 1_000L) + (i > 30 ? milliseconds : 0)))), Is.EqualTo(1));

    [Test]
    public void Notices_that_we_slept_for_a_night_between_two_looks() =>
        Assert.That(Jumps([(0, 0), (1_000, 1_000), (2_000, 28_800_000)]), Is.EqualTo(1));

    private static int Jumps(IEnumerable<(long Mono, long Wall)> looks)
    {
        var (watch, jumps) = (new ClockWatch(), 0);
        foreach (var (mono, wall) in looks)
        {
            (watch, var hasJumped) = watch.Look(new BridgeNow(mono, Noon.AddMilliseconds(wall)));
            jumps += hasJumped ? 1 : 0;
        }

        return jumps;
    }
}
