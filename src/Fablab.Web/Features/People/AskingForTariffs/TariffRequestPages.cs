using Fablab.Domain;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Features.MachineJobs.Uploading;
using Fablab.Web.Features.People.Groups;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.People.AskingForTariffs;

/// <summary>A decision as it is typed.</summary>
/// <param name="Refused">Why it could not be done: the code of a refusal, <c>reason-missing</c> or <c>day-unreadable</c>.</param>
public sealed record TariffDecisionForm(Guid Request, string From, string Until, string Seen, string Reason, string? Refused);

internal static class TariffRequestPages
{
    public static void MapTariffRequestPages(this IEndpointRouteBuilder pages)
    {
        var limit = pages.ServiceProvider.GetRequiredService<IOptions<TariffProofOptions>>().Value.LargestBytes + UploadJobEndpoint.OtherFieldsBytes;
        pages.MapGet(AskForTariff.PageAddress, (Guid? group, TariffPages page, CancellationToken ct) => page.ShowMineAsync(group, null, ct));
        pages.MapPost(AskForTariff.PageAddress, AskAsync).WithMetadata(new RequestSizeLimitAttribute(limit)).WithFormOptions(multipartBodyLengthLimit: limit);
        pages.MapGet(DecideTariffRequests.PageAddress, (string? after, TariffPages page, CancellationToken ct) => page.ShowWaitingAsync(null, after, ct));
        pages.MapPost(DecideTariffRequests.PageAddress, DecideAsync);
        pages.MapGet("/people/tariff-requests/{id:guid}/proof", async (Guid id, DecideTariffRequests decide, CancellationToken ct) =>
            (await decide.ProofAsync(id, ct)).TryGet(out var proof, out _) ? (IResult)TariffRequestEndpoints.FileOf(proof) : PageResults.NotFound());
    }

    private static async Task<IResult> AskAsync(HttpContext http, AskForTariff ask, TariffPages page, CancellationToken ct)
    {
        var posted = await http.Request.ReadFormAsync(ct);
        if (Guid.TryParse(posted["withdraw"], out var withdrawn))
        {
            // One that is gone or answered already shows on the page.
            await ask.WithdrawAsync(withdrawn, ct);
            return Go.To(AskForTariff.PageAddress);
        }

        Guid? group = Guid.TryParse(posted["group"], out var chosen) ? chosen : null;
        if (posted.Files.GetFile("file") is not { Length: > 0 } file)
        {
            return await page.ShowMineAsync(group, "proof-unreadable", ct);
        }

        await using var content = file.OpenReadStream();
        return (await ask.ExecuteAsync(group ?? Guid.Empty, content, ct)).Refusal switch
        {
            null => Go.To(AskForTariff.PageAddress),
            NoSuchThing => PageResults.NotFound(),
            TariffRequestRefused refused => await page.ShowMineAsync(group, refused.Reason, ct),
            { } refusal => await page.ShowMineAsync(group, refusal.Code, ct),
        };
    }

    private static async Task<IResult> DecideAsync(
        [FromForm] Guid? request, [FromForm] string? act, [FromForm] string? from, [FromForm] string? until, [FromForm] string? seen, [FromForm] string? reason, [FromForm] string? after,
        DecideTariffRequests decide, TariffPages page, IDateTimeZoneProvider zones, IOptions<WebOptions> web, CancellationToken ct)
    {
        var (zone, id) = (zones[web.Value.TimeZone], request ?? Guid.Empty);
        var form = new TariffDecisionForm(id, from ?? "", until ?? "", Cut(seen), Cut(reason), null);
        if (act != "accept" && string.IsNullOrWhiteSpace(form.Reason))
        {
            return await page.ShowWaitingAsync(form with { Refused = "reason-missing" }, after, ct);
        }

        if (act == "accept" && (GroupEndpoints.IsUnreadable(from) || GroupEndpoints.IsUnreadable(until)))
        {
            return await page.ShowWaitingAsync(form with { Refused = "day-unreadable" }, after, ct);
        }

        var refusal = act == "accept"
            ? await decide.AcceptAsync(
                id, GroupEndpoints.DayOf(from)?.AtStartOfDayInZone(zone).ToInstant(), GroupEndpoints.DayOf(until)?.PlusDays(1).AtStartOfDayInZone(zone).ToInstant(), form.Seen, ct)
            : await decide.RefuseAsync(id, form.Reason, ct);
        return refusal switch
        {
            null => Go.To(DecideTariffRequests.PageAddress),
            NoSuchThing => PageResults.NotFound(),
            _ => await page.ShowWaitingAsync(form with { Refused = refusal.Code }, after, ct),
        };
    }

    private static string Cut(string? typed) => typed is null ? "" : typed[..Math.Min(typed.Length, DecideTariffRequests.LongestReason)];
}

/// <summary>Puts the two pages together.</summary>
internal sealed class TariffPages(AskForTariff ask, DecideTariffRequests decide, IOptions<TariffProofOptions> options, IDateTimeZoneProvider zones, IOptions<WebOptions> web, LabClock clock)
{
    /// <param name="chosen">The group of a form that was refused.</param>
    /// <param name="refused">Why.</param>
    public async Task<IResult> ShowMineAsync(Guid? chosen, string? refused, CancellationToken ct) => PageResults.Page<MyTariffsPage>(
        new
        {
            Groups = await ask.GroupsAsync(ct),
            Requests = await ask.MineAsync(ct),
            Chosen = chosen,
            Refused = refused,
            options.Value.LargestMebibytes,
            Zone = zones[web.Value.TimeZone],
        },
        refused is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);

    /// <param name="after">Where the page begins.</param>
    public async Task<IResult> ShowWaitingAsync(TariffDecisionForm? form, string? after, CancellationToken ct)
    {
        if (!decide.MayDecide)
        {
            return PageResults.NotFound();
        }

        var page = await decide.WaitingAsync(Cursor.Parse(after), Cursor.DefaultLimit, ct);
        return PageResults.Page<TariffRequestsPage>(
            new { Requests = page.Items, page.Next, After = after, Form = form, Zone = zones[web.Value.TimeZone], Now = clock.Now },
            form is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}
