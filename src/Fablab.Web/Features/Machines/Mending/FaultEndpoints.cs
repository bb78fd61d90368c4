using System.ComponentModel.DataAnnotations;
using Fablab.Web.Api;
using Fablab.Web.Data.Rows;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Machines.Mending;

/// <summary>Something is wrong with a machine.</summary>
public sealed record ReportFaultRequest
{
    [Required, StringLength(FaultRow.LongestText, MinimumLength = 1)]
    public required string Text { get; init; }

    /// <summary>Then nobody books the machine until staff have looked at it.</summary>
    public required bool IsDangerous { get; init; }
}

public sealed record CloseFaultRequest
{
    [Required, StringLength(FaultRow.LongestText, MinimumLength = 1)]
    public required string WhatWasDone { get; init; }
}

public sealed record StopBookingsRequest
{
    public required bool StopsBookings { get; init; }
}

/// <param name="ReportedBy">Name of the member; only for staff.</param>
internal sealed record FaultResponse(
    Guid Id, string Text, bool IsDangerous, bool StopsBookings, Instant ReportedAt, string? ReportedBy, Instant? ClosedAt, string? WhatWasDone)
{
    public static FaultResponse From(FaultView view) => new(
        view.Fault.Id, view.Fault.Text, view.Fault.IsDangerous, view.Fault.StopsBookings, view.Fault.ReportedAt, view.Reporter, view.Fault.ClosedAt, view.Fault.WhatWasDone);
}

/// <param name="StopsBookings">Whether an open fault of the machine stops bookings, whoever reported it.</param>
internal sealed record MachineFaultsResponse(bool StopsBookings, IReadOnlyList<FaultResponse> Faults);

internal static class FaultEndpoints
{
    public static void MapFaults(this RouteGroupBuilder api)
    {
        var ofMachine = api.MapGroup("/machines/{code}/faults").WithTags("machines").WithRefusals("not-found");
        ofMachine.MapGet("/", ListAsync).WithName("ListFaults").WithSummary("For staff all open faults of a machine, for others what they reported; and whether bookings are stopped");
        ofMachine.MapPost("/", ReportAsync)
            .WithIdempotencyKey<ReportFaultRequest>()
            .WithName("ReportFault")
            .WithSummary("Say what is wrong with a machine; what is dangerous stops its bookings at once")
            .WithRefusals("too-many-open-faults");
        var one = api.MapGroup("/faults/{id:guid}").WithTags("machines").WithRefusals("not-found", "not-allowed", "fault-closed");
        one.MapPost("/close", CloseAsync).WithName("CloseFault").WithSummary("A fault is dealt with, and how; its reporter is told");
        one.MapPost("/stop", StopAsync).WithName("StopBookings").WithSummary("Let a fault stop the bookings of its machine, or stop them no more");
    }

    public static string LocationOf(Guid fault) => $"{ApiFeature.Base}/faults/{fault}";

    private static async Task<Results<Ok<MachineFaultsResponse>, ProblemHttpResult>> ListAsync(string code, ReadMachines machines, ReadFaults read, CancellationToken ct)
    {
        if (await machines.MachineAsync(code, ct) is not { } view)
        {
            return new NoSuchThing("machine").ToProblem();
        }

        var faults = await read.OfAsync(view.Machine, ct);
        return TypedResults.Ok(new MachineFaultsResponse(faults.StopBookings, [.. faults.Faults.Select(FaultResponse.From)]));
    }

    private static async Task<Results<Created<FaultResponse>, ProblemHttpResult>> ReportAsync(string code, ReportFaultRequest request, ReportFault report, CancellationToken ct) =>
        (await report.ExecuteAsync(code, request.Text, request.IsDangerous, ct)).Match<Results<Created<FaultResponse>, ProblemHttpResult>>(
            fault => TypedResults.Created(LocationOf(fault.Id), fault), refusal => refusal.ToProblem());

    private static async Task<Results<Ok<FaultResponse>, ProblemHttpResult>> CloseAsync(Guid id, CloseFaultRequest request, MendFaults mend, CancellationToken ct) =>
        Answer(await mend.CloseAsync(id, request.WhatWasDone, ct));

    private static async Task<Results<Ok<FaultResponse>, ProblemHttpResult>> StopAsync(Guid id, StopBookingsRequest request, MendFaults mend, CancellationToken ct) =>
        Answer(await mend.StopBookingsAsync(id, request.StopsBookings, ct));

    private static Results<Ok<FaultResponse>, ProblemHttpResult> Answer(Domain.Result<FaultRow> result) => result.Match<Results<Ok<FaultResponse>, ProblemHttpResult>>(
        fault => TypedResults.Ok(FaultResponse.From(new FaultView(fault, null))), refusal => refusal.ToProblem());
}
