using Fablab.Domain.Billing;
using Fablab.Domain.Machines;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Reservations;
using NodaTime;

namespace Fablab.Web.Features.Machines;

internal sealed record SiteResponse(Guid Id, string Code, string Name, string TimeZone, string Address)
{
    public static SiteResponse From(SiteRow site) => new(site.Id.Value, site.Code, site.Name, site.TimeZone, site.Address);
}

/// <summary>Lengths in seconds.</summary>
internal sealed record MachineRulesResponse(
    HazardClass HazardClass, long MinimumSeconds, long MaximumSeconds, long GranularitySeconds, long HorizonSeconds, long CheckInLeadSeconds, long GraceSeconds,
    long CleanUpSeconds, bool StartsUnattended, bool EndsWithJob, bool RequiresAuthorisation)
{
    public static MachineRulesResponse From(MachinePolicy policy) => new(
        policy.HazardClass, (long)policy.MinimumLength.TotalSeconds, (long)policy.MaximumLength.TotalSeconds, (long)policy.Granularity.TotalSeconds,
        (long)policy.Horizon.TotalSeconds, (long)policy.CheckInLead.TotalSeconds, (long)policy.Grace.TotalSeconds, (long)policy.CleanUp.TotalSeconds,
        policy.StartsUnattended, policy.EndsWithJob, policy.RequiresAuthorisation);
}

internal sealed record MachinePriceResponse(
    string Tariff, int Version, string Currency, long HourlyRateMicros, TimeBasis Basis, long IncrementSeconds, long MinimumSeconds, long EnergyRateMicros, int VatRateBasisPoints)
{
    public static MachinePriceResponse From(Tariff tariff) => new(
        tariff.Name, tariff.Version, tariff.Currency, tariff.HourlyRateMicros, tariff.Basis, (long)tariff.Increment.TotalSeconds,
        (long)tariff.Minimum.TotalSeconds, tariff.EnergyRateMicros, tariff.VatRateBasisPoints);
}

/// <param name="OutOfOrderUntil">When it is expected to be back; left out when nobody knows, as when that time has come.</param>
/// <param name="StoppedBy">Why nobody books it now although it is in order; left out when it may be booked.</param>
internal sealed record MachineResponse(
    Guid Id, string Code, string Name, string Site, MachineCategory Category, string Model, bool IsOutOfOrder, string? OutOfOrderReason, Instant? OutOfOrderUntil, BookingStop? StoppedBy, bool HasController,
    MachineRulesResponse Rules, MachinePriceResponse Price)
{
    public static MachineResponse From(MachineView view, Instant now) => new(
        view.Machine.Id.Value, view.Machine.Code, view.Machine.Name, view.Site.Code, view.Machine.Category, view.Machine.Model, view.Machine.IsOutOfOrder,
        view.Machine.OutOfOrderReason, view.Machine.OutageAt(now)?.Until, view.StoppedBy, view.Machine.Bridge is not null, MachineRulesResponse.From(view.Machine.Policy), MachinePriceResponse.From(view.Tariff));
}
