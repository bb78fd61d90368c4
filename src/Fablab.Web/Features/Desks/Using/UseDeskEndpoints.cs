using Fablab.Domain;
using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Desks.Using;

/// <summary>The machine after the wish was taken. Taken is not done: the live state tells when the machine follows.</summary>
internal sealed record AtDeskResponse(Guid? ReservationId, ReservationState? State, Instant? Start, Instant? End, Guid? SessionId, UsageSessionState? SessionState)
{
    public static AtDeskResponse From(MachineDesk desk) => new(
        desk.Current?.Id.Value, desk.Current?.State, desk.Current?.Slot.Start, desk.Current?.Slot.End, desk.Session?.Id.Value, desk.Session?.State);
}

/// <param name="Intent">run, pause or cancel; cancel is final.</param>
public sealed record WishJobRequest(JobIntent Intent);

/// <param name="IsOutOfOrder">Taken out of service, or back in.</param>
/// <param name="Reason">For everybody who looks at the machine.</param>
/// <param name="Until">When it is expected to be back: what begins later may be booked. Left out when nobody knows.</param>
public sealed record OutOfOrderRequest(bool IsOutOfOrder, string? Reason, Instant? Until = null);

internal static class UseDeskEndpoints
{
    public static void MapDesks(this IEndpointRouteBuilder api)
    {
        var mine = api.MapGroup("/reservations/{id:guid}").WithTags("reservations").WithRefusals("no-reservation");
        mine.MapPost("/check-in", CheckInAsync).WithName("CheckIn").WithSummary("Start using the machine: its session is authorised and an attached job begins; staff of the site do it for others too")
            .WithRefusals("not-authorised", "project-not-yours", "too-early", "slot-ended", "machine-still-in-use", "machine-out-of-order", "not-badged-in", "second-person-missing");
        mine.MapPost("/presence", PresenceAsync).WithName("ConfirmPresence").WithSummary("Say that one is at the machine (hazardous machines ask every few minutes)");
        mine.MapPost("/end", EndAsync).WithName("EndUse").WithSummary("End the use now; a running job is cancelled first, the rest of the slot is freed");
        mine.MapPost("/job", JobAsync).WithName("WishJob").WithSummary("Run, pause or cancel the reservation's job")
            .WithRefusals("no-job", "job-is-over");
        var staff = api.MapGroup("/machines/{code}").WithTags("machines").WithRefusals("not-found", "not-allowed");
        staff.MapPost("/out-of-order", OutOfOrderAsync).WithName("SetOutOfOrder").WithSummary("Take a machine out of service, with the time when it is expected back, or back in; whoever booked it meanwhile is told");
        staff.MapPost("/give-up-session", GiveUpAsync).WithName("GiveUpSession")
            .WithSummary("Close a session whose bridge will never report its end; it is flagged for review").WithRefusals("no-session-open");
    }

    private static async Task<Results<Ok<AtDeskResponse>, ProblemHttpResult>> CheckInAsync(Guid id, UseDesk desk, FablabDb db, CurrentMember me, CancellationToken ct) =>
        Answer(await desk.CheckInAsync(await db.ChecksInForAsync(id, me, ct), new ReservationId(id), ct));

    private static async Task<Results<Ok<AtDeskResponse>, ProblemHttpResult>> PresenceAsync(Guid id, UseDesk desk, CurrentMember me, CancellationToken ct) =>
        Answer(await desk.ConfirmPresenceAsync(me.Id, new ReservationId(id), ct));

    private static async Task<Results<Ok<AtDeskResponse>, ProblemHttpResult>> EndAsync(Guid id, UseDesk desk, FablabDb db, CurrentMember me, CancellationToken ct) =>
        Answer(await desk.EndAsync(me.Id, await IsManagerAsync(id, db, me, ct), new ReservationId(id), ct));

    private static async Task<Results<Ok<AtDeskResponse>, ProblemHttpResult>> JobAsync(
        Guid id, WishJobRequest wish, UseDesk desk, FablabDb db, CurrentMember me, CancellationToken ct) =>
        Answer(await desk.WishJobAsync(me.Id, await IsManagerAsync(id, db, me, ct), new ReservationId(id), wish.Intent, ct));

    private static async Task<Results<Ok<AtDeskResponse>, ProblemHttpResult>> OutOfOrderAsync(
        string code, OutOfOrderRequest request, UseDesk desk, ReadMachines read, CurrentMember me, LabClock clock, CancellationToken ct)
    {
        if (request.Reason?.Length > UseDesk.LongestReason)
        {
            return RefusalProblems.ToProblem("malformed-request", $"The reason has up to {UseDesk.LongestReason} characters.");
        }

        if (request.Until is { } until && (until <= clock.Now || until > clock.Now + UseDesk.LongestOutage))
        {
            return RefusalProblems.ToProblem("malformed-request", $"The machine is back later than now, within {UseDesk.LongestOutage.TotalDays} days.");
        }

        return await AsStaffAsync(
            code, read, me, machine => request.IsOutOfOrder ? desk.TakeOutOfOrderAsync(machine, request.Until, request.Reason, ct) : desk.PutBackInServiceAsync(machine, ct), ct);
    }

    private static Task<Results<Ok<AtDeskResponse>, ProblemHttpResult>> GiveUpAsync(
        string code, UseDesk desk, ReadMachines read, CurrentMember me, CancellationToken ct) =>
        AsStaffAsync(code, read, me, machine => desk.GiveUpSessionAsync(me.Id, machine, ct), ct);

    private static async Task<Results<Ok<AtDeskResponse>, ProblemHttpResult>> AsStaffAsync(
        string code, ReadMachines read, CurrentMember me, Func<MachineId, Task<Result<MachineDesk>>> act, CancellationToken ct)
    {
        if (await read.MachineAsync(code, ct) is not { } view)
        {
            return new NoSuchThing("machine").ToProblem();
        }

        return me.May(Right.SetOutOfOrder, Subject.At(view.Machine.Site)) ? Answer(await act(view.Machine.Id)) : RefusalProblems.ToProblem("not-allowed");
    }

    private static async Task<bool> IsManagerAsync(Guid id, FablabDb db, CurrentMember me, CancellationToken ct)
    {
        var wanted = new ReservationId(id);
        var site = await (
            from reservation in db.Reservations.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on reservation.Machine equals machine.Id
            where reservation.Id == wanted
            select (SiteId?)machine.Site).SingleOrDefaultAsync(ct);
        return site is { } at && me.May(Right.EndReservation, Subject.At(at));
    }

    private static Results<Ok<AtDeskResponse>, ProblemHttpResult> Answer(Result<MachineDesk> result) =>
        result.Match<Results<Ok<AtDeskResponse>, ProblemHttpResult>>(
            desk => TypedResults.Ok(AtDeskResponse.From(desk)),
            refusal => refusal.ToProblem());
}
