using System.ComponentModel.DataAnnotations;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.People.Browsing;
using Fablab.Web.Features.People.Suspending;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.People.Roles;

/// <summary>Somebody has to be left who can give roles.</summary>
public sealed record LastAdministrator() : Refusal("last-administrator");

/// <param name="Site">Code; left out for administrators, who are it everywhere.</param>
public sealed record GrantRoleRequest([property: Required, EnumDataType(typeof(StaffRole))] StaffRole? Role, [property: StringLength(40)] string? Site);

/// <summary>
/// Administrators give people roles and take them away. Rights are read anew with every request, so both count at once. Whoever does it in a browser
/// must have proved to be there a moment ago.
/// </summary>
internal sealed class GrantRoles(FablabDb db, ReadMembers members, BrowserSessions sessions, CurrentMember me, AuditTrail audit, LabClock clock)
{
    public async Task<Result<RoleResponse>> GrantAsync(MemberId member, GrantRoleRequest request, CancellationToken ct)
    {
        if (await RefusalAsync(member, ct) is { } refusal)
        {
            return refusal;
        }

        var code = StorableText.Of(request.Site ?? "");
        var site = request.Site is null ? null : await db.Sites.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct);
        if (request.Role is not { } role || (request.Site is not null && site is null) || site is null != role is StaffRole.Administrator)
        {
            return new NoSuchThing("site");
        }

        var result = await LabTransaction.RunHoldingAsync<Result<RoleResponse>>(db, [member.Value], async () =>
        {
            // Who cannot sign in must not be counted as somebody who can give roles.
            if (role is StaffRole.Administrator && (await db.SuspensionsAsync(member, null, clock.Now, ct)).Any(one => one.Site is null))
            {
                return new NotAllowed();
            }

            var at = site?.Id;
            if (await db.RoleGrants.AsNoTracking().FirstOrDefaultAsync(row => row.Member == member && row.Role == role && row.Site == at, ct) is not { } grant)
            {
                grant = new RoleGrantRow { Id = Guid.CreateVersion7(), Member = member, Role = role, Site = at };
                db.Add(grant);
                Note("role-granted", grant, site);
                await db.SaveChangesAsync(ct);
            }

            return new RoleResponse(grant.Id, grant.Role, site?.Code);
        }, ct);
        db.ChangeTracker.Clear();
        return result;
    }

    public async Task<Refusal?> TakeAsync(MemberId member, Guid id, CancellationToken ct)
    {
        if (await RefusalAsync(member, ct) is { } refusal)
        {
            return refusal;
        }

        try
        {
            return await LabTransaction.RunHoldingAsync(db, [member.Value], async () =>
            {
                if (await db.RoleGrants.SingleOrDefaultAsync(row => row.Id == id && row.Member == member, ct) is not { } grant)
                {
                    return new NoSuchThing("role");
                }

                var site = grant.Site is { } at ? await db.Sites.AsNoTracking().SingleAsync(row => row.Id == at, ct) : null;
                db.Remove(grant);
                Note("role-taken", grant, site);
                await db.SaveChangesAsync(ct);
                return (Refusal?)null;
            }, ct);
        }
        catch (Exception error) when (DatabaseRefusals.IsLastAdministrator(error))
        {
            return new LastAdministrator();
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }

    private async Task<Refusal?> RefusalAsync(MemberId member, CancellationToken ct) =>
        !me.May(Right.GrantRoles, Subject.Nothing) || await members.OneAsync(member, ct) is null ? new NoSuchThing("member")
        : sessions.ThisOne is not null && !await sessions.IsConfirmedAsync(ct) ? new ConfirmationNeeded()
        : null;

    private void Note(string action, RoleGrantRow grant, SiteRow? site)
    {
        audit.Note(action, $"role/{grant.Id}", site: grant.Site, concerns: grant.Member, after: new Dictionary<string, string> { ["role"] = grant.Role.ToString() });
        db.Tell(grant.Member, action, new Dictionary<string, string> { ["site"] = site?.Name ?? "Fablab" }, clock.Now);
    }
}

internal static class RoleEndpoints
{
    public static void MapRoles(this RouteGroupBuilder api)
    {
        var roles = api.MapGroup("/members/{member:guid}/roles").WithTags("members").WithRefusals("not-found", "confirmation-needed");
        roles.MapPost("/", GrantAsync).WithName("GrantRole").WithSummary("Give a member a role, at a site or as administrator; it counts at once");
        roles.MapDelete("/{id:guid}", TakeAsync).WithName("TakeRole").WithSummary("Take a role away; it counts no more, at once").WithRefusals("last-administrator");
    }

    public static void MapRolePages(this IEndpointRouteBuilder pages) => pages.MapPost("/people/{member:guid}/roles", async (
        Guid member, [FromForm] string? role, [FromForm] string? site, [FromForm] Guid? take, GrantRoles roles, MemberPages page, CancellationToken ct) =>
    {
        if (take is { } id)
        {
            return await page.AnswerAsync(member, await roles.TakeAsync(new MemberId(member), id, ct), ct);
        }

        return Enum.TryParse<StaffRole>(role, out var wanted) && Enum.IsDefined(wanted)
            ? await page.AnswerAsync(
                member, (await roles.GrantAsync(new MemberId(member), new GrantRoleRequest(wanted, wanted is StaffRole.Administrator ? null : site ?? ""), ct)).Refusal, ct)
            : PageResults.NotFound();
    });

    private static async Task<Results<Created<RoleResponse>, ProblemHttpResult>> GrantAsync(Guid member, GrantRoleRequest request, GrantRoles roles, CancellationToken ct) =>
        (await roles.GrantAsync(new MemberId(member), request, ct)).Match<Results<Created<RoleResponse>, ProblemHttpResult>>(
            role => TypedResults.Created($"{ApiFeature.Base}/members/{member}/roles/{role.Id}", role), refusal => refusal.ToProblem());

    private static async Task<Results<NoContent, ProblemHttpResult>> TakeAsync(Guid member, Guid id, GrantRoles roles, CancellationToken ct) =>
        await roles.TakeAsync(new MemberId(member), id, ct) is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
}
