namespace Fablab.Domain.Billing;

/// <summary>The price of a machine's time, net of VAT. Versions are never edited.</summary>
public sealed record Tariff
{
    public required TariffId Id { get; init; }

    /// <summary>1, 2, 3… within the tariff's name.</summary>
    public required int Version { get; init; }

    public required string Name { get; init; }

    public required string Currency { get; init; }

    /// <summary>Net price of an hour in millionths of the currency unit: 6 € is 6 000 000.</summary>
    public required long HourlyRateMicros { get; init; }

    public required TimeBasis Basis { get; init; }

    /// <summary>Billed time is rounded up to whole multiples of this, once a session (RR-03).</summary>
    public Duration Increment { get; init; } = Duration.FromSeconds(1);

    /// <summary>A session that began is billed at least this long (RR-04).</summary>
    public Duration Minimum { get; init; } = Duration.Zero;

    /// <summary>Net price of a kilowatt-hour in millionths; 0 when energy is included.</summary>
    public long EnergyRateMicros { get; init; }

    /// <summary>VAT in hundredths of a percent: 20 % is 2000.</summary>
    public required int VatRateBasisPoints { get; init; }
}

/// <summary>Which time is charged (RR-13).</summary>
public enum TimeBasis
{
    /// <summary>From unlocked to locked.</summary>
    Session,

    /// <summary>Only while the machine worked.</summary>
    Active,

    /// <summary>The booked time, or the session if it was longer.</summary>
    Reserved,
}
