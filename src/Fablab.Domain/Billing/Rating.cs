namespace Fablab.Domain.Billing;

/// <summary>What was used, in whole seconds as metered.</summary>
/// <param name="Reserved">Length of the slot as it was booked.</param>
/// <param name="Session">From unlocked to locked.</param>
/// <param name="Active">Of that, while the machine worked.</param>
/// <param name="WattSeconds">Energy; <see langword="null"/> without a meter.</param>
/// <param name="UsedBefore">What earlier sessions of the same reservation were charged for: the booked time is charged once.</param>
public sealed record Usage(Duration Reserved, Duration Session, Duration Active, long? WattSeconds, Duration UsedBefore = default);

/// <summary>A priced usage: its lines, their sum, and how it came about.</summary>
public sealed record Rated(IReadOnlyList<RatedLine> Lines, Money Net, IReadOnlyList<ExplanationStep> Explanation);

/// <summary>Quantity × unit price ÷ price base = amount, exactly (RR-09).</summary>
/// <param name="Component">What is priced.</param>
/// <param name="QuantityE4">Quantity in ten-thousandths of the unit.</param>
/// <param name="UnitCode">UN/ECE Recommendation 20: HUR, MIN, SEC, KWH.</param>
/// <param name="PriceMicros">Unit price in millionths, for <paramref name="PriceBase"/> units.</param>
/// <param name="PriceBase">How many units the price is for: 1, 60 or 3600.</param>
/// <param name="Net">Rounded once, half away from zero (RR-08).</param>
public sealed record RatedLine(PriceComponent Component, long QuantityE4, string UnitCode, long PriceMicros, int PriceBase, Money Net);

public enum PriceComponent
{
    Time,
    Energy,
}

/// <summary>One step of the explanation: a rule and its numbers (seconds, millionths, cents), told in the reader's language by the page.</summary>
public sealed record ExplanationStep(string Rule, IReadOnlyDictionary<string, long> Numbers);

/// <summary>
/// The one engine behind quote, running cost and charge: a pure function of usage and tariff. Rule ids are those of the
/// rating rules in <c>docs/billing.md</c>.
/// </summary>
public static class Rating
{
    private const decimal Micros = 1_000_000m;
    private const long WattSecondsPerKilowattHour = 3_600_000;

    public static Rated Rate(Usage usage, Tariff tariff)
    {
        var steps = new List<ExplanationStep>();
        var lines = new List<RatedLine>();

        var seconds = BillableSeconds(usage, tariff, steps);
        if (seconds > 0)
        {
            lines.Add(TimeLine(seconds, tariff, steps));
        }

        if (tariff.EnergyRateMicros > 0 && usage.WattSeconds is > 0)
        {
            lines.Add(EnergyLine(usage.WattSeconds.Value, tariff, steps));
        }

        var net = lines.Aggregate(Money.Zero(tariff.Currency), (sum, line) => sum + line.Net);
        return new Rated(lines, net, steps);
    }

    private static long BillableSeconds(Usage usage, Tariff tariff, List<ExplanationStep> steps)
    {
        var (reserved, session, active) = (WholeSeconds(usage.Reserved), WholeSeconds(usage.Session), WholeSeconds(usage.Active));
        var used = tariff.Basis is TimeBasis.Active ? active : session;
        var charged = tariff.Basis is TimeBasis.Reserved && session > 0 ? ReservedSeconds(reserved, session, WholeSeconds(usage.UsedBefore)) : used;
        steps.Add(new("RR-01", new Dictionary<string, long>
        {
            ["reservedSeconds"] = reserved, ["sessionSeconds"] = session, ["activeSeconds"] = active,
        }));
        steps.Add(new("RR-13", new Dictionary<string, long> { ["basis"] = (long)tariff.Basis, ["chargedSeconds"] = charged }));
        if (charged == 0)
        {
            return 0;
        }

        var increment = Math.Max(1, WholeSeconds(tariff.Increment));
        var rounded = (charged + increment - 1) / increment * increment;
        if (rounded != charged)
        {
            steps.Add(new("RR-03", new Dictionary<string, long> { ["incrementSeconds"] = increment, ["billableSeconds"] = rounded }));
        }

        var minimum = WholeSeconds(tariff.Minimum);
        if (rounded < minimum)
        {
            steps.Add(new("RR-04", new Dictionary<string, long> { ["minimumSeconds"] = minimum, ["billableSeconds"] = minimum }));
            return minimum;
        }

        return rounded;
    }

    /// <summary>The booked time, or what was used if that is more, less what earlier sessions of the reservation already paid.</summary>
    private static long ReservedSeconds(long reserved, long session, long before) =>
        Math.Max(reserved, before + session) - (before > 0 ? Math.Max(reserved, before) : 0);

    private static RatedLine TimeLine(long seconds, Tariff tariff, List<ExplanationStep> steps)
    {
        // Nine seconds are 0.0025 h, the finest step that four decimals of an hour can say exactly.
        var (quantityE4, unit, priceBase) = (seconds % 9, seconds % 60) switch
        {
            (0, _) => (seconds * 10_000 / 3600, "HUR", 1),
            (_, 0) => (seconds / 60 * 10_000, "MIN", 60),
            _ => (seconds * 10_000, "SEC", 3600),
        };
        var exact = tariff.HourlyRateMicros / Micros * seconds / 3600m;
        var net = Money.Round(exact, tariff.Currency);
        steps.Add(new("RR-08", new Dictionary<string, long>
        {
            ["billableSeconds"] = seconds, ["hourlyRateMicros"] = tariff.HourlyRateMicros,
            ["exactMicros"] = (long)Math.Round(exact * Micros, 0, MidpointRounding.AwayFromZero), ["netMinor"] = net.Minor,
        }));
        return new RatedLine(PriceComponent.Time, quantityE4, unit, tariff.HourlyRateMicros, priceBase, net);
    }

    private static RatedLine EnergyLine(long wattSeconds, Tariff tariff, List<ExplanationStep> steps)
    {
        // The quantity is cut to what the invoice can say, so that quantity × price is the amount (RR-09).
        var quantityE4 = wattSeconds * 10_000 / WattSecondsPerKilowattHour;
        var net = Money.Round(tariff.EnergyRateMicros / Micros * quantityE4 / 10_000m, tariff.Currency);
        steps.Add(new("RR-08", new Dictionary<string, long>
        {
            ["kilowattHoursE4"] = quantityE4, ["energyRateMicros"] = tariff.EnergyRateMicros, ["netMinor"] = net.Minor,
        }));
        return new RatedLine(PriceComponent.Energy, quantityE4, "KWH", tariff.EnergyRateMicros, 1, net);
    }

    private static long WholeSeconds(Duration duration) => (long)Math.Floor(duration.TotalSeconds);
}
