using Fablab.Domain.Billing;

namespace Fablab.Simulation.Server;

/// <summary>One price list is enough to see whether every second is charged once.</summary>
internal static class SimulatedPrices
{
    public static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Europe/Paris"];

    public static readonly Tariff Tariff = new()
    {
        Id = new TariffId(new Guid("6f2a3c52-9a1d-4a53-8f5f-5a3f5f1f0c01")),
        Version = 1,
        Name = "Simulated",
        Currency = "EUR",
        HourlyRateMicros = 6_000_000,
        Basis = TimeBasis.Session,
        VatRateBasisPoints = 2000,
    };
}
