using Fablab.Domain.Billing;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using NodaTime;

namespace Fablab.Web.Features.Reservations;

/// <summary>What a slot costs if it is used from its start to its end, by the same rules as the charge later.</summary>
/// <param name="Tariff">The version that a booking made now is priced with.</param>
/// <param name="HourlyRateMicros">Net price of an hour in millionths of the currency unit.</param>
/// <param name="Basis">Which time is charged: what the machine was unlocked, worked or booked.</param>
/// <param name="IncrementSeconds">Billed time is rounded up to whole multiples of this, once a session.</param>
internal sealed record QuoteResponse(
    Guid Tariff,
    long HourlyRateMicros,
    string Currency,
    TimeBasis Basis,
    long IncrementSeconds,
    long MinimumSeconds,
    MoneyResponse Net,
    MoneyResponse Gross,
    IReadOnlyList<ExplanationStep> Explanation)
{
    /// <param name="slot">What is booked.</param>
    /// <param name="tariff">By which it is priced.</param>
    /// <param name="works">How long the machine is used; the whole slot when left out.</param>
    public static QuoteResponse For(TimeSlot slot, Tariff tariff, Duration? works = null)
    {
        var used = works ?? slot.Length;
        var rated = Rating.Rate(new Usage(slot.Length, used, used, null), tariff);
        var vat = Money.Round(rated.Net.Major * tariff.VatRateBasisPoints / 10_000m, rated.Net.Currency);
        return new QuoteResponse(
            tariff.Id.Value, tariff.HourlyRateMicros, tariff.Currency, tariff.Basis, (long)tariff.Increment.TotalSeconds, (long)tariff.Minimum.TotalSeconds,
            MoneyResponse.From(rated.Net), MoneyResponse.From(rated.Net + vat), rated.Explanation);
    }
}
