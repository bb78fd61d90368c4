using Fablab.Domain.Machines;
using Fablab.Web.Api;
using Fablab.Web.Data.Rows;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using HazardClass = Fablab.Domain.Machines.HazardClass;

namespace Fablab.Web.Features.Machines.Keeping;

/// <summary>What a machine is and how it is used, as it is edited. Lengths in seconds.</summary>
internal sealed record MachineSettingsResponse
{
    public required Guid Id { get; init; }

    public required string Code { get; init; }

    public required string Site { get; init; }

    public required string Name { get; init; }

    public required MachineCategory Category { get; init; }

    public required string Model { get; init; }

    /// <summary>Name of the tariff.</summary>
    public required string Tariff { get; init; }

    public string? Pool { get; init; }

    public string? Bridge { get; init; }

    public required HazardClass HazardClass { get; init; }

    public required bool RequiresAuthorisation { get; init; }

    public required long MinimumSeconds { get; init; }

    public required long MaximumSeconds { get; init; }

    public required long GranularitySeconds { get; init; }

    public required long HorizonSeconds { get; init; }

    public required long CheckInLeadSeconds { get; init; }

    public required long GraceSeconds { get; init; }

    public required long SetUpSeconds { get; init; }

    public required long CleanUpSeconds { get; init; }

    public required long PresenceLimitSeconds { get; init; }

    public required long IdleLimitSeconds { get; init; }

    public required bool StartsUnattended { get; init; }

    public required bool EndsWithJob { get; init; }

    public required MachineProfileRequest Profile { get; init; }

    public static MachineSettingsResponse From(KeptMachine kept)
    {
        var (machine, policy) = (kept.Machine, kept.Machine.Policy);
        return new MachineSettingsResponse
        {
            Id = machine.Id.Value, Code = machine.Code, Site = kept.Site.Code, Name = machine.Name, Category = machine.Category, Model = machine.Model, Tariff = kept.Tariff.Name, Pool = kept.Pool,
            Bridge = kept.Bridge, HazardClass = policy.HazardClass, RequiresAuthorisation = policy.RequiresAuthorisation, MinimumSeconds = (long)policy.MinimumLength.TotalSeconds,
            MaximumSeconds = (long)policy.MaximumLength.TotalSeconds, GranularitySeconds = (long)policy.Granularity.TotalSeconds, HorizonSeconds = (long)policy.Horizon.TotalSeconds,
            CheckInLeadSeconds = (long)policy.CheckInLead.TotalSeconds, GraceSeconds = (long)policy.Grace.TotalSeconds, SetUpSeconds = (long)policy.SetUp.TotalSeconds,
            CleanUpSeconds = (long)policy.CleanUp.TotalSeconds, PresenceLimitSeconds = (long)policy.PresenceLimit.TotalSeconds, IdleLimitSeconds = (long)policy.IdleLimit.TotalSeconds,
            StartsUnattended = policy.StartsUnattended, EndsWithJob = policy.EndsWithJob, Profile = MachineProfileRequest.Of(policy.Profile),
        };
    }
}

internal sealed record PoolResponse(Guid Id, string Code, string Name)
{
    public static PoolResponse From(PoolRow pool) => new(pool.Id.Value, pool.Code, pool.Name);
}

internal static class MachineKeepingEndpoints
{
    public static void MapMachineKeeping(this RouteGroupBuilder api)
    {
        var keeping = api.MapGroup("").WithTags("machines").WithRefusals("not-found");
        keeping.MapPost("/sites/{code}/machines", MakeAsync).WithName("MakeMachine").WithSummary("Make a machine, a room, a bench or a seat that is booked").WithRefusals("code-taken", "set-up-refused");
        keeping.MapPost("/sites/{code}/pools", MakePoolAsync).WithName("MakePool").WithSummary("Make a pool of equal machines, of which any will do").WithRefusals("code-taken");
        keeping.MapGet("/machines/{code}/settings", ReadAsync).WithName("GetMachineSettings").WithSummary("What a machine is and how it is used, as staff edit it");
        keeping.MapPut("/machines/{code}/settings", EditAsync).WithName("EditMachine").WithSummary("Say what a machine is and how it is used; what is booked stays booked")
            .WithRefusals("stale-version", "set-up-refused", "machine-in-use");
    }

    private static async Task<Results<Created<MachineSettingsResponse>, ProblemHttpResult>> MakeAsync(string code, MakeMachineRequest request, KeepMachines keep, HttpResponse http, CancellationToken ct) =>
        (await keep.MakeAsync(code, request, ct)).Match<Results<Created<MachineSettingsResponse>, ProblemHttpResult>>(
            made => TypedResults.Created($"{ApiFeature.Base}/machines/{made.Machine.Code}", Answer(made, http)), refusal => refusal.ToProblem());

    private static async Task<Results<Created<PoolResponse>, ProblemHttpResult>> MakePoolAsync(string code, MakePoolRequest request, KeepMachines keep, CancellationToken ct) =>
        (await keep.MakePoolAsync(code, request, ct)).Match<Results<Created<PoolResponse>, ProblemHttpResult>>(
            made => TypedResults.Created($"{ApiFeature.Base}/machines?site={Uri.EscapeDataString(code)}", PoolResponse.From(made)), refusal => refusal.ToProblem());

    private static async Task<Results<Ok<MachineSettingsResponse>, ProblemHttpResult>> ReadAsync(string code, KeepMachines keep, HttpResponse http, CancellationToken ct) =>
        await keep.FindAsync(code, ct) is { } kept ? TypedResults.Ok(Answer(kept, http)) : new NoSuchThing("machine").ToProblem();

    private static async Task<Results<Ok<MachineSettingsResponse>, ProblemHttpResult>> EditAsync(
        string code, MachineRequest request, [FromHeader(Name = "If-Match")] string? ifMatch, KeepMachines keep, HttpResponse http, CancellationToken ct) =>
        (await keep.EditAsync(code, request, ifMatch, ct)).Match<Results<Ok<MachineSettingsResponse>, ProblemHttpResult>>(kept => TypedResults.Ok(Answer(kept, http)), refusal => refusal.ToProblem());

    private static MachineSettingsResponse Answer(KeptMachine kept, HttpResponse http)
    {
        http.Headers.ETag = kept.Tag;
        return MachineSettingsResponse.From(kept);
    }
}
