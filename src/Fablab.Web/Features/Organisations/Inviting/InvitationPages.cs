using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Components;
using Fablab.Web.Features.Members;
using Microsoft.AspNetCore.Mvc;

namespace Fablab.Web.Features.Organisations.Inviting;

/// <summary>Where an invitation's link leads: to signing in first, for who is not signed in, and back. Opening it answers nothing; a button does.</summary>
internal static class InvitationPages
{
    public static void MapInvitationPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(InvitationMail.PageAddress + "/{key}", async (string key, AnswerInvitation answer, CurrentMember me, CancellationToken ct) =>
            Show(key, await answer.FindAsync(key, ct), me));
        pages.MapPost(InvitationMail.PageAddress + "/{key}", async (string key, [FromForm] string? act, AnswerInvitation answer, CurrentMember me, CancellationToken ct) =>
            Done(await answer.ByKeyAsync(key, act == "accept", ct), act == "accept") ?? Show(key, null, me));
        pages.MapPost("/organisations", async ([FromForm] Guid invitation, [FromForm] string? act, AnswerInvitation answer, CancellationToken ct) =>
            Done(await answer.MineAsync(invitation, act == "accept", ct), act == "accept") ?? Go.To("/organisations"));
    }

    private static IResult? Done(Result<OrganisationId> result, bool accepts) => !result.TryGet(out var organisation, out _) ? null
        : Go.To(accepts ? $"/organisations/{organisation}" : "/organisations");

    private static IResult Show(string key, InvitationView? view, CurrentMember me) => PageResults.Page<InvitationPage>(
        new { View = view, Key = key, Member = me.Member.DisplayName }, view is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK);
}
