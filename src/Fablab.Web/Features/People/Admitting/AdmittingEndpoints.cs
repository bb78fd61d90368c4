using System.ComponentModel.DataAnnotations;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.People.Admitting;

/// <param name="Site">Code.</param>
internal sealed record MembershipRequestResponse(string Site, Guid MemberId, string DisplayName, string Email, Instant Since)
{
    public static MembershipRequestResponse From(MembershipRequest one) => new(one.Site.Code, one.Row.Member.Value, one.Name, one.Email, one.Row.Since);
}

/// <param name="State">waiting until a manager says yes, or active.</param>
internal sealed record MembershipResponse(MembershipState State);

/// <param name="Reason">For the member to read.</param>
public sealed record MembershipAnswerRequest([property: StringLength(500)] string? Reason);

internal static class AdmittingEndpoints
{
    public static void MapAdmitting(this RouteGroupBuilder api)
    {
        var all = api.MapGroup("").WithTags("members");
        all.MapPost("/sites/{code}/membership", AskAsync).WithName("AskForMembership")
            .WithSummary("Become a member of a site, at once or once a manager says yes; asking again changes nothing")
            .WithRefusals("not-found", "invitation-needed", "membership-refused");
        all.MapGet("/membership-requests", ListAsync).WithName("ListMembershipRequests").WithSummary("Who waits to become a member of a site that I manage, the longest first");
        Answer(all, "accept", true, "AcceptMember", "Say yes to a membership, also after a no");
        Answer(all, "refuse", false, "RefuseMember", "Say no to a membership; the account stays, and cannot book at the site");
    }

    private static void Answer(RouteGroupBuilder api, string verb, bool isAccepted, string name, string summary) => api
        .MapPost("/sites/{code}/membership-requests/{member:guid}/" + verb, async Task<Results<NoContent, ProblemHttpResult>> (
            string code, Guid member, MembershipAnswerRequest request, AdmitMembers admit, CancellationToken ct) =>
            await admit.AnswerAsync(code, new MemberId(member), isAccepted, request.Reason, ct) is { } refusal ? refusal.ToProblem() : TypedResults.NoContent())
        .WithName(name).WithSummary(summary).WithRefusals("not-found", "membership-answered");

    private static async Task<Results<Ok<MembershipResponse>, ProblemHttpResult>> AskAsync(string code, AskForMembership ask, CancellationToken ct) =>
        (await ask.ExecuteAsync(code, ct)).Match<Results<Ok<MembershipResponse>, ProblemHttpResult>>(
            state => TypedResults.Ok(new MembershipResponse(state)), refusal => refusal.ToProblem());

    private static async Task<Ok<IReadOnlyList<MembershipRequestResponse>>> ListAsync(AdmitMembers admit, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<MembershipRequestResponse>>([.. (await admit.WaitingAsync(ct)).Select(MembershipRequestResponse.From)]);
}
