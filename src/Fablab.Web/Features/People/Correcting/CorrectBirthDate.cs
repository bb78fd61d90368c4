using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Members.FirstAdministrator;
using Fablab.Web.Features.People.Browsing;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.People.Correcting;

/// <param name="BirthDate">As it stands on what was shown to staff.</param>
public sealed record BirthDateRequest(LocalDate BirthDate);

/// <summary>
/// Staff of a site put a member's birth date right after seeing a proof. Members give it themselves but cannot make themselves older while
/// they are minors, so that a slip of the finger needs somebody else.
/// </summary>
internal sealed class CorrectBirthDate(FablabDb db, ReadMembers members, CurrentMember me, AuditTrail audit, LabClock clock)
{
    private const int FirstYear = 1900;

    public async Task<Refusal?> ExecuteAsync(MemberId member, LocalDate? birthDate, CancellationToken ct)
    {
        if (await members.OneAsync(member, ct) is not { } found || member == me.Id || !found.Sites.Any(site => me.May(Right.CorrectMembers, Subject.At(site.Id))))
        {
            return new NoSuchThing("member");
        }

        if (birthDate is not { } day || day.Year < FirstYear || day > clock.Now.InUtc().Date)
        {
            return new AccountRefused(["birth-date-invalid"]);
        }

        var id = member.Value;
        await LabTransaction.RunHoldingAsync(db, [id], async () =>
        {
            var account = await db.Users.SingleAsync(row => row.Id == id, ct);
            (account.BirthDate, account.ConcurrencyStamp) = (day, Guid.NewGuid().ToString());
            audit.Note("birth-date-corrected", $"account/{id}", concerns: member);
            return await db.SaveChangesAsync(ct);
        }, ct);
        db.ChangeTracker.Clear();
        return null;
    }
}

internal static class CorrectingEndpoints
{
    public static void MapCorrecting(this RouteGroupBuilder api) => api.MapPut("/members/{member:guid}/birth-date", CorrectAsync).WithTags("members")
        .WithName("CorrectBirthDate").WithSummary("Put a member's birth date right, as staff of one of their sites who saw a proof").WithRefusals("not-found", "account-refused");

    public static void MapCorrectingPages(this IEndpointRouteBuilder pages) => pages.MapPost(
        PeopleList.Address + "/{member:guid}/birth-date",
        async (Guid member, [FromForm] string? birthDate, CorrectBirthDate correct, MemberPages page, CancellationToken ct) =>
            await correct.ExecuteAsync(new MemberId(member), LocalDatePattern.Iso.Parse(birthDate ?? "").TryGetValue(default, out var day) ? day : null, ct) switch
            {
                AccountRefused => await page.ShowAsync(member, "birth-date-invalid", ct),
                var refusal => await page.AnswerAsync(member, refusal, ct),
            });

    private static async Task<Results<NoContent, ProblemHttpResult>> CorrectAsync(Guid member, BirthDateRequest request, CorrectBirthDate correct, CancellationToken ct) =>
        await correct.ExecuteAsync(new MemberId(member), request.BirthDate, ct) is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
}
