using Fablab.Domain.Members;
using Fablab.Web.Components;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Presence.Labelling;

/// <summary>A machine as its label shows it.</summary>
/// <param name="Address">Absolute, of its page.</param>
public sealed record MachineLabel(string Name, string Code, string Address);

/// <summary>Labels to print and stick on machines; each leads to the machine's page.</summary>
internal static class LabelPages
{
    public static string AddressOf(string site) => $"/sites/{site}/labels";

    public static string AddressOfMachine(string code) => $"/machines/{code}/label";

    public static void MapLabelPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/sites/{code}/labels", async (string code, ReadMachines machines, CurrentMember me, IOptions<WebOptions> web, CancellationToken ct) =>
            (await machines.SitesAsync(ct)).Find(site => site.Code == code) is { } site && me.May(Right.PrintLabels, Subject.At(site.Id))
                ? (IResult)PageResults.Page<LabelsPage>(new { Site = site, Labels = (await machines.MachinesAsync(code, ct)).Select(view => LabelOf(view, web.Value)).ToList() })
                : PageResults.NotFound());
        pages.MapGet("/machines/{code}/label", async (string code, ReadMachines machines, CurrentMember me, IOptions<WebOptions> web, CancellationToken ct) =>
            await machines.MachineAsync(code, ct) is { } view && me.May(Right.PrintLabels, Subject.At(view.Site.Id))
                ? (IResult)PageResults.Page<LabelsPage>(new { view.Site, Labels = new List<MachineLabel> { LabelOf(view, web.Value) }, Machine = view.Machine })
                : PageResults.NotFound());
    }

    private static MachineLabel LabelOf(MachineView view, WebOptions web) =>
        new(view.Machine.Name, view.Machine.Code, new Uri(web.Address, $"/machines/{view.Machine.Code}").AbsoluteUri);
}
