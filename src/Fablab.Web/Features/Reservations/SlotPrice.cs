using Fablab.Domain.Billing;
using Fablab.Domain.Reservations;

namespace Fablab.Web.Features.Reservations;

/// <summary>Net and with VAT, for use of the whole slot.</summary>
public sealed record SlotPrice(Money Net, Money Gross)
{
    public static SlotPrice Of(TimeSlot slot, Tariff tariff)
    {
        var net = Rating.Rate(new Usage(slot.Length, slot.Length, slot.Length, null), tariff).Net;
        return new SlotPrice(net, net + Money.Round(net.Major * tariff.VatRateBasisPoints / 10_000m, net.Currency));
    }

    public static SlotPrice OfAll(IEnumerable<TimeSlot> slots, Tariff tariff) =>
        slots.Select(slot => Of(slot, tariff)).Aggregate(
            new SlotPrice(new Money(0, tariff.Currency), new Money(0, tariff.Currency)), (sum, one) => new SlotPrice(sum.Net + one.Net, sum.Gross + one.Gross));
}
