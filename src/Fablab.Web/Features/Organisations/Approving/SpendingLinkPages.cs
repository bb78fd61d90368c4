using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.People.Suspending;
using Fablab.Web.Features.Reservations;
using Fablab.Web.Features.Reservations.Approving;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Organisations.Approving;

/// <summary>A booking that waits for its organisation, as the link of a mail shows it.</summary>
/// <param name="IsOpen">It still waits, and stands as it stood when the mail was written.</param>
public sealed record SpendingAtHand(SpendingRequest Request, bool IsOpen);

/// <summary>Saying yes or no from a mail. Opening the link changes nothing, since mail programs open links by themselves; the button does.</summary>
internal static class SpendingLinkPages
{
    public static void MapSpendingLinkPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet($"{SpendingLinks.PageAddress}/{{key}}", ShowAsync).AllowAnonymous();
        pages.MapPost($"{SpendingLinks.PageAddress}/{{key}}", AnswerAsync).AllowAnonymous();
    }

    private static async Task<IResult> ShowAsync(string key, SpendingOfLink requests, CancellationToken ct) =>
        await requests.FindAsync(key, ct) is var (_, _, asked) ? Page(key, asked) : PageResults.NotFound();

    private static async Task<IResult> AnswerAsync(string key, [FromForm] string? act, SpendingOfLink requests, ApproveReservation approve, ActByLink acting, CancellationToken ct)
    {
        if (await requests.FindAsync(key, ct) is not var (approver, organisation, asked))
        {
            return PageResults.NotFound();
        }

        if (asked.IsOpen && act is "approve" or "decline")
        {
            await acting.AsAsync(approver, () => approve.AnswerSpendingAsync(organisation, asked.Request.Reservation.Id, act == "approve", null, ReservationVersion.Of(asked.Request.Reservation), ct), ct);
        }

        // What became of it is what they see, whether their answer was the first or came too late.
        return await requests.FindAsync(key, ct) is var (_, _, after) ? Page(key, after) : PageResults.NotFound();
    }

    private static IResult Page(string key, SpendingAtHand asked) =>
        PageResults.Page<SpendingLinkPage>(new { Address = $"{SpendingLinks.PageAddress}/{key}", Asked = asked });
}

/// <summary>Reads the request that a link was made for.</summary>
internal sealed class SpendingOfLink(FablabDb db, SpendingLinks links, LabClock clock)
{
    /// <returns><see langword="null"/> for a key that is not ours, and for whoever may not say yes any more.</returns>
    public async Task<(MemberId Approver, OrganisationId Organisation, SpendingAtHand Asked)?> FindAsync(string key, CancellationToken ct)
    {
        if (links.Read(key) is not { } link)
        {
            return null;
        }

        var (approver, id) = (link.Approver, link.Reservation);
        var found = await (
            from reservation in db.Reservations.AsNoTracking()
            where reservation.Id == id
            join project in db.Projects on reservation.Project equals (ProjectId?)project.Id
            join membership in db.OrganisationMembers on project.Organisation equals membership.Organisation
            where membership.Member == approver
            join machine in db.Machines on reservation.Machine equals machine.Id
            join site in db.Sites on machine.Site equals site.Id
            join tariff in db.Tariffs on reservation.Tariff equals tariff.Id
            join account in db.Users on (Guid)(object)reservation.Member equals account.Id
            select new { Reservation = reservation, project.Organisation, membership.Role, Machine = machine.Name, site.TimeZone, Project = project.Name, Member = account.DisplayName, tariff.Currency })
            .SingleOrDefaultAsync(ct);
        if (found is null || (Access.WhoMay(Right.ApproveSpending) & Access.StandingOf(found.Role)) == Standing.None || await db.IsSuspendedEverywhereAsync(approver, clock.Now, ct))
        {
            return null;
        }

        var asked = found.Reservation;
        var isOpen = asked.State is ReservationState.Requested && asked.Awaits.HasFlag(Approvals.Organisation) && asked.ExpiresAt > clock.Now && SpendingLinks.IsOf(link, asked);
        return (approver, found.Organisation, new SpendingAtHand(new SpendingRequest(asked, found.Machine, found.TimeZone, found.Project, found.Member, found.Currency), isOpen));
    }
}
