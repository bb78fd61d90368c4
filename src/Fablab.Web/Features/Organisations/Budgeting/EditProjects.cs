using System.Globalization;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Organisations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Organisations.Budgeting;

/// <summary>Owners make projects with their budgets, and bound what members spend.</summary>
internal sealed class EditProjects(FablabDb db, CurrentMember me, IdempotentRequest idempotent, AuditTrail audit)
{
    public Task<Result<ProjectRow>> CreateAsync(OrganisationId organisation, ProjectRequest request, CancellationToken ct) =>
        WithinAsync<ProjectRow>(organisation, ReasonsAgainst(request), async () =>
        {
            var row = new ProjectRow { Id = new ProjectId(Guid.CreateVersion7()), Organisation = organisation, Name = "" };
            Write(row, request);
            db.Add(row);
            audit.Note("project-created", $"project/{row.Id}", after: FactsOf(row));
            idempotent.Keep(StatusCodes.Status201Created, $"{OrganisationEndpoints.LocationOf(organisation)}/projects/{row.Id}", ProjectBudgetResponse.From(row, null));
            await db.SaveChangesAsync(ct);
            return row;
        }, ct);

    /// <summary>Another budget is told about anew.</summary>
    public Task<Result<ProjectRow>> EditAsync(OrganisationId organisation, ProjectId id, ProjectRequest request, string? ifMatch, CancellationToken ct) =>
        WithinAsync<ProjectRow>(organisation, ReasonsAgainst(request), async () =>
        {
            if (await db.Projects.SingleOrDefaultAsync(project => project.Id == id && project.Organisation == organisation, ct) is not { } row)
            {
                return new NoSuchThing("project");
            }

            if (!VersionTag.Fits(VersionTag.Of(row.Version), ifMatch))
            {
                db.ChangeTracker.Clear();
                return new StaleVersion();
            }

            var (before, facts) = (row.ToBudget(), FactsOf(row));
            Write(row, request);
            row.Version++;
            if (row.ToBudget() != before)
            {
                db.RemoveRange(await db.BudgetNotices.Where(notice => notice.Project == id).ToListAsync(ct));
            }

            audit.Note("project-edited", $"project/{id}", before: facts, after: FactsOf(row));
            await db.SaveChangesAsync(ct);
            return row;
        }, ct);

    public async Task<Result<OrganisationRow>> LimitAsync(OrganisationId organisation, OrganisationLimitsRequest request, string? ifMatch, CancellationToken ct)
    {
        ProjectId? project = request.DefaultProjectId is { } id ? new ProjectId(id) : null;
        return await WithinAsync<OrganisationRow>(organisation, ReasonsAgainst(request.ApprovalAboveMinor), async () =>
        {
            if (project is not null && !await db.Projects.AnyAsync(row => row.Id == project && row.Organisation == organisation, ct))
            {
                return new ProjectRefused(["project-unknown"]);
            }

            var row = await db.Organisations.SingleAsync(one => one.Id == organisation, ct);
            if (!VersionTag.Fits(VersionTag.Of(row.Version), ifMatch))
            {
                db.ChangeTracker.Clear();
                return new StaleVersion();
            }

            var before = FactsOf(row);
            (row.ApprovalAboveMinor, row.DefaultProject, row.HidesTitles) = (request.ApprovalAboveMinor, project, request.HidesTitles);
            row.Version++;
            audit.Note("organisation-limits-changed", $"organisation/{organisation}", before: before, after: FactsOf(row));
            await db.SaveChangesAsync(ct);
            return row;
        }, ct);
    }

    public Task<Result<OrganisationMemberRow>> LimitMemberAsync(OrganisationId organisation, MemberId member, MemberLimitRequest request, CancellationToken ct) =>
        WithinAsync<OrganisationMemberRow>(organisation, ReasonsAgainst(request.MonthlyLimitMinor), async () =>
        {
            if (await db.OrganisationMembers.SingleOrDefaultAsync(one => one.Organisation == organisation && one.Member == member, ct) is not { } row)
            {
                return new NoSuchThing("member");
            }

            audit.Note("member-limit-changed", $"organisation/{organisation}", concerns: member, before: LimitOf(row.MonthlyLimitMinor), after: LimitOf(request.MonthlyLimitMinor));
            row.MonthlyLimitMinor = request.MonthlyLimitMinor;
            await db.SaveChangesAsync(ct);
            return row;
        }, ct);

    /// <summary>What my own bookings are charged to unless I choose another; one project of all my organisations, or none.</summary>
    public async Task<Result<ProjectId?>> ChooseAsync(ProjectId? project, CancellationToken ct)
    {
        var mine = me.Id;
        return await LabTransaction.DecideHoldingAsync<ProjectId?>(db, [mine.Value], async () =>
        {
            var organisation = await db.Projects.Where(row => row.Id == project && !row.IsClosed).Select(row => (OrganisationId?)row.Organisation).SingleOrDefaultAsync(ct);
            if (project is not null && (organisation is not { } ours || !me.May(Right.ChargeProject, Subject.Of(ours))))
            {
                return new NoSuchThing("project");
            }

            foreach (var row in await db.OrganisationMembers.Where(row => row.Member == mine).ToListAsync(ct))
            {
                row.DefaultProject = row.Organisation == organisation ? project : null;
            }

            audit.Note("default-project-chosen", $"member/{mine}", concerns: mine);
            await db.SaveChangesAsync(ct);
            return project;
        }, ct);
    }

    private static IReadOnlyList<string> ReasonsAgainst(ProjectRequest request)
    {
        var reasons = new List<string>();
        if (request.Name?.Trim() is not { Length: > 0 and <= ProjectRow.LongestName })
        {
            reasons.Add("name-missing");
        }

        if (!Enum.IsDefined(request.BudgetPeriod) || !new Budget(request.BudgetMinor ?? 1, request.BudgetPeriod, request.WarnPercent, request.ApprovalPercent, request.StopPercent).IsPossible)
        {
            reasons.Add("budget-impossible");
        }

        return reasons;
    }

    private static IReadOnlyList<string> ReasonsAgainst(long? amount) => amount is null or (>= 0 and <= Budget.MostMinor) ? [] : ["amount-impossible"];

    private static void Write(ProjectRow row, ProjectRequest request)
    {
        row.Name = StorableText.Of(request.Name!.Trim());
        row.PurchaseOrder = request.PurchaseOrder?.Trim() is { Length: > 0 } order ? StorableText.Of(order) : null;
        row.IsClosed = request.IsClosed;
        (row.BudgetMinor, row.BudgetPeriod) = (request.BudgetMinor, request.BudgetPeriod);
        (row.WarnPercent, row.ApprovalPercent, row.StopPercent) = (request.WarnPercent, request.ApprovalPercent, request.StopPercent);
        row.HidesTitles = request.HidesTitles;
    }

    private async Task<Result<T>> WithinAsync<T>(OrganisationId organisation, IReadOnlyList<string> reasons, Func<Task<Result<T>>> work, CancellationToken ct)
    {
        if (!me.May(Right.ManageOrganisation, Subject.Of(organisation)))
        {
            return me.May(Right.SeeProjects, Subject.Of(organisation)) ? new NotAllowed() : new NoSuchThing("organisation");
        }

        if (reasons.Count > 0)
        {
            return new ProjectRefused(reasons);
        }

        return await LabTransaction.DecideHoldingAsync(
            db,
            [organisation.Value],
            async () => await db.Organisations.AnyAsync(row => row.Id == organisation, ct) ? await work() : new NoSuchThing("organisation"),
            ct);
    }

    private static IReadOnlyDictionary<string, string> FactsOf(ProjectRow row) => new Dictionary<string, string>
    {
        ["version"] = Text(row.Version), ["isClosed"] = Text(row.IsClosed), ["budgetMinor"] = Text(row.BudgetMinor), ["period"] = row.BudgetPeriod.ToString(),
        ["warnPercent"] = Text(row.WarnPercent), ["approvalPercent"] = Text(row.ApprovalPercent), ["stopPercent"] = Text(row.StopPercent), ["hidesTitles"] = Text(row.HidesTitles),
    };

    private static IReadOnlyDictionary<string, string> FactsOf(OrganisationRow row) => new Dictionary<string, string>
    {
        ["version"] = Text(row.Version), ["approvalAboveMinor"] = Text(row.ApprovalAboveMinor), ["defaultProject"] = Text(row.DefaultProject), ["hidesTitles"] = Text(row.HidesTitles),
    };

    private static string Text<T>(T value) => Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "none";

    private static IReadOnlyDictionary<string, string> LimitOf(long? minor) => new Dictionary<string, string> { ["monthlyLimitMinor"] = minor?.ToString(CultureInfo.InvariantCulture) ?? "none" };
}
