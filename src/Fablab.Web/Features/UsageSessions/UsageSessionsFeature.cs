using Fablab.Contracts;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Features.LiveBoard;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Members;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.UsageSessions;

/// <summary>What a session metered, as far as the bridge's records are in.</summary>
internal sealed record UsageSessionResponse(
    Guid Id, Guid ReservationId, UsageSessionState State, Instant AuthorisedAt, Instant? StartedAt, Instant? EndedAt, long TotalMilliseconds, long ActiveMilliseconds,
    long RecoveredMilliseconds, long? WattSeconds, double? FilamentMillimetres, string? EndReason, string? ReviewReason)
{
    public static UsageSessionResponse From(UsageSession s) => new(
        s.Id.Value, s.Reservation.Value, s.State, s.AuthorisedAt, s.StartedAt, s.EndedAt, (long)s.Total.TotalMilliseconds, (long)s.Active.TotalMilliseconds,
        (long)s.Recovered.TotalMilliseconds, s.WattSeconds, s.FilamentMillimetres, s.EndReason, s.ReviewReason);
}

/// <summary>What a machine does now, for everybody: who is on it is not part of it.</summary>
internal sealed record LiveMachineResponse(
    string Machine, bool IsBridgeOnline, Instant? HeardAt, ReportedActivity? Activity, ReportedLink? Link, RelayState? Relay, MachineMode? Mode, double? Progress,
    long? LeftMilliseconds, string? Fault, bool Simulated)
{
    public static LiveMachineResponse From(LiveMachine live) => new(
        live.Machine, live.IsBridgeOnline, live.HeardAt, live.Twin?.Activity, live.Twin?.Link, live.Twin?.Relay, live.Twin?.Mode, live.Twin?.Job?.Progress,
        live.Twin?.Job?.LeftMilliseconds, live.Twin?.Fault, live.Twin?.Simulated ?? false);
}

internal static class UsageSessionsFeature
{
    public static void AddUsageSessions(this IHostApplicationBuilder builder) => builder.Services.AddScoped<ReadUsageSessions>();

    public static void MapUsageSessions(this IEndpointRouteBuilder api)
    {
        api.MapGet("/usage-sessions", OfReservationAsync).WithTags("usage-sessions").WithName("ListUsageSessions")
            .WithSummary("Sessions of one reservation of mine, or of a site I manage, in their order").WithRefusals("not-found");
        api.MapGet("/machines/{code}/live", LiveAsync).WithTags("machines").WithName("GetLiveMachine").WithSummary("What a machine does now, and how old that knowledge is")
            .WithRefusals("not-found");
    }

    private static async Task<Results<Ok<IReadOnlyList<UsageSessionResponse>>, ProblemHttpResult>> OfReservationAsync(
        Guid reservation, ReadUsageSessions read, CurrentMember me, CancellationToken ct) =>
        await read.OfAsync(me, new ReservationId(reservation), ct) is { } sessions
            ? TypedResults.Ok<IReadOnlyList<UsageSessionResponse>>([.. sessions.Select(UsageSessionResponse.From)])
            : new NoSuchThing("reservation").ToProblem();

    private static async Task<Results<Ok<LiveMachineResponse>, ProblemHttpResult>> LiveAsync(
        string code, ReadMachines read, LiveBoard.LiveBoard board, CancellationToken ct) =>
        await read.MachineAsync(code, ct) is { } view
            ? TypedResults.Ok(LiveMachineResponse.From(board.Of(view.Machine.Code)))
            : new NoSuchThing("machine").ToProblem();
}

/// <summary>Sessions for those they concern.</summary>
internal sealed class ReadUsageSessions(FablabDb db)
{
    /// <returns><see langword="null"/> when there is no such reservation for this member.</returns>
    public async Task<List<UsageSession>?> OfAsync(CurrentMember me, ReservationId id, CancellationToken ct)
    {
        var found = await (
            from reservation in db.Reservations.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on reservation.Machine equals machine.Id
            where reservation.Id == id
            select new { reservation.Member, machine.Site }).SingleOrDefaultAsync(ct);
        return found is null || !me.May(Right.SeeReservation, new Subject(found.Member, found.Site))
            ? null
            : await db.UsageSessions.AsNoTracking().Where(session => session.Reservation == id).OrderBy(session => session.Generation).ToListAsync(ct);
    }
}
