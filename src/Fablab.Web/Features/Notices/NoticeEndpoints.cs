using System.ComponentModel.DataAnnotations;
using Fablab.Web.Api;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Notices.Pushing;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;

namespace Fablab.Web.Features.Notices;

/// <param name="Code">What it says; the codes are in the list of notices.</param>
/// <param name="Facts">Of what: machine (id), start, until and the like, as far as they apply.</param>
/// <param name="IsNew">It came after the newest that I have said to have seen, or that a page showed me.</param>
internal sealed record NoticeResponse(Guid Id, Instant At, string Code, IReadOnlyDictionary<string, string> Facts, bool IsNew);

/// <param name="Count">Up to 100.</param>
internal sealed record NewNoticesResponse(int Count);

/// <param name="Until">When the newest that was seen came: its <c>at</c>.</param>
public sealed record SeenNoticesRequest(Instant Until);

/// <param name="Unwanted">Topics of notices that are not sent by mail: bookings, confirmations, waiting-list, handovers, trainings, organisations, machines, membership.</param>
/// <param name="QuietFrom">Mail and browsers wait from here by the lab's clock (<c>22:00:00</c>); <see langword="null"/> with quietUntil for none.</param>
/// <param name="QuietUntil">Until here, perhaps over midnight.</param>
/// <param name="UnwantedPush">Topics that are not shown by browsers in which no page is open; left out to leave them as they are.</param>
public sealed record MailPreferencesRequest(
    [property: Required, MaxLength(20)] IReadOnlyList<string> Unwanted, LocalTime? QuietFrom, LocalTime? QuietUntil, [property: MaxLength(20)] IReadOnlyList<string>? UnwantedPush);

internal sealed record MailPreferencesResponse(
    IReadOnlyList<string> Unwanted, LocalTime? QuietFrom, LocalTime? QuietUntil, IReadOnlyList<string>? UnwantedPush, IReadOnlyList<string> Topics)
{
    public static MailPreferencesResponse From(MailPreferences wanted) => new(wanted.Unwanted, wanted.QuietFrom, wanted.QuietUntil, wanted.UnwantedPush, NoticeCodes.Topics);
}

internal static class NoticeEndpoints
{
    public static void MapNotices(this RouteGroupBuilder api)
    {
        var notices = api.MapGroup("").WithTags("members");
        notices.MapGet("/notices", ListAsync).WithName("ListMyNotices").WithSummary("What the lab has told me, the newest first");
        notices.MapGet("/notices/new", async (MyNotices mine, CurrentMember me, CancellationToken ct) => TypedResults.Ok(new NewNoticesResponse(await mine.NewAsync(me.Id, ct))))
            .WithName("CountMyNewNotices").WithSummary("How many notices I have not looked at");
        notices.MapPut("/notices/seen", SeeAsync).WithName("SetMyNoticesSeen").WithSummary("Say up to which notice I have looked; an earlier one changes nothing");
        notices.MapGet("/members/me/mail", ReadAsync).WithName("GetMyMailPreferences").WithSummary("Which notices I want by mail, and when not");
        api.MapPush();
        notices.MapPut("/members/me/mail", ChangeAsync)
            .WithName("SetMyMailPreferences")
            .WithSummary("Choose which notices come by mail, and the hours in which none comes")
            .WithRefusals("mail-preferences-refused");
    }

    private static async Task<Ok<Page<NoticeResponse>>> ListAsync(int? limit, string? after, MyNotices mine, CurrentMember me, CancellationToken ct)
    {
        var view = await mine.ListAsync(me.Id, Cursor.Parse(after), Cursor.Limit(limit), ct);
        return TypedResults.Ok(view.Page.Select(notice => new NoticeResponse(notice.Id, notice.At, notice.Code, notice.Facts, view.IsNew(notice))));
    }

    private static async Task<NoContent> SeeAsync(SeenNoticesRequest request, MyNotices mine, CurrentMember me, LabClock clock, CancellationToken ct)
    {
        // What comes later was seen by nobody.
        await mine.SeeAsync(me.Id, Instant.Min(request.Until, clock.Now), ct);
        return TypedResults.NoContent();
    }

    private static async Task<Ok<MailPreferencesResponse>> ReadAsync(MyMailPreferences preferences, CurrentMember me, CancellationToken ct) =>
        TypedResults.Ok(MailPreferencesResponse.From(await preferences.ReadAsync(me.Id, ct)));

    private static async Task<Results<Ok<MailPreferencesResponse>, ProblemHttpResult>> ChangeAsync(
        MailPreferencesRequest request, MyMailPreferences preferences, CurrentMember me, CancellationToken ct) =>
        (await preferences.ChangeAsync(me.Id, new MailPreferences(request.Unwanted, request.QuietFrom, request.QuietUntil, request.UnwantedPush), ct))
            .Match<Results<Ok<MailPreferencesResponse>, ProblemHttpResult>>(wanted => TypedResults.Ok(MailPreferencesResponse.From(wanted)), refusal => refusal.ToProblem());
}
