using Fablab.Domain.Billing;
using Fablab.Domain.Machines;

namespace Fablab.Domain.Reservations.Finding;

/// <summary>A slot that the member may book.</summary>
/// <param name="Kilometres">From where the member is or wants to be; <see langword="null"/> when nobody knows.</param>
public sealed record OpeningCandidate(MachineId Machine, SiteId Site, TimeSlot Slot, Money Price, double? Kilometres = null);

/// <summary>A machine that was looked at and cannot be offered, with the codes of all its booking problems.</summary>
public sealed record ExcludedMachine(MachineId Machine, IReadOnlyList<string> Codes);

/// <summary>What matters most; the other two decide between equals.</summary>
public enum OpeningOrder
{
    Soonest,
    Cheapest,
    Nearest,
}

/// <summary>The best openings first, and why there are not more.</summary>
/// <param name="Found">How many there were before the list was cut.</param>
/// <param name="ExcludedBy">For each code the number of machines that it keeps out; a machine with two problems counts for both.</param>
/// <param name="Excluded">How many machines were kept out.</param>
public sealed record RankedOpenings(IReadOnlyList<OpeningCandidate> Openings, int Found, IReadOnlyDictionary<string, int> ExcludedBy, int Excluded);

/// <summary>Puts openings of many machines and sites in the order a member wishes.</summary>
public static class OpeningRanking
{
    public static RankedOpenings Rank(
        IReadOnlyCollection<OpeningCandidate> candidates, IReadOnlyCollection<ExcludedMachine> excluded, OpeningOrder order, int most)
    {
        var byCode = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var code in excluded.SelectMany(machine => machine.Codes.Distinct()))
        {
            byCode[code] = byCode.GetValueOrDefault(code) + 1;
        }

        var ranked = order switch
        {
            OpeningOrder.Cheapest => candidates.OrderBy(Currency).ThenBy(Price).ThenBy(Start).ThenBy(Distance),
            OpeningOrder.Nearest => candidates.OrderBy(Distance).ThenBy(Start).ThenBy(Currency).ThenBy(Price),
            _ => candidates.OrderBy(Start).ThenBy(Currency).ThenBy(Price).ThenBy(Distance),
        };
        return new RankedOpenings([.. ranked.ThenBy(one => one.Machine.Value).Take(most)], candidates.Count, byCode, excluded.Count);
    }

    /// <summary>Prices of two currencies cannot be compared, so each currency stays together.</summary>
    private static string Currency(OpeningCandidate one) => one.Price.Currency;

    private static long Price(OpeningCandidate one) => one.Price.Minor;

    private static Instant Start(OpeningCandidate one) => one.Slot.Start;

    /// <summary>What is nowhere known is far away.</summary>
    private static double Distance(OpeningCandidate one) => one.Kilometres ?? double.MaxValue;
}
