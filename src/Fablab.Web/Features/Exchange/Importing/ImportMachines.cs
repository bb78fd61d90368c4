using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Fablab.Domain.Desks;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Places.Tariffs;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Exchange.Importing;

/// <summary>Machines, known by their code. An empty cell leaves what is there; what can hurt people must be said, or counts as the most dangerous.</summary>
internal sealed partial class ImportMachines(FablabDb db, CurrentMember me, AuditTrail audit) : IImportKind
{
    private const int LongestName = 100;

    public string Name => "machines";

    public IReadOnlyList<ImportColumn> Columns { get; } =
    [
        new("code", "machine code"),
        new("name", "machine", "tool", "machine name") { IsNeeded = true, Instead = ["code"] },
        new("site"),
        new("category"),
        new("model"),
        new("pool"),
        new("tariff"),
        new("hazardClass"),
        new("requiresAuthorisation"),
        new("minimumMinutes"),
        new("maximumMinutes"),
        new("granularityMinutes"),
        new("graceMinutes"),
        new("setUpMinutes"),
        new("cleanUpMinutes"),
        new("idleLimitMinutes"),
    ];

    public bool IsAllowed => me.May(Right.ImportLab, Subject.Nothing);

    public async Task<ImportPlan> PlanAsync(ImportRow row, ImportDefaults defaults, CancellationToken ct)
    {
        var name = row.Text("name", LongestName);
        var code = row.Text("code", 40) ?? (name is null ? null : CodeOf(name));
        if (code is null)
        {
            row.Refuse("value-missing", "code");
            return ImportPlan.Refused(null);
        }

        if (!Code().IsMatch(code))
        {
            row.Refuse("not-a-code", "code", code);
            return ImportPlan.Refused(code);
        }

        var known = await db.Machines.AsNoTracking().SingleOrDefaultAsync(machine => machine.Code == code, ct);
        var site = await SiteAsync(row, defaults, known, ct);
        var tariff = await TariffAsync(row, defaults, known, ct);
        var pool = site is null ? null : await PoolAsync(row, site, ct);
        var category = row.OneOf<MachineCategory>("category");
        var policy = PolicyOf(row, known);
        var model = row.Text("model", LongestName);
        if (known is null && name is null)
        {
            row.Refuse("value-missing", "name");
        }

        if (row.Errors.Count > 0)
        {
            return ImportPlan.Refused(code);
        }

        return known is null
            ? Create(new MachineRow
            {
                Id = new MachineId(Guid.CreateVersion7()), Code = code, Site = site!.Id, Name = name!, Category = category ?? MachineCategory.Other, Model = model ?? "",
                Policy = policy, Pool = pool, Tariff = tariff!.Value,
            })
            : Update(known, new MachineRow
            {
                Id = known.Id, Code = code, Site = known.Site, Name = name ?? known.Name, Category = category ?? known.Category, Model = model ?? known.Model,
                Policy = policy, Pool = pool ?? known.Pool, Tariff = tariff ?? known.Tariff,
            });
    }

    private ImportPlan Create(MachineRow machine) => new(ImportOutcome.Create, machine.Code)
    {
        Held = [machine.Id.Value, KeepTariffs.Prices],
        Write = _ =>
        {
            db.Add(machine);
            db.Add(new DeskRow { Machine = machine.Id, Desired = DesiredState.Initial });
            Note(machine, "create");
            return Task.CompletedTask;
        },
    };

    private ImportPlan Update(MachineRow known, MachineRow wanted) =>
        (known.Name, known.Category, known.Model, known.Policy, known.Pool, known.Tariff) == (wanted.Name, wanted.Category, wanted.Model, wanted.Policy, wanted.Pool, wanted.Tariff)
            ? ImportPlan.Unchanged(known.Code)
            : new ImportPlan(ImportOutcome.Update, known.Code)
            {
                Held = [known.Id.Value, KeepTariffs.Prices],
                Write = async ct =>
                {
                    var row = await db.Machines.SingleAsync(machine => machine.Id == known.Id, ct);
                    (row.Name, row.Category, row.Model, row.Policy, row.Pool, row.Tariff) =
                        (wanted.Name, wanted.Category, wanted.Model, wanted.Policy, wanted.Pool, wanted.Tariff);
                    Note(row, "update");
                },
            };

    private void Note(MachineRow machine, string outcome) => audit.Note(
        "machine-imported", $"machine/{machine.Id}", machine.Id, machine.Site, after: new Dictionary<string, string> { ["outcome"] = outcome, ["hazardClass"] = $"{machine.Policy.HazardClass}" });

    private async Task<SiteRow?> SiteAsync(ImportRow row, ImportDefaults defaults, MachineRow? known, CancellationToken ct)
    {
        var sites = await db.Sites.AsNoTracking().ToListAsync(ct);
        var text = row["site"] ?? defaults.Site;
        if (text is null && known is null && sites.Count != 1)
        {
            row.Refuse("value-missing", "site");
            return null;
        }

        var site = text is not null ? sites.Find(place => place.Code == text) ?? sites.Find(place => place.Name == text)
            : known is not null ? sites.Find(place => place.Id == known.Site) : sites[0];
        if (site is null)
        {
            row.Refuse("site-unknown", "site", text!);
        }
        else if (known is not null && known.Site != site.Id && row["site"] is not null)
        {
            row.Refuse("site-differs", "site");
        }

        return site;
    }

    private async Task<Fablab.Domain.Billing.TariffId?> TariffAsync(ImportRow row, ImportDefaults defaults, MachineRow? known, CancellationToken ct)
    {
        if ((row["tariff"] ?? (known is null ? defaults.Tariff : null)) is not { } text)
        {
            if (known is null)
            {
                row.Refuse("value-missing", "tariff");
            }

            return null;
        }

        if (await db.Tariffs.AsNoTracking().Where(one => one.Name == text).OrderByDescending(one => one.Version).FirstOrDefaultAsync(ct) is { } tariff)
        {
            return tariff.Id;
        }

        row.Refuse("tariff-unknown", "tariff", text);
        return null;
    }

    private async Task<PoolId?> PoolAsync(ImportRow row, SiteRow site, CancellationToken ct)
    {
        if (row["pool"] is not { } text)
        {
            return null;
        }

        if (await db.Pools.AsNoTracking().FirstOrDefaultAsync(one => one.Code == text && one.Site == site.Id, ct) is { } pool)
        {
            return pool.Id;
        }

        row.Refuse("pool-unknown", "pool", text);
        return null;
    }

    private static MachinePolicy PolicyOf(ImportRow row, MachineRow? known)
    {
        var hazard = row.OneOf<HazardClass>("hazardClass") ?? known?.Policy.HazardClass ?? HazardClass.H;
        var before = known?.Policy ?? new MachinePolicy { HazardClass = hazard, RequiresAuthorisation = hazard is HazardClass.H };
        var policy = before with
        {
            HazardClass = hazard,
            RequiresAuthorisation = row.Flag("requiresAuthorisation") ?? before.RequiresAuthorisation,
            MinimumLength = row.Minutes("minimumMinutes", 1) ?? before.MinimumLength,
            MaximumLength = row.Minutes("maximumMinutes", 1) ?? before.MaximumLength,
            Granularity = row.Minutes("granularityMinutes", 1) ?? before.Granularity,
            Grace = row.Minutes("graceMinutes") ?? before.Grace,
            SetUp = row.Minutes("setUpMinutes") ?? before.SetUp,
            CleanUp = row.Minutes("cleanUpMinutes") ?? before.CleanUp,
            IdleLimit = row.Minutes("idleLimitMinutes", 1) ?? before.IdleLimit,
        };
        if (policy.MinimumLength > policy.MaximumLength)
        {
            row.Refuse("longer-than-maximum", "minimumMinutes");
        }

        return policy;
    }

    /// <summary><c>Découpe laser n° 2</c> becomes <c>decoupe-laser-n-2</c>.</summary>
    private static string CodeOf(string name)
    {
        var plain = name.Normalize(NormalizationForm.FormD).Where(letter => CharUnicodeInfo.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark);
        var code = NotInCodes().Replace(string.Concat(plain).ToLowerInvariant(), "-").Trim('-');
        return code[..Math.Min(code.Length, 40)].Trim('-');
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$")]
    private static partial Regex Code();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInCodes();
}
