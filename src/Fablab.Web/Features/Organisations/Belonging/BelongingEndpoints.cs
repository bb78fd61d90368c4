using System.ComponentModel.DataAnnotations;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fablab.Web.Features.Organisations.Belonging;

public sealed record ChangeMemberRequest([property: Required, EnumDataType(typeof(OrganisationRole))] OrganisationRole? Role);

/// <param name="MonthlyLimitMinor">What they may spend in a month without being asked about, for those who may see money.</param>
internal sealed record OrganisationMemberResponse(Guid MemberId, string Name, OrganisationRole Role, long? MonthlyLimitMinor)
{
    public static OrganisationMemberResponse From(OrganisationPerson person) => new(person.Member.Value, person.Name, person.Role, person.MonthlyLimitMinor);
}

internal static class BelongingEndpoints
{
    public static void MapBelonging(this RouteGroupBuilder organisation)
    {
        var members = organisation.MapGroup("/members");
        members.MapGet("/", ListAsync).WithName("ListOrganisationMembers").WithSummary("Who belongs to an organisation, and as what");
        members.MapPut("/{member:guid}", ChangeAsync).WithName("ChangeOrganisationMember").WithSummary("Give somebody of an organisation another role")
            .WithRefusals("not-allowed", "last-owner");
        members.MapDelete("/{member:guid}", RemoveAsync).WithName("RemoveOrganisationMember")
            .WithSummary("Remove somebody from an organisation, or leave it oneself; what they booked on its projects is refused when they come to use it")
            .WithRefusals("not-allowed", "last-owner");
    }

    private static async Task<Results<Ok<IReadOnlyList<OrganisationMemberResponse>>, ProblemHttpResult>> ListAsync(Guid id, OrganisationPeople people, CancellationToken ct) =>
        (await people.ListAsync(new OrganisationId(id), ct)).Match<Results<Ok<IReadOnlyList<OrganisationMemberResponse>>, ProblemHttpResult>>(
            found => TypedResults.Ok<IReadOnlyList<OrganisationMemberResponse>>([.. found.Select(OrganisationMemberResponse.From)]),
            refusal => refusal.ToProblem());

    private static async Task<Results<Ok<OrganisationMemberResponse>, ProblemHttpResult>> ChangeAsync(
        Guid id, Guid member, ChangeMemberRequest request, OrganisationPeople people, MemberNames names, CancellationToken ct)
    {
        if (!(await people.ChangeRoleAsync(new OrganisationId(id), new MemberId(member), request.Role!.Value, ct)).TryGet(out var row, out var refusal))
        {
            return refusal.ToProblem();
        }

        var name = (await names.OfAsync([row.Member], ct)).GetValueOrDefault(row.Member, "");
        return TypedResults.Ok(new OrganisationMemberResponse(row.Member.Value, name, row.Role, row.MonthlyLimitMinor));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(Guid id, Guid member, OrganisationPeople people, CancellationToken ct) =>
        (await people.RemoveAsync(new OrganisationId(id), new MemberId(member), ct)).Match<Results<NoContent, ProblemHttpResult>>(
            _ => TypedResults.NoContent(), refusal => refusal.ToProblem());
}
