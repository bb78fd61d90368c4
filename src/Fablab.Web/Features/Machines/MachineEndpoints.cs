using Fablab.Web.Api;
using Fablab.Web.Features.Machines.Keeping;
using Fablab.Web.Features.Machines.Mending;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fablab.Web.Features.Machines;

internal static class MachineEndpoints
{
    public static void MapMachines(this RouteGroupBuilder api)
    {
        var machines = api.MapGroup("").WithTags("machines");
        machines.MapGet("/sites", SitesAsync).WithName("ListSites").WithSummary("Places with machines");
        machines.MapGet("/machines", MachinesAsync).WithName("ListMachines").WithSummary("Machines with their rules and prices, of one site or of all");
        machines.MapGet("/machines/{code}", MachineAsync).WithName("GetMachine").WithSummary("One machine with its rules and price").WithRefusals("not-found");
        api.MapMachineKeeping();
        api.MapFaults();
    }

    private static async Task<Ok<IReadOnlyList<SiteResponse>>> SitesAsync(ReadMachines read, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<SiteResponse>>([.. (await read.SitesAsync(ct)).Select(SiteResponse.From)]);

    private static async Task<Ok<IReadOnlyList<MachineResponse>>> MachinesAsync(string? site, ReadMachines read, LabClock clock, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<MachineResponse>>([.. (await read.MachinesAsync(site, ct)).Select(view => MachineResponse.From(view, clock.Now))]);

    private static async Task<Results<Ok<MachineResponse>, ProblemHttpResult>> MachineAsync(string code, ReadMachines read, LabClock clock, CancellationToken ct) =>
        await read.MachineAsync(code, ct) is { } view ? TypedResults.Ok(MachineResponse.From(view, clock.Now)) : new NoSuchThing("machine").ToProblem();
}
