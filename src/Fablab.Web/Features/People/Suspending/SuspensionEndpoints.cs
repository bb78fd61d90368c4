using System.ComponentModel.DataAnnotations;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.People.Browsing;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.People.Suspending;

/// <param name="Site">Code; left out for everywhere, which only administrators say.</param>
/// <param name="Reason">The member reads it.</param>
/// <param name="Until">Over from here on; left out until it is lifted.</param>
public sealed record SuspendRequest(
    [property: StringLength(40)] string? Site, [property: Required, StringLength(500, MinimumLength = 3)] string Reason, Instant? Until);

internal sealed record SuspensionResponse(Guid Id, string? Site, string Reason, Guid By, Instant At, Instant? Until)
{
    public static SuspensionResponse From(SuspensionRow row, string? site) => new(row.Id, site, row.Reason, row.By.Value, row.At, row.Until);
}

internal static class SuspensionEndpoints
{
    public static void MapSuspensions(this RouteGroupBuilder api)
    {
        var all = api.MapGroup("/members/{member:guid}/suspensions").WithTags("members").WithRefusals("not-found", "not-allowed");
        all.MapPost("/", SuspendAsync).WithName("SuspendMember").WithSummary("Let a member use a site, or the whole lab, no more, with a reason that they read")
            .WithRefusals("suspended-already", "malformed-request");
        all.MapPost("/{id:guid}/lift", LiftAsync).WithName("LiftSuspension").WithSummary("End a suspension; ending it twice ends it");
    }

    public static void MapSuspensionPages(this IEndpointRouteBuilder pages)
    {
        pages.MapPost("/people/{member:guid}/suspensions", async (
            Guid member, [FromForm] string? site, [FromForm] string? reason, [FromForm] string? until, [FromForm] Guid? lift, SuspendMember suspend, MemberPages page, IDateTimeZoneProvider zones,
            Microsoft.Extensions.Options.IOptions<WebOptions> web, LabClock clock, CancellationToken ct) =>
        {
            if (lift is { } id)
            {
                return await page.AnswerAsync(member, await suspend.LiftAsync(new MemberId(member), id, ct), ct);
            }

            // The last day belongs to it.
            Instant? end = LocalDatePattern.Iso.Parse(until ?? "").TryGetValue(default, out var day) && day.Year is >= 2000 and < 2190
                ? day.PlusDays(1).AtStartOfDayInZone(zones[web.Value.TimeZone]).ToInstant() : null;
            var why = reason?.Trim() ?? "";
            return why.Length is < 3 or > 500 || end <= clock.Now || (end is null && !string.IsNullOrWhiteSpace(until))
                ? await page.ShowAsync(member, "suspension-unreadable", ct)
                : await page.AnswerAsync(member, (await suspend.ExecuteAsync(new MemberId(member), new SuspendRequest(site is { Length: > 0 } ? site : null, why, end), ct)).Refusal, ct);
        });
    }

    private static async Task<Results<Created<SuspensionResponse>, ProblemHttpResult>> SuspendAsync(
        Guid member, SuspendRequest request, SuspendMember suspend, LabClock clock, CancellationToken ct)
    {
        if (request.Until is { } until && (until <= clock.Now || !LabClock.IsPlausible(until)))
        {
            return RefusalProblems.ToProblem("malformed-request", "'until' lies in the past.");
        }

        return (await suspend.ExecuteAsync(new MemberId(member), request, ct)).Match<Results<Created<SuspensionResponse>, ProblemHttpResult>>(
            row => TypedResults.Created($"{ApiFeature.Base}/members/{member}/suspensions/{row.Id}", SuspensionResponse.From(row, request.Site)), refusal => refusal.ToProblem());
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> LiftAsync(Guid member, Guid id, SuspendMember suspend, CancellationToken ct) =>
        await suspend.LiftAsync(new MemberId(member), id, ct) is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
}
