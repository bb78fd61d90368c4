using Fablab.Domain;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Places;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Machines.Keeping;

/// <summary>Where managers make the machines of their site and say what they are.</summary>
internal static class MachineKeepingPages
{
    public static string ListOf(string site) => $"/sites/{site}/machines";

    public static string SettingsOf(string machine) => $"/machines/{machine}/settings";

    public static void MapMachineKeepingPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/sites/{code}/machines", async (string code, KeepMachines keep, MachineKeepingPageModel page, CancellationToken ct) =>
            await keep.SiteAsync(code, ct) is { } site ? await page.ListAsync(site, new TypedForm(), ct) : PageResults.NotFound());
        pages.MapPost("/sites/{code}/machines", MakePoolAsync);
        pages.MapGet("/sites/{code}/machines/new", async (string code, KeepMachines keep, MachineKeepingPageModel page, CancellationToken ct) =>
            await keep.SiteAsync(code, ct) is { } site ? await page.ShowAsync(site, null, MachineForm.New(), ct) : PageResults.NotFound());
        pages.MapPost("/sites/{code}/machines/new", MakeAsync);
        pages.MapGet("/machines/{code}/settings", async (string code, KeepMachines keep, MachineKeepingPageModel page, CancellationToken ct) =>
            await keep.FindAsync(code, ct) is { } kept
                ? await page.ShowAsync(kept.Site, kept.Machine, MachineForm.Of(MachineSettingsResponse.From(kept)).With("tag", kept.Tag), ct) : PageResults.NotFound());
        pages.MapPost("/machines/{code}/settings", EditAsync);
    }

    private static async Task<IResult> MakePoolAsync(string code, HttpContext http, KeepMachines keep, MachineKeepingPageModel page, CancellationToken ct)
    {
        if (await keep.SiteAsync(code, ct) is not { } site)
        {
            return PageResults.NotFound();
        }

        var form = TypedForm.From(await http.Request.ReadFormAsync(ct));
        var request = new MakePoolRequest(form.Code("code"), form.Text("name", 100));
        if (form.IsGood && (await keep.MakePoolAsync(code, request, ct)).Refusal is { } refusal)
        {
            form.Refuse("code", refusal.Code);
        }

        return form.IsGood ? Go.To(ListOf(site.Code)) : await page.ListAsync(site, form, ct);
    }

    private static async Task<IResult> MakeAsync(string code, HttpContext http, KeepMachines keep, MachineKeepingPageModel page, CancellationToken ct)
    {
        if (await keep.SiteAsync(code, ct) is not { } site)
        {
            return PageResults.NotFound();
        }

        var form = TypedForm.From(await http.Request.ReadFormAsync(ct));
        var request = MachineForm.Read(form, null);
        if (form.IsGood)
        {
            Take((await keep.MakeAsync(code, request, ct)).Refusal, form);
        }

        return form.IsGood ? Go.To(ListOf(site.Code)) : await page.ShowAsync(site, null, form, ct);
    }

    private static async Task<IResult> EditAsync(string code, HttpContext http, KeepMachines keep, MachineKeepingPageModel page, CancellationToken ct)
    {
        if (await keep.FindAsync(code, ct) is not { } kept)
        {
            return PageResults.NotFound();
        }

        var form = TypedForm.From(await http.Request.ReadFormAsync(ct));
        var request = MachineForm.Read(form, kept.Machine.Code);
        if (form.IsGood)
        {
            var refusal = (await keep.EditAsync(code, request, form["tag"], ct)).Refusal;
            Take(refusal, form);
            if (refusal is StaleVersion)
            {
                // Whoever saves once more has read that they overwrite.
                form.With("tag", (await keep.FindAsync(code, ct))?.Tag);
            }
        }

        return form.IsGood ? Go.To(ListOf(kept.Site.Code)) : await page.ShowAsync(kept.Site, kept.Machine, form, ct);
    }

    /// <summary>A no of the use case, beside the field that it is about.</summary>
    private static void Take(Refusal? refusal, TypedForm form)
    {
        switch (refusal)
        {
            case null:
                return;
            case SetUpRefused { Reasons: var reasons }:
                foreach (var reason in reasons)
                {
                    form.Refuse(FieldOf(reason), reason);
                }

                return;
            case CodeTaken:
                form.Refuse("code", refusal.Code);
                return;
            case MachineInUse:
                form.Refuse("bridge", refusal.Code);
                return;
            default:
                form.Refuse("all", refusal.Code);
                return;
        }
    }

    private static string FieldOf(string reason) => reason switch
    {
        "tariff-unknown" => "tariff",
        "pool-unknown" => "pool",
        "bridge-unknown" => "bridge",
        "minimum-above-maximum" => "minimum",
        "granularity-above-maximum" => "granularity",
        "hazard-unattended" => "startsUnattended",
        "reach-empty" => "minX",
        _ => "all",
    };
}

/// <summary>Puts the pages together.</summary>
internal sealed class MachineKeepingPageModel(FablabDb db, ReadMachines machines)
{
    /// <param name="pool">What was typed for a new pool.</param>
    public async Task<IResult> ListAsync(SiteRow site, TypedForm pool, CancellationToken ct) => PageResults.Page<MachinesPage>(
        new
        {
            Site = site,
            Machines = (IReadOnlyList<MachineView>)await machines.MachinesAsync(site.Code, ct),
            Pools = (IReadOnlyList<PoolRow>)await db.Pools.AsNoTracking().Where(row => row.Site == site.Id).OrderBy(row => row.Name).ToListAsync(ct),
            Pool = pool,
        },
        pool.IsGood ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);

    /// <param name="machine"><see langword="null"/> for a new one.</param>
    public async Task<IResult> ShowAsync(SiteRow site, MachineRow? machine, TypedForm form, CancellationToken ct) => PageResults.Page<MachineSettingsPage>(
        new
        {
            Site = site,
            Machine = machine,
            Form = form,
            Tariffs = (IReadOnlyList<string>)await db.Tariffs.AsNoTracking().Select(row => row.Name).Distinct().OrderBy(name => name).ToListAsync(ct),
            Pools = (IReadOnlyList<PoolRow>)await db.Pools.AsNoTracking().Where(row => row.Site == site.Id).OrderBy(row => row.Name).ToListAsync(ct),
            Bridges = (IReadOnlyList<string>)await db.Bridges.AsNoTracking().Where(row => row.Site == site.Id).OrderBy(row => row.Code).Select(row => row.Code).ToListAsync(ct),
        },
        form.IsGood ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
}
