using System.ComponentModel.DataAnnotations;
using Fablab.Domain.Members;
using Fablab.Domain.Presence;
using Fablab.Web.Api;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Presence.Visiting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Presence.Watching;

/// <param name="MemberId">Whom staff say to be in; left out for oneself, where the lab lets members say so.</param>
public sealed record TellInRequest(Guid? MemberId);

internal sealed record PersonInResponse(Guid VisitId, Guid MemberId, string Name, bool IsMinor, Instant Since, Told By);

internal sealed record PersonAtMachineResponse(string Name, string Machine, bool IsGuest);

/// <param name="Count">Who told a door that they are in.</param>
/// <param name="People">By name; left out for who is no staff of the site.</param>
/// <param name="AtMachines">Whoever uses a machine or comes along and told no door; likewise.</param>
internal sealed record PresenceResponse(Instant At, int Count, IReadOnlyList<PersonInResponse>? People, IReadOnlyList<PersonAtMachineResponse>? AtMachines)
{
    public static PresenceResponse From(PresenceNow now) => new(
        now.Now,
        now.People.Count,
        [.. now.People.Select(one => new PersonInResponse(one.Visit.Value, one.Member.Value, one.Name, one.IsMinor, one.Since, one.By))],
        [.. now.AtMachines.Select(one => new PersonAtMachineResponse(one.Name, one.Machine, one.IsGuest))]);
}

/// <param name="ArrivedBy">badge, pin, frontDesk, self.</param>
/// <param name="LeftBy">The same; elsewhere when they arrived at another site, program when nobody ended it.</param>
internal sealed record VisitResponse(Guid Id, Guid MemberId, Instant ArrivedAt, Told ArrivedBy, Instant? LeftAt, Told? LeftBy)
{
    public static VisitResponse From(Visit visit) => new(visit.Id.Value, visit.Member.Value, visit.ArrivedAt, visit.ArrivedBy, visit.LeftAt, visit.LeftBy);
}

/// <param name="Site">Code.</param>
internal sealed record MyVisitResponse(Guid Id, string Site, Instant ArrivedAt, Told ArrivedBy, Instant? LeftAt, Told? LeftBy)
{
    public static MyVisitResponse From(VisitView view) => new(view.Visit.Id.Value, view.SiteCode, view.Visit.ArrivedAt, view.Visit.ArrivedBy, view.Visit.LeftAt, view.Visit.LeftBy);
}

internal static class PresenceEndpoints
{
    public static void MapPresenceWatching(this RouteGroupBuilder api)
    {
        var site = api.MapGroup("/sites/{code}").WithTags("presence").WithRefusals("not-found");
        site.MapGet("/presence", NowAsync).WithName("GetPresence").WithSummary("Who is in a site now: names for its staff, a number for others");
        site.MapGet("/visits", VisitsAsync).WithName("ListVisits").WithSummary("Visits of a site that are kept, newest first, for its managers");
        site.MapPost("/visits", TellInAsync).WithName("TellIn").WithSummary("Say that a member is in, or that I am; saying it twice says it once")
            .WithRefusals("not-allowed", "suspended-here", "not-a-member-here");
        api.MapPost("/visits/{id:guid}/end", EndAsync).WithTags("presence").WithName("EndVisit").WithSummary("Say that a member left, or that I did; saying it twice says it once")
            .WithRefusals("not-found");
        api.MapGet("/members/me/visits", MineAsync).WithTags("presence").WithName("ListMyVisits").WithSummary("My visits that are kept, newest first");
    }

    private static async Task<Results<Ok<PresenceResponse>, ProblemHttpResult>> NowAsync(string code, ReadPresence read, Hosting.LabClock clock, CancellationToken ct) =>
        await read.SiteAsync(code, ct) is not { } site ? new NoSuchThing("site").ToProblem()
        : read.MaySee(site) ? TypedResults.Ok(PresenceResponse.From(await read.AtAsync(site, ct)))
        : TypedResults.Ok(new PresenceResponse(clock.Now, await read.CountAsync(site.Id, ct), null, null));

    private static async Task<Results<Ok<Page<VisitResponse>>, ProblemHttpResult>> VisitsAsync(
        string code, ReadPresence read, CurrentMember me, CancellationToken ct, string? after = null, int? limit = null) =>
        await read.SiteAsync(code, ct) is { } site && me.May(Right.SeeVisits, Subject.At(site.Id))
            ? TypedResults.Ok((await read.VisitsAsync(site.Id, Cursor.Parse(after), Cursor.Limit(limit), ct)).Select(view => VisitResponse.From(view.Visit)))
            : new NoSuchThing("site").ToProblem();

    private static async Task<Ok<Page<MyVisitResponse>>> MineAsync(ReadPresence read, CancellationToken ct, string? after = null, int? limit = null) =>
        TypedResults.Ok((await read.VisitsAsync(null, Cursor.Parse(after), Cursor.Limit(limit), ct)).Select(MyVisitResponse.From));

    private static async Task<Results<Ok<VisitResponse>, ProblemHttpResult>> TellInAsync(
        string code, TellInRequest request, ReadPresence read, TellPresence tell, CancellationToken ct) =>
        await read.SiteAsync(code, ct) is { } site
            ? (await tell.InAsync(site, request.MemberId is { } member ? new MemberId(member) : null, ct)).Match<Results<Ok<VisitResponse>, ProblemHttpResult>>(
                visit => TypedResults.Ok(VisitResponse.From(visit)), refusal => refusal.ToProblem())
            : new NoSuchThing("site").ToProblem();

    private static async Task<Results<Ok<VisitResponse>, ProblemHttpResult>> EndAsync(Guid id, KeepVisits visits, CancellationToken ct) =>
        (await visits.EndAsync(new VisitId(id), ct)).Match<Results<Ok<VisitResponse>, ProblemHttpResult>>(
            visit => TypedResults.Ok(VisitResponse.From(visit)), refusal => refusal.ToProblem());
}
