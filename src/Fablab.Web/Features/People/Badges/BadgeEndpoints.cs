using System.ComponentModel.DataAnnotations;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.People.Browsing;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace Fablab.Web.Features.People.Badges;

/// <param name="Number">As the reader gives it; colons, dashes and spaces do not matter.</param>
/// <param name="Label">To tell badges of one member apart.</param>
public sealed record BadgeRequest([property: Required, StringLength(100)] string Number, [property: StringLength(60)] string? Label);

public sealed record FindBadgeRequest([property: Required, StringLength(100)] string Number);

internal sealed record BadgeResponse(Guid Id, string Label, Instant At, Instant? RevokedAt)
{
    public static BadgeResponse From(BadgeRow row) => new(row.Id, row.Label, row.At, row.RevokedAt);
}

internal sealed record BadgeHolderResponse(Guid MemberId);

internal static class BadgeEndpoints
{
    public static void MapBadges(this RouteGroupBuilder api)
    {
        var mine = api.MapGroup("/members/me/badges").WithTags("members");
        mine.MapGet("/", async (KeepBadges badges, CancellationToken ct) => TypedResults.Ok<IReadOnlyList<BadgeResponse>>([.. (await badges.MineAsync(ct)).Select(BadgeResponse.From)]))
            .WithName("ListMyBadges").WithSummary("My badges, the newest first, also those that count no more");
        mine.MapPost("/{id:guid}/revoke", RevokeMineAsync).WithName("RevokeMyBadge").WithSummary("Let a badge of mine count no more, at once").WithRefusals("not-found");
        api.MapPost("/members/find-by-badge", FindAsync).WithTags("members").WithName("FindMemberByBadge")
            .WithSummary("Whose badge has this number, among the members of sites that I staff").WithRefusals("not-found");
        var all = api.MapGroup("/members/{member:guid}/badges").WithTags("members").WithRefusals("not-found");
        all.MapPost("/", (Guid member, BadgeRequest request, KeepBadges badges, CancellationToken ct) => RegisterAsync(member, null, request, badges, ct))
            .WithName("RegisterBadge").WithSummary("Give a member a badge; its number is kept as a keyed hash only").WithRefusals("badge-unreadable", "badge-in-use", "not-allowed");
        all.MapPost("/{id:guid}/reissue", (Guid member, Guid id, BadgeRequest request, KeepBadges badges, CancellationToken ct) => RegisterAsync(member, id, request, badges, ct))
            .WithName("ReissueBadge").WithSummary("Replace a badge by another, at once").WithRefusals("badge-unreadable", "badge-in-use", "not-allowed");
        all.MapPost("/{id:guid}/revoke", RevokeAsync).WithName("RevokeBadge").WithSummary("Let a badge count no more");
    }

    public static void MapBadgePages(this IEndpointRouteBuilder pages)
    {
        pages.MapPost("/people/badge", async ([FromForm] string? number, KeepBadges badges, PeopleList list, CancellationToken ct) =>
            await badges.FindAsync(number ?? "", ct) is { } member ? Go.To(MemberPages.AddressOf(member.Value)) : await list.ShowAsync(null, null, isUnknownBadge: true, ct));
        pages.MapPost("/people/{member:guid}/badges", async (
            Guid member, [FromForm] string? number, [FromForm] string? label, [FromForm] Guid? replaces, [FromForm] Guid? revoke, KeepBadges badges, MemberPages page, CancellationToken ct) =>
            await page.AnswerAsync(
                member,
                revoke is { } id
                    ? await badges.RevokeAsync(new MemberId(member), id, ct)
                    : (await badges.RegisterAsync(new MemberId(member), number ?? "", label is { Length: > 60 } ? label[..60] : label, replaces, ct)).Refusal,
                ct));
        pages.MapMyBadges();
    }

    private static async Task<Results<Created<BadgeResponse>, ProblemHttpResult>> RegisterAsync(Guid member, Guid? replaces, BadgeRequest request, KeepBadges badges, CancellationToken ct) =>
        (await badges.RegisterAsync(new MemberId(member), request.Number, request.Label, replaces, ct)).Match<Results<Created<BadgeResponse>, ProblemHttpResult>>(
            badge => TypedResults.Created($"{ApiFeature.Base}/members/{member}/badges/{badge.Id}", BadgeResponse.From(badge)), refusal => refusal.ToProblem());

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(Guid member, Guid id, KeepBadges badges, CancellationToken ct) =>
        await badges.RevokeAsync(new MemberId(member), id, ct) is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeMineAsync(Guid id, KeepBadges badges, CancellationToken ct) =>
        await badges.RevokeMineAsync(id, ct) is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();

    private static async Task<Results<Ok<BadgeHolderResponse>, ProblemHttpResult>> FindAsync(FindBadgeRequest request, KeepBadges badges, CancellationToken ct) =>
        await badges.FindAsync(request.Number, ct) is { } member ? TypedResults.Ok(new BadgeHolderResponse(member.Value)) : new NoSuchThing("badge").ToProblem();
}
