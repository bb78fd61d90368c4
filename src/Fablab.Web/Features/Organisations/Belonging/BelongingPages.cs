using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Organisations.Budgeting;
using Fablab.Web.Features.Organisations.Inviting;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Organisations.Belonging;

internal static class BelongingPages
{
    public static void MapBelongingPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/organisations/{id:guid}/members", (Guid id, MembersPageModel page, CancellationToken ct) => page.ShowAsync(new OrganisationId(id), null, null, ct));
        pages.MapPost("/organisations/{id:guid}/members", AnswerAsync);
    }

    private static async Task<IResult> AnswerAsync(
        Guid id, HttpContext http, MembersPageModel page, OrganisationPeople people, Invitations invitations, EditProjects edit, CurrentMember me, CancellationToken ct)
    {
        var posted = await http.Request.ReadFormAsync(ct);
        var organisation = new OrganisationId(id);
        var member = new MemberId(Guid.TryParse(posted["member"], out var one) ? one : Guid.Empty);
        OrganisationRole? role = Enum.TryParse<OrganisationRole>(posted["role"], out var wanted) && Enum.IsDefined(wanted) ? wanted : null;
        var email = posted["email"].ToString();
        var refusal = posted["act"].ToString() switch
        {
            "role" or "invite" when role is null => new NoSuchThing("role"),
            "role" => (await people.ChangeRoleAsync(organisation, member, role!.Value, ct)).Refusal,
            "limit" => (await edit.LimitMemberAsync(organisation, member, new MemberLimitRequest { MonthlyLimitMinor = LimitOf(posted["limit"].ToString()) }, ct)).Refusal,
            "remove" => (await people.RemoveAsync(organisation, member, ct)).Refusal,
            "invite" => (await invitations.InviteAsync(organisation, email, role!.Value, ct)).Refusal,
            "withdraw" => (await invitations.WithdrawAsync(organisation, Guid.TryParse(posted["invitation"], out var invitation) ? invitation : Guid.Empty, ct)).Refusal,
            _ => new NoSuchThing("member"),
        };
        return refusal is null
            ? Go.To(posted["act"] == "remove" && member == me.Id ? "/organisations" : $"/organisations/{id}/members")
            : await page.ShowAsync(organisation, refusal, email, ct);
    }

    /// <returns>What is no amount is one that is refused.</returns>
    private static long? LimitOf(string typed) => string.IsNullOrWhiteSpace(typed) ? null : AmountText.ToMinor(typed) ?? -1;
}

/// <summary>Puts the page of an organisation's members together.</summary>
internal sealed class MembersPageModel(ReadOrganisations read, OrganisationPeople people, Invitations invitations, IOptions<OrganisationOptions> options, CurrentMember me)
{
    private static readonly string[] Told = ["last-owner", "too-many-invitations", "mail-invalid", "already-member", "project-refused"];

    public async Task<IResult> ShowAsync(OrganisationId id, Refusal? refusal, string? email, CancellationToken ct)
    {
        if (!(await read.OneAsync(me, id, ct)).TryGet(out var organisation, out _) || !(await people.ListAsync(id, ct)).TryGet(out var list, out _))
        {
            return PageResults.NotFound();
        }

        if (refusal is NotAllowed)
        {
            return PageResults.Error(StatusCodes.Status403Forbidden);
        }

        var code = refusal is InvitationRefused refused ? refused.Reason : refusal?.Code;
        return PageResults.Page<MembersPage>(
            new
            {
                Organisation = organisation,
                People = list,
                Invitations = (await invitations.OpenAsync(id, ct)).TryGet(out var open, out _) ? open : [],
                Me = me.Id,
                options.Value.Currency,
                MayManage = me.May(Right.ManageOrganisation, Subject.Of(id)),
                Email = email,
                Refused = code is null || Told.Contains(code) ? code : "other",
            },
            refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}
