using Fablab.Domain.Billing;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Reservations.Rules;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Waiting;

internal static class RulesOfTheLine
{
    /// <summary>
    /// As a booking would have them, so that what is offered is neither too long for what must be kept free nor shorter than need be.
    /// Groups are those at the first start that could be: whoever joins or leaves one later is judged anew when the slot is kept.
    /// </summary>
    /// <param name="machine">The machine, or any unit of the pool.</param>
    public static async Task<IReadOnlyDictionary<WaitingWishId, SlotRules>> OfLineAsync(
        this RuleFacts rules, MachineRow machine, DateTimeZone zone, IReadOnlyCollection<WaitingWishRow> line, Instant now, CancellationToken ct)
    {
        var readings = await rules.ReadAsync(machine.Site, zone, [.. line.Select(row => new RuleAsker(row.Member, row.Project, Instant.Max(now, row.WindowStart)))], ct);
        return line.Zip(readings).ToDictionary(pair => pair.First.Id, pair => SlotRules.Of(pair.Second.At(machine).Rules, machine.Policy));
    }

    /// <summary>No longer than what the member would pay for; at most one question to the database.</summary>
    public static async Task<IReadOnlyDictionary<WaitingWishId, SlotRules>> WithinPricesAsync(
        this IReadOnlyDictionary<WaitingWishId, SlotRules> rules, FablabDb db, MachineRow machine, IReadOnlyCollection<WaitingWishRow> line, CancellationToken ct)
    {
        if (line.All(row => row.MostPriceMinor is null))
        {
            return rules;
        }

        var id = machine.Tariff;
        var tariff = await db.Tariffs.AsNoTracking().SingleAsync(row => row.Id == id, ct);
        return line.ToDictionary(row => row.Id, row => row.MostPriceMinor is { } most ? Within(rules[row.Id], row.Length, most, tariff) : rules[row.Id]);
    }

    /// <summary>The longest length in whole steps whose price is within the limit; longer never costs less.</summary>
    private static SlotRules Within(SlotRules rules, Duration wanted, long most, Tariff tariff)
    {
        var (fits, tooMany) = (0L, (long)Math.Floor(Duration.Min(wanted, rules.Maximum) / rules.Step) + 1);
        while (tooMany - fits > 1)
        {
            var steps = (fits + tooMany) / 2;
            var slot = new TimeSlot(Instant.FromUnixTimeSeconds(0), Instant.FromUnixTimeSeconds(0) + (rules.Step * steps));
            (fits, tooMany) = SlotPrice.Of(slot, tariff).Gross.Minor > most ? (fits, steps) : (steps, tooMany);
        }

        return rules with { Maximum = rules.Step * fits };
    }
}
