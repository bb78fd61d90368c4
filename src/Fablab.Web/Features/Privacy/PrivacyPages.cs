using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Privacy;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Members.Securing;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.People.Browsing;
using Fablab.Web.Features.Privacy.Consenting;
using Fablab.Web.Features.Privacy.Erasing;
using Fablab.Web.Features.Privacy.Exporting;
using Fablab.Web.Features.Privacy.Informing;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Privacy;

internal static class PrivacyPages
{
    /// <summary>What everybody may read.</summary>
    public const string StatementAddress = "/privacy";

    public static void MapPrivacyPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(StatementAddress, TellAsync).AllowAnonymous();
        pages.MapGet(AskErasure.PageAddress, (string? done, PrivacyPageModel page, CancellationToken ct) => page.ShowAsync(done, null, ct));
        pages.MapGet($"{AskErasure.PageAddress}/export", async (ExportPerson export, CancellationToken ct) =>
            (await export.ExecuteAsync(ct)).Match<IResult>(file => file, _ => Go.To(SecurityPages.ConfirmFor(AskErasure.PageAddress))));
        pages.MapPost($"{AskErasure.PageAddress}/consents", SayAsync);
        pages.MapPost($"{AskErasure.PageAddress}/erasure", EraseAsync);
        pages.MapPost("/people/{member:guid}/erasure", EraseOtherAsync);
    }

    private static async Task<IResult> TellAsync(ReadStatement read, CancellationToken ct) => PageResults.Page<StatementPage>(new { Statement = await read.ExecuteAsync(ct) });

    private static async Task<IResult> SayAsync(HttpContext http, Consents consents, CancellationToken ct)
    {
        var given = (await http.Request.ReadFormAsync(ct))["given"];
        foreach (var purpose in Enum.GetValues<ConsentPurpose>())
        {
            await consents.SayAsync(purpose, given.Contains(purpose.ToString()), ct);
        }

        return Go.To($"{AskErasure.PageAddress}?done=consents");
    }

    private static async Task<IResult> EraseAsync([FromForm] string? act, [FromForm] string? sure, AskErasure ask, PrivacyPageModel page, CancellationToken ct)
    {
        if (act == "keep")
        {
            await ask.CancelForMeAsync(ct);
            return Go.To($"{AskErasure.PageAddress}?done=kept");
        }

        if (sure != "yes")
        {
            return await page.ShowAsync(null, null, ct, isUnsure: true);
        }

        return (await ask.AskForMeAsync(ct)).Refusal switch
        {
            null => Go.To($"{AskErasure.PageAddress}?done=asked"),
            ConfirmationNeeded => Go.To(SecurityPages.ConfirmFor(AskErasure.PageAddress)),
            var refusal => await page.ShowAsync(null, refusal, ct),
        };
    }

    private static async Task<IResult> EraseOtherAsync(Guid member, [FromForm] string? act, [FromForm] string? reason, AskErasure ask, MemberPages page, CancellationToken ct)
    {
        if (act == "keep")
        {
            return await page.AnswerAsync(member, await ask.CancelForAsync(new MemberId(member), ct), ct);
        }

        return reason?.Trim() is { Length: >= 3 and <= ErasureRow.LongestReason } why
            ? await page.AnswerAsync(member, (await ask.AskForAsync(new MemberId(member), why, ct)).Refusal, ct)
            : await page.ShowAsync(member, "erasure-reason-missing", ct);
    }
}

/// <summary>Puts the page together on which members decide about what the lab knows of them.</summary>
internal sealed class PrivacyPageModel(CurrentMember me, AskErasure ask, Consents consents, IOptions<PrivacyOptions> options, IDateTimeZoneProvider zones, IOptions<WebOptions> web)
{
    /// <param name="isUnsure">The box was not ticked.</param>
    public async Task<IResult> ShowAsync(string? done, Refusal? refusal, CancellationToken ct, bool isUnsure = false) => PageResults.Page<PrivacyPage>(
        new
        {
            Erasure = await ask.OpenAsync(me.Id, ct),
            Obstacles = (refusal as ErasureBlocked)?.Obstacles ?? [],
            Consents = await consents.OfMeAsync(ct),
            WaitDays = options.Value.ErasureWaitDays,
            Refused = isUnsure ? "erasure-not-sure" : refusal?.Code,
            Done = done,
            Zone = zones[web.Value.TimeZone],
        },
        refusal is null && !isUnsure ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
}
