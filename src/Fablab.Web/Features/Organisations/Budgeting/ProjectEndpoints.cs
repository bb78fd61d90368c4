using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Organisations;
using Fablab.Web.Api;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Fablab.Web.Features.Organisations.Budgeting;

/// <param name="LimitMinor">Net, in minor units of the lab's currency.</param>
/// <param name="SpentMinor">In the present period: what was charged, and the price of what is booked and not over.</param>
internal sealed record BudgetResponse(long LimitMinor, long? SpentMinor, BudgetPeriod Period, int WarnPercent, int ApprovalPercent, int StopPercent);

/// <param name="Budget"><see langword="null"/> without one, and for members to whom money is not shown.</param>
internal sealed record ProjectBudgetResponse(Guid Id, string Name, string? PurchaseOrder, bool IsClosed, bool? HidesTitles, BudgetResponse? Budget, int Version)
{
    public static ProjectBudgetResponse From(ProjectRow row, long? spent, bool seesMoney = true) => new(
        row.Id.Value, row.Name, row.PurchaseOrder, row.IsClosed, row.HidesTitles,
        seesMoney && row.ToBudget() is { } budget ? new BudgetResponse(budget.LimitMinor, spent, budget.Period, budget.WarnPercent, budget.ApprovalPercent, budget.StopPercent) : null,
        row.Version);
}

internal sealed record OrganisationLimitsResponse(long? ApprovalAboveMinor, Guid? DefaultProjectId, bool HidesTitles, int Version)
{
    public static OrganisationLimitsResponse From(OrganisationRow row) => new(row.ApprovalAboveMinor, row.DefaultProject?.Value, row.HidesTitles, row.Version);
}

internal static class ProjectEndpoints
{
    public static void MapProjects(this RouteGroupBuilder organisation)
    {
        organisation.MapGet("/projects", ListAsync).WithName("ListOrganisationProjects").WithSummary("All projects of an organisation, with their budgets for those who may see money");
        organisation.MapPost("/projects", CreateAsync)
            .WithIdempotencyKey<ProjectRequest>()
            .WithName("CreateProject").WithSummary("Make a project, perhaps with a budget").WithRefusals("not-allowed", "project-refused");
        organisation.MapPut("/projects/{project:guid}", EditAsync).WithName("EditProject").WithSummary("Change a project and its budget, or close it")
            .WithRefusals("not-allowed", "project-refused", "stale-version");
        organisation.MapGet("/limits", LimitsAsync).WithName("GetOrganisationLimits").WithSummary("What bounds an organisation's bookings, for its owners, with its version as ETag")
            .WithRefusals("not-allowed");
        organisation.MapPut("/limits", LimitAsync).WithName("SetOrganisationLimits")
            .WithSummary("Say above which amount a booking needs an owner's or buyer's yes, which project is the default, and whether titles are hidden")
            .WithRefusals("not-allowed", "project-refused", "stale-version");
        organisation.MapPut("/members/{member:guid}/limit", LimitMemberAsync).WithName("SetMemberLimit").WithSummary("Say what a member may spend in a month without being asked about")
            .WithRefusals("not-allowed", "project-refused");
    }

    public static void MapDefaultProject(this RouteGroupBuilder api) => api.MapPut("/members/me/default-project", ChooseAsync)
        .WithTags("organisations").WithName("SetMyDefaultProject").WithSummary("Choose what my bookings are charged to unless I say otherwise").WithRefusals("not-found");

    private static async Task<Results<Ok<IReadOnlyList<ProjectBudgetResponse>>, ProblemHttpResult>> ListAsync(Guid id, ReadBudgets read, CurrentMember me, CancellationToken ct)
    {
        var seesMoney = me.May(Right.SeeBudgets, Subject.Of(new OrganisationId(id)));
        return (await read.ListAsync(new OrganisationId(id), ct)).Match<Results<Ok<IReadOnlyList<ProjectBudgetResponse>>, ProblemHttpResult>>(
            budgets => TypedResults.Ok<IReadOnlyList<ProjectBudgetResponse>>([.. budgets.Select(one => ProjectBudgetResponse.From(one.Project, one.SpentMinor, seesMoney))]),
            refusal => refusal.ToProblem());
    }

    private static async Task<Results<Created<ProjectBudgetResponse>, ProblemHttpResult>> CreateAsync(Guid id, ProjectRequest request, EditProjects edit, HttpResponse http, CancellationToken ct)
    {
        if (!(await edit.CreateAsync(new OrganisationId(id), request, ct)).TryGet(out var row, out var refusal))
        {
            return refusal.ToProblem();
        }

        http.Headers.ETag = VersionTag.Of(row.Version);
        return TypedResults.Created($"{OrganisationEndpoints.LocationOf(row.Organisation)}/projects/{row.Id}", ProjectBudgetResponse.From(row, null));
    }

    private static async Task<Results<Ok<ProjectBudgetResponse>, ProblemHttpResult>> EditAsync(
        Guid id, Guid project, ProjectRequest request, [FromHeader(Name = "If-Match")] string? ifMatch, EditProjects edit, HttpResponse http, CancellationToken ct)
    {
        if (!(await edit.EditAsync(new OrganisationId(id), new ProjectId(project), request, ifMatch, ct)).TryGet(out var row, out var refusal))
        {
            return refusal.ToProblem();
        }

        http.Headers.ETag = VersionTag.Of(row.Version);
        return TypedResults.Ok(ProjectBudgetResponse.From(row, null));
    }

    private static async Task<Results<Ok<OrganisationLimitsResponse>, ProblemHttpResult>> LimitAsync(
        Guid id, OrganisationLimitsRequest request, [FromHeader(Name = "If-Match")] string? ifMatch, EditProjects edit, HttpResponse http, CancellationToken ct) =>
        Answer(await edit.LimitAsync(new OrganisationId(id), request, ifMatch, ct), http);

    private static async Task<Results<Ok<OrganisationLimitsResponse>, ProblemHttpResult>> LimitsAsync(
        Guid id, ReadOrganisations read, CurrentMember me, HttpResponse http, CancellationToken ct)
    {
        var organisation = await read.OneAsync(me, new OrganisationId(id), ct);
        return organisation.Refusal is null && !me.May(Right.ManageOrganisation, Subject.Of(new OrganisationId(id))) ? new NotAllowed().ToProblem() : Answer(organisation, http);
    }

    private static Results<Ok<OrganisationLimitsResponse>, ProblemHttpResult> Answer(Result<OrganisationRow> result, HttpResponse http)
    {
        if (!result.TryGet(out var row, out var refusal))
        {
            return refusal.ToProblem();
        }

        http.Headers.ETag = VersionTag.Of(row.Version);
        return TypedResults.Ok(OrganisationLimitsResponse.From(row));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> LimitMemberAsync(
        Guid id, Guid member, MemberLimitRequest request, EditProjects edit, CancellationToken ct) =>
        Done(await edit.LimitMemberAsync(new OrganisationId(id), new MemberId(member), request, ct));

    private static async Task<Results<NoContent, ProblemHttpResult>> ChooseAsync(DefaultProjectRequest request, EditProjects edit, CancellationToken ct) =>
        Done(await edit.ChooseAsync(request.ProjectId is { } id ? new ProjectId(id) : null, ct));

    private static Results<NoContent, ProblemHttpResult> Done<T>(Result<T> result) =>
        result.Match<Results<NoContent, ProblemHttpResult>>(_ => TypedResults.NoContent(), refusal => refusal.ToProblem());
}
