using Fablab.Domain.Members;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Reservations.Rules;
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
}
