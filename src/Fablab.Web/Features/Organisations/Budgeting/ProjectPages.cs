using System.Globalization;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Organisations.Budgeting;

/// <summary>Projects with their budgets, defaults, and what bounds all of them.</summary>
internal static class ProjectPages
{
    public static void MapProjectPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/organisations/{id:guid}/projects", (Guid id, ProjectsPageModel page, CancellationToken ct) => page.ShowAsync(new OrganisationId(id), new ProjectForm(), null, ct));
        pages.MapPost("/organisations/{id:guid}/projects", AnswerAsync);
        pages.MapGet("/organisations/{id:guid}/projects/{project:guid}", (Guid id, Guid project, ProjectsPageModel page, CancellationToken ct) =>
            page.ShowOneAsync(new OrganisationId(id), new ProjectId(project), null, null, null, ct));
        pages.MapPost("/organisations/{id:guid}/projects/{project:guid}", EditAsync);
    }

    private static async Task<IResult> AnswerAsync(
        Guid id, HttpContext http, ProjectsPageModel page, EditProjects edit, IdempotentRequest idempotent, CurrentMember me, CancellationToken ct)
    {
        var posted = await http.Request.ReadFormAsync(ct);
        var organisation = new OrganisationId(id);
        Guid? project = Guid.TryParse(posted["project"], out var chosen) ? chosen : null;
        var above = posted["above"].ToString();
        switch (posted["act"].ToString())
        {
            case "create":
                var form = ProjectForm.Read(posted);
                idempotent.Begin(me.Id, form.Key, http.Request, form.ToRequest());
                var created = await idempotent.OnceAsync(() => edit.CreateAsync(organisation, form.ToRequest(), ct), row => row.Id.Value);
                return created.Refusal is { } refused ? await page.ShowAsync(organisation, form, refused, ct) : Go.To($"/organisations/{id}/projects");
            case "limits":
                long? amount = string.IsNullOrWhiteSpace(above) ? null : AmountText.ToMinor(above) ?? -1;
                var limits = new OrganisationLimitsRequest { ApprovalAboveMinor = amount, DefaultProjectId = project, HidesTitles = posted["hides"] == "true" };
                return await DoneAsync((await edit.LimitAsync(organisation, limits, VersionTag.Of(VersionIn(posted)), ct)).Refusal, organisation, page, ct);
            case "default":
                return await DoneAsync((await edit.ChooseAsync(project is { } mine ? new ProjectId(mine) : null, ct)).Refusal, organisation, page, ct);
            default:
                return PageResults.NotFound();
        }
    }

    /// <returns>0, which fits nothing, for what is no version.</returns>
    private static int VersionIn(IFormCollection posted) => int.TryParse(posted["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static async Task<IResult> EditAsync(Guid id, Guid project, HttpContext http, ProjectsPageModel page, EditProjects edit, CancellationToken ct)
    {
        var posted = await http.Request.ReadFormAsync(ct);
        var form = ProjectForm.Read(posted);
        var version = VersionIn(posted);
        var refusal = (await edit.EditAsync(new OrganisationId(id), new ProjectId(project), form.ToRequest(), VersionTag.Of(version), ct)).Refusal;
        return refusal is null
            ? Go.To($"/organisations/{id}/projects")
            : await page.ShowOneAsync(new OrganisationId(id), new ProjectId(project), form, version, refusal, ct);
    }

    private static async Task<IResult> DoneAsync(Refusal? refusal, OrganisationId organisation, ProjectsPageModel page, CancellationToken ct) =>
        refusal is null ? Go.To($"/organisations/{organisation}/projects") : await page.ShowAsync(organisation, new ProjectForm(), refusal, ct);
}

/// <summary>Puts the pages of projects together.</summary>
internal sealed class ProjectsPageModel(FablabDb db, ReadOrganisations read, ReadBudgets budgets, IOptions<OrganisationOptions> options, CurrentMember me)
{
    /// <param name="form">Of a new project.</param>
    public async Task<IResult> ShowAsync(OrganisationId id, ProjectForm form, Refusal? refusal, CancellationToken ct)
    {
        if (!(await read.OneAsync(me, id, ct)).TryGet(out var organisation, out _) || !(await budgets.ListAsync(id, ct)).TryGet(out var list, out _))
        {
            return PageResults.NotFound();
        }

        if (refusal is NotAllowed)
        {
            return PageResults.Error(StatusCodes.Status403Forbidden);
        }

        var (member, reasons) = (me.Id, (refusal as ProjectRefused)?.Reasons ?? []);
        var isOfForm = form.Name.Length + form.Budget.Length > 0;
        return PageResults.Page<ProjectsPage>(
            new
            {
                Organisation = organisation,
                Budgets = list,
                Form = isOfForm ? form with { Reasons = reasons } : form,
                options.Value.Currency,
                Mine = await db.OrganisationMembers.Where(row => row.Organisation == id && row.Member == member).Select(row => row.DefaultProject).SingleOrDefaultAsync(ct),
                MayManage = me.May(Right.ManageOrganisation, Subject.Of(id)),
                Refused = refusal is null || isOfForm ? null : reasons.Count > 0 ? reasons[0] : refusal is StaleVersion ? refusal.Code : "project-unknown",
            },
            refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    /// <param name="form">What was typed; <see langword="null"/> for what stands there.</param>
    public async Task<IResult> ShowOneAsync(OrganisationId id, ProjectId project, ProjectForm? form, int? version, Refusal? refusal, CancellationToken ct)
    {
        if (!me.May(Right.ManageOrganisation, Subject.Of(id)) || !(await budgets.OneAsync(id, project, ct)).TryGet(out var row, out _))
        {
            return PageResults.NotFound();
        }

        return PageResults.Page<ProjectPage>(
            new
            {
                Project = row,
                Form = (form ?? ProjectForm.Of(row)) with { Reasons = (refusal as ProjectRefused)?.Reasons ?? [] },
                options.Value.Currency,
                Version = version ?? row.Version,
                Refused = refusal is StaleVersion ? refusal.Code : null,
            },
            refusal is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}
