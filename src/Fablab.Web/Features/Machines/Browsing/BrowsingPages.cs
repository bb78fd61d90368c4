using Fablab.Domain.Members;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Machines.Watching;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.People.Admitting;

namespace Fablab.Web.Features.Machines.Browsing;

/// <summary>A site and how many of its machines are free now.</summary>
public sealed record SiteSummary(SiteRow Site, IReadOnlyList<MachineCardModel> Cards);

internal static class BrowsingPages
{
    public static void MapBrowsing(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/", HomeAsync);
        pages.MapGet("/sites/{code}", SiteAsync);
        pages.MapGet("/machines/{code}", MachineAsync);
    }

    private static async Task<IResult> HomeAsync(ReadMachines machines, MachineCards cards, CurrentMember me, CancellationToken ct)
    {
        var ofSite = (await cards.OfSiteAsync(null, ct)).ToLookup(card => card.SiteCode);
        var sites = await machines.SitesAsync(ct);
        return PageResults.Page<HomePage>(new
        {
            Sites = sites.Select(site => new SiteSummary(site, [.. ofSite[site.Code]])).ToList(),
            MayEditRules = me.May(Right.EditLabRules, Subject.Nothing),
            MaySetUp = me.May(Right.SetUpLab, Subject.Nothing),
        });
    }

    private static async Task<IResult> SiteAsync(string code, ReadMachines machines, MachineCards cards, FablabDb db, CurrentMember me, CancellationToken ct)
    {
        if ((await machines.SitesAsync(ct)).Find(site => site.Code == code) is not { } site)
        {
            return PageResults.NotFound();
        }

        var models = await cards.OfSiteAsync(code, ct);
        return PageResults.Page<SitePage>(new
        {
            Summary = new SiteSummary(site, models),
            IsManager = me.May(Right.SeeSiteReservations, Subject.At(site.Id)),
            MayEditRules = me.May(Right.EditRules, Subject.At(site.Id)),
            MayPrintLabels = me.May(Right.PrintLabels, Subject.At(site.Id)),
            MayTrain = me.May(Right.TrainMembers, Subject.At(site.Id)),
            MayPlanTrainings = me.May(Right.EditCourses, Subject.At(site.Id)),
            MayInvite = me.May(Right.InviteMembers, Subject.At(site.Id)),
            MayEditPolicy = me.May(Right.EditRegistration, Subject.At(site.Id)),
            MaySetUp = me.May(Right.EditMachines, Subject.At(site.Id)),
            Membership = await db.MembershipViewAsync(site, me.Member, ct),
        });
    }

    private static async Task<IResult> MachineAsync(string code, string? from, ReadMachines machines, MachinePageModel page, CancellationToken ct) =>
        await machines.MachineAsync(code, ct) is { } view ? await page.ShowAsync(view, from, ct) : PageResults.NotFound();
}
