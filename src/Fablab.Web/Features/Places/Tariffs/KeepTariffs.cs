using System.ComponentModel.DataAnnotations;
using Fablab.Domain;
using Fablab.Domain.Billing;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Places.Tariffs;

/// <summary>The price of a machine's time, net of VAT.</summary>
public sealed record TariffRequest
{
    /// <summary>A name that is there already gets its next version, which its machines take for new reservations; those that are booked keep theirs.</summary>
    [Required, StringLength(100, MinimumLength = 1)]
    public required string Name { get; init; }

    [Required, RegularExpression("[A-Z]{3}")]
    public string Currency { get; init; } = "EUR";

    /// <summary>Net price of an hour in millionths of the currency unit: 6 € is 6000000.</summary>
    [Range(0, 100_000_000_000)]
    public required long HourlyRateMicros { get; init; }

    [Required, EnumDataType(typeof(TimeBasis))]
    public required TimeBasis Basis { get; init; }

    /// <summary>Billed time is rounded up to whole multiples of this, once a session.</summary>
    [Range(1, 86_400)]
    public int IncrementSeconds { get; init; } = 60;

    /// <summary>A session that began is billed at least this long.</summary>
    [Range(0, 86_400)]
    public int MinimumSeconds { get; init; }

    /// <summary>Net price of a kilowatt-hour in millionths; 0 when energy is included.</summary>
    [Range(0, 1_000_000_000)]
    public long EnergyRateMicros { get; init; }

    /// <summary>VAT in hundredths of a percent: 20 % is 2000.</summary>
    [Range(0, 10_000)]
    public int VatRateBasisPoints { get; init; } = 2_000;
}

/// <summary>Administrators set prices. A price that was once used is never edited: a change is a new version.</summary>
internal sealed class KeepTariffs(FablabDb db, CurrentMember me, AuditTrail audit)
{
    /// <summary>Held by whoever makes a version, and by whoever gives a machine its tariff: otherwise a machine keeps an old price.</summary>
    public static readonly Guid Prices = new("d2a6b9b4-6a43-4d55-8a2f-6d3f0b7c9a02");

    public bool IsAllowed => me.May(Right.SetUpLab, Subject.Nothing);

    /// <summary>The newest version of each, by name.</summary>
    public async Task<IReadOnlyList<Tariff>> ListAsync(CancellationToken ct) =>
        [.. (await db.Tariffs.AsNoTracking().ToListAsync(ct)).GroupBy(tariff => tariff.Name, StringComparer.Ordinal).Select(versions => versions.MaxBy(tariff => tariff.Version)!).OrderBy(tariff => tariff.Name, StringComparer.Ordinal)];

    /// <returns>The newest version of the tariff that this one is a version of.</returns>
    public async Task<Tariff?> NewestOfAsync(Guid id, CancellationToken ct)
    {
        var tariff = new TariffId(id);
        return await db.Tariffs.AsNoTracking().Where(one => db.Tariffs.Any(known => known.Id == tariff && known.Name == one.Name)).OrderByDescending(one => one.Version).FirstOrDefaultAsync(ct);
    }

    /// <param name="mustBeNew">A name that is there already is refused.</param>
    public async Task<Result<Tariff>> SetAsync(TariffRequest request, CancellationToken ct, bool mustBeNew = false)
    {
        if (!IsAllowed)
        {
            return new NotAllowed();
        }

        var result = await LabTransaction.DecideHoldingAsync<Tariff>(db, [Prices], async () =>
        {
            var name = StorableText.Of(request.Name.Trim());
            var known = await db.Tariffs.AsNoTracking().Where(tariff => tariff.Name == name).OrderByDescending(tariff => tariff.Version).ToListAsync(ct);
            var tariff = new Tariff
            {
                Id = new TariffId(Guid.CreateVersion7()), Name = name, Version = 1 + (known.FirstOrDefault()?.Version ?? 0), Currency = request.Currency, HourlyRateMicros = request.HourlyRateMicros,
                Basis = request.Basis, Increment = Duration.FromSeconds(request.IncrementSeconds), Minimum = Duration.FromSeconds(request.MinimumSeconds), EnergyRateMicros = request.EnergyRateMicros,
                VatRateBasisPoints = request.VatRateBasisPoints,
            };
            if (mustBeNew && known.Count > 0)
            {
                return new CodeTaken();
            }

            if (known is [var newest, ..] && newest with { Id = tariff.Id, Version = tariff.Version } == tariff)
            {
                return newest;
            }

            db.Add(tariff);
            var before = known.Select(one => one.Id).ToList();
            foreach (var machine in await db.Machines.Where(machine => before.Contains(machine.Tariff)).ToListAsync(ct))
            {
                machine.Tariff = tariff.Id;
            }

            audit.Note("tariff-set", $"tariff/{tariff.Id}", before: known.Count == 0 ? null : Facts(known[0]), after: Facts(tariff));
            await db.SaveChangesAsync(ct);
            return tariff;
        }, ct);
        db.ChangeTracker.Clear();
        return result;
    }

    private static Dictionary<string, string> Facts(Tariff tariff) => new()
    {
        ["version"] = $"{tariff.Version}", ["currency"] = tariff.Currency, ["hourlyRateMicros"] = $"{tariff.HourlyRateMicros}", ["basis"] = $"{tariff.Basis}",
        ["incrementSeconds"] = $"{tariff.Increment.TotalSeconds}", ["minimumSeconds"] = $"{tariff.Minimum.TotalSeconds}", ["energyRateMicros"] = $"{tariff.EnergyRateMicros}",
        ["vatRateBasisPoints"] = $"{tariff.VatRateBasisPoints}",
    };
}
