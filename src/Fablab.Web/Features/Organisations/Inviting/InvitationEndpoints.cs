using System.ComponentModel.DataAnnotations;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data.Rows;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Organisations.Inviting;

public sealed record InviteRequest([property: Required, StringLength(256)] string Email, [property: Required, EnumDataType(typeof(OrganisationRole))] OrganisationRole? Role);

/// <param name="Accepts">False to decline.</param>
public sealed record AnswerInvitationRequest(bool Accepts);

/// <param name="Key">From the link in the mail.</param>
public sealed record AnswerInvitationLinkRequest([property: Required, StringLength(100)] string Key, bool Accepts);

internal sealed record InvitationResponse(Guid Id, string Email, OrganisationRole Role, Instant InvitedAt, Instant ExpiresAt)
{
    public static InvitationResponse From(OrganisationInvitationRow row) => new(row.Id, row.Email, row.Role, row.InvitedAt, row.ExpiresAt);
}

internal sealed record MyInvitationResponse(Guid Id, string Organisation, OrganisationRole Role, Instant ExpiresAt);

/// <param name="OrganisationId">Which it was about.</param>
internal sealed record InvitationAnsweredResponse(Guid OrganisationId, bool Accepts);

internal static class InvitationEndpoints
{
    public static void MapInvitations(this RouteGroupBuilder api)
    {
        var ofOrganisation = api.MapGroup("/organisations/{id:guid}/invitations").WithTags("organisations").WithRefusals("not-found", "not-allowed");
        ofOrganisation.MapGet("/", ListAsync).WithName("ListInvitations").WithSummary("Invitations of an organisation that can still be accepted, the newest first");
        ofOrganisation.MapPost("/", InviteAsync)
            .WithIdempotencyKey<InviteRequest>()
            .WithName("InviteMember").WithSummary("Invite somebody into an organisation by mail, whether they have an account or not")
            .WithRefusals("invitation-refused", "too-many-invitations");
        ofOrganisation.MapDelete("/{invitation:guid}", WithdrawAsync).WithName("WithdrawInvitation").WithSummary("Take an invitation back; its link works no more");

        var mine = api.MapGroup("/organisation-invitations").WithTags("organisations");
        mine.MapGet("/", MineAsync).WithName("ListMyInvitations").WithSummary("Invitations to my account's confirmed address");
        mine.MapPost("/{id:guid}/answer", AnswerAsync).WithName("AnswerInvitation").WithSummary("Accept or decline an invitation to my address").WithRefusals("not-found");
        mine.MapPost("/answer", AnswerLinkAsync).WithName("AnswerInvitationLink").WithSummary("Accept or decline an invitation by the key of its link").WithRefusals("not-found");
    }

    private static async Task<Results<Ok<IReadOnlyList<InvitationResponse>>, ProblemHttpResult>> ListAsync(Guid id, Invitations invitations, CancellationToken ct) =>
        (await invitations.OpenAsync(new OrganisationId(id), ct)).Match<Results<Ok<IReadOnlyList<InvitationResponse>>, ProblemHttpResult>>(
            rows => TypedResults.Ok<IReadOnlyList<InvitationResponse>>([.. rows.Select(InvitationResponse.From)]),
            refusal => refusal.ToProblem());

    private static async Task<Results<Created<InvitationResponse>, ProblemHttpResult>> InviteAsync(Guid id, InviteRequest request, Invitations invitations, CancellationToken ct) =>
        (await invitations.InviteAsync(new OrganisationId(id), request.Email, request.Role!.Value, ct)).Match<Results<Created<InvitationResponse>, ProblemHttpResult>>(
            row => TypedResults.Created($"{OrganisationEndpoints.LocationOf(row.Organisation)}/invitations", InvitationResponse.From(row)),
            refusal => refusal.ToProblem());

    private static async Task<Results<NoContent, ProblemHttpResult>> WithdrawAsync(Guid id, Guid invitation, Invitations invitations, CancellationToken ct) =>
        (await invitations.WithdrawAsync(new OrganisationId(id), invitation, ct)).Match<Results<NoContent, ProblemHttpResult>>(
            _ => TypedResults.NoContent(), refusal => refusal.ToProblem());

    private static async Task<Ok<IReadOnlyList<MyInvitationResponse>>> MineAsync(AnswerInvitation answer, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<MyInvitationResponse>>(
            [.. (await answer.MineAsync(ct)).Select(view => new MyInvitationResponse(view.Row.Id, view.Organisation, view.Row.Role, view.Row.ExpiresAt))]);

    private static async Task<Results<Ok<InvitationAnsweredResponse>, ProblemHttpResult>> AnswerAsync(
        Guid id, AnswerInvitationRequest request, AnswerInvitation answer, CancellationToken ct) =>
        Answer(await answer.MineAsync(id, request.Accepts, ct), request.Accepts);

    private static async Task<Results<Ok<InvitationAnsweredResponse>, ProblemHttpResult>> AnswerLinkAsync(
        AnswerInvitationLinkRequest request, AnswerInvitation answer, CancellationToken ct) =>
        Answer(await answer.ByKeyAsync(request.Key, request.Accepts, ct), request.Accepts);

    private static Results<Ok<InvitationAnsweredResponse>, ProblemHttpResult> Answer(Result<OrganisationId> result, bool accepts) =>
        result.Match<Results<Ok<InvitationAnsweredResponse>, ProblemHttpResult>>(
            id => TypedResults.Ok(new InvitationAnsweredResponse(id.Value, accepts)), refusal => refusal.ToProblem());
}
