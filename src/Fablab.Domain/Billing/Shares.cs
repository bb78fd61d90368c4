namespace Fablab.Domain.Billing;

/// <summary>Splits whole minutes or cents so that the shares add up to the whole: by largest remainder, the first of equals first.</summary>
public static class Shares
{
    /// <summary>As equal as can be: no two shares differ by more than one.</summary>
    public static IReadOnlyList<long> Evenly(long total, int among)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(among, 1);
        var (share, rest) = Math.DivRem(total, among);
        return [.. Enumerable.Range(0, among).Select(i => share + (i < Math.Abs(rest) ? Math.Sign(rest) : 0))];
    }

    /// <summary>In proportion to weights: no share is a whole one away from its exact part.</summary>
    /// <exception cref="ArgumentException">There is no weight, or one is negative.</exception>
    public static IReadOnlyList<long> ByWeight(long total, IReadOnlyList<long> weights)
    {
        var sum = weights.Aggregate(Int128.Zero, (all, weight) => all + weight);
        if (sum <= 0 || weights.Any(weight => weight < 0))
        {
            throw new ArgumentException("Shares need weights, none of them below zero.", nameof(weights));
        }

        var shares = new long[weights.Count];
        var remainders = new Int128[weights.Count];
        for (var i = 0; i < shares.Length; i++)
        {
            var (whole, remainder) = Int128.DivRem((Int128)total * weights[i], sum);
            (shares[i], remainders[i]) = ((long)whole, Int128.Abs(remainder));
        }

        var left = total - shares.Sum();
        foreach (var i in Enumerable.Range(0, shares.Length).OrderByDescending(i => remainders[i]).Take((int)Math.Abs(left)))
        {
            shares[i] += Math.Sign(left);
        }

        return shares;
    }
}
