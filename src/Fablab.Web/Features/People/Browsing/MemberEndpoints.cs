using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.People.Badges;
using Fablab.Web.Features.People.Suspending;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.People.Browsing;

/// <param name="Site">Code; left out for the whole lab.</param>
internal sealed record RoleResponse(Guid Id, StaffRole Role, string? Site);

internal sealed record SiteMembershipResponse(string Site, MembershipState State, MembershipOrigin Origin, Instant Since);

/// <param name="Proof">What staff saw that shows it.</param>
internal sealed record GroupMembershipResponse(Guid Id, Guid GroupId, string Group, Instant From, Instant? Until, string? Proof);

/// <summary>A member, as far as the sites go that the asker staffs.</summary>
internal sealed record MemberResponse(
    Guid Id, string DisplayName, string? Email, string? Phone, string? Language, IReadOnlyList<SiteMembershipResponse> Memberships, IReadOnlyList<GroupMembershipResponse> Groups,
    IReadOnlyList<RoleResponse> Roles, IReadOnlyList<SuspensionResponse> Suspensions, IReadOnlyList<BadgeResponse> Badges, IReadOnlyList<MemberNoteResponse> Notes)
{
    public static MemberResponse From(MemberDetails one)
    {
        var account = one.Member.Account;
        return new(
            account.Id, account.DisplayName, account.Email, account.PhoneNumber, account.Language,
            [.. one.Member.Memberships.Select(row => new SiteMembershipResponse(one.Sites[row.Site].Code, row.State, row.Origin, row.Since))],
            [.. one.Groups.Select(pair => new GroupMembershipResponse(pair.Row.Id, pair.Row.Group.Value, pair.Name, pair.Row.From, pair.Row.Until, pair.Row.Proof))],
            [.. one.Roles.Select(row => new RoleResponse(row.Id, row.Role, row.Site is { } site ? one.Sites[site].Code : null))],
            [.. one.Suspensions.Select(view => SuspensionResponse.From(view.Row, view.Site?.Code))],
            [.. one.Badges.Select(BadgeResponse.From)],
            [.. one.Notes.Select(pair => new MemberNoteResponse(pair.Row.Id, one.Sites[pair.Row.Site].Code, pair.Row.Text, pair.Row.By.Value, pair.Row.At))]);
    }
}

internal static class MemberEndpoints
{
    public static void MapMemberBrowsing(this RouteGroupBuilder api)
    {
        var members = api.MapGroup("/members").WithTags("members").WithRefusals("not-found");
        members.MapGet("/", ListAsync).WithName("ListMembers").WithSummary("Members of the sites that I staff, by name; all for administrators");
        members.MapGet("/{member:guid}", ReadAsync).WithName("GetMember").WithSummary("One member, as far as the sites go that I staff");
        members.MapPost("/{member:guid}/notes", NoteAsync).WithName("NoteMember").WithSummary("Write something down of a member for staff of a site; it stays");
    }

    private static async Task<Results<Ok<Page<MemberLine>>, ProblemHttpResult>> ListAsync(
        string? search, string? site, string? after, int? limit, ReadMembers members, CancellationToken ct) =>
        await members.ListAsync(search, site, after, Cursor.Limit(limit), ct) is { } page ? TypedResults.Ok(page) : new NoSuchThing("members").ToProblem();

    private static async Task<Results<Ok<MemberResponse>, ProblemHttpResult>> ReadAsync(Guid member, ReadMembers members, CancellationToken ct) =>
        await members.DetailsAsync(new MemberId(member), ct) is { } found ? TypedResults.Ok(MemberResponse.From(found)) : new NoSuchThing("member").ToProblem();

    private static async Task<Results<Created<MemberNoteResponse>, ProblemHttpResult>> NoteAsync(Guid member, MemberNoteRequest request, NoteMember note, CancellationToken ct) =>
        (await note.ExecuteAsync(new MemberId(member), request, ct)).Match<Results<Created<MemberNoteResponse>, ProblemHttpResult>>(
            made => TypedResults.Created($"{ApiFeature.Base}/members/{member}", made), refusal => refusal.ToProblem());
}
