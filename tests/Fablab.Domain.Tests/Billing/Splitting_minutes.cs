using CsCheck;
using Fablab.Domain.Billing;

namespace Fablab.Domain.Tests.Billing;

public class Splitting_minutes
{
    [TestCase(45, 3, new long[] { 15, 15, 15 }, TestName = "45 minutes among three are 15 each, not 17, 14 and 14")]
    [TestCase(46, 3, new long[] { 16, 15, 15 }, TestName = "The first ones bear what is left over")]
    [TestCase(2, 3, new long[] { 1, 1, 0 }, TestName = "Two minutes among three leave one without")]
    [TestCase(-46, 3, new long[] { -16, -15, -15 }, TestName = "What is given back is split alike")]
    public void Evenly(long total, int among, long[] shares)
    {
        Assert.That(Shares.Evenly(total, among), Is.EqualTo(shares));
    }

    [TestCase(100, new long[] { 1, 1, 1 }, new long[] { 34, 33, 33 })]
    [TestCase(45, new long[] { 50, 30, 20 }, new long[] { 23, 13, 9 }, TestName = "The first of equal remainders gets the minute")]
    [TestCase(10, new long[] { 0, 5, 0 }, new long[] { 0, 10, 0 })]
    [TestCase(long.MaxValue, new[] { long.MaxValue, long.MaxValue }, new[] { 4611686018427387904, 4611686018427387903 })]
    public void By_weight(long total, long[] weights, long[] shares)
    {
        Assert.That(Shares.ByWeight(total, weights), Is.EqualTo(shares));
    }

    [Test]
    public void Needs_somebody_to_bear_them()
    {
        using var all = Assert.EnterMultipleScope();
        Assert.That(() => Shares.Evenly(10, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Shares.ByWeight(10, [0, 0]), Throws.ArgumentException);
        Assert.That(() => Shares.ByWeight(10, [3, -1]), Throws.ArgumentException);
    }

    [Test]
    public void Loses_none_and_is_nowhere_a_whole_minute_off()
    {
        Gen.Select(Gen.Long[-100_000, 100_000], Gen.Long[0, 1_000].Array[1, 12]).Where((_, weights) => weights.Sum() > 0).Sample((total, weights) =>
        {
            var (even, weighed) = (Shares.Evenly(total, weights.Length), Shares.ByWeight(total, weights));
            Assert.That((even.Sum(), weighed.Sum()), Is.EqualTo((total, total)));
            Assert.That(even.Max() - even.Min(), Is.LessThanOrEqualTo(1));
            Assert.That(weighed.Select((share, i) => Math.Abs(share - (decimal)total * weights[i] / weights.Sum())), Has.All.LessThan(1m));
        }, iter: 2_000, threads: 1);
    }
}
