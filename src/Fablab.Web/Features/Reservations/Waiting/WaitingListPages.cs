using Fablab.Domain;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>Wishing for time, and answering offers with one click; a link in a notice leads here, and only the button answers.</summary>
internal static class WaitingListPages
{
    public static void MapWaitingListPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(WaitingListEndpoints.PageAddress, (string? done, WaitingPageModel page, CancellationToken ct) => page.ShowAsync(done, null, ct));
        pages.MapPost(WaitingListEndpoints.PageAddress + "/{id:guid}", AnswerAsync);
        pages.MapGet("/machines/{code}/wait", AskAsync);
        pages.MapPost("/machines/{code}/wait", JoinAsync);
    }

    private static async Task<IResult> AnswerAsync(Guid id, HttpContext http, AnswerOffer answer, WaitingPageModel page, CancellationToken ct)
    {
        var wish = new WaitingWishId(id);
        var act = (await http.Request.ReadFormAsync(ct))["act"].ToString();
        if (act == "accept")
        {
            return (await answer.AcceptAsync(wish, ct)).TryGet(out var booked, out var refusal) ? Go.To($"/reservations/{booked.Id}?done=booked") : await RefusedAsync(refusal);
        }

        if (act == "decline")
        {
            return (await answer.DeclineAsync(wish, ct)).TryGet(out _, out var refusal) ? Done("declined") : await RefusedAsync(refusal);
        }

        return (await answer.WithdrawAsync(wish, ct)).TryGet(out _, out var unknown) ? Done("withdrawn") : await RefusedAsync(unknown);

        Task<IResult> RefusedAsync(Refusal refusal) => refusal is NoSuchThing ? Task.FromResult<IResult>(PageResults.NotFound()) : page.ShowAsync(null, refusal, ct);
    }

    private static SeeOther Done(string what) => Go.To($"{WaitingListEndpoints.PageAddress}?done={what}");

    private static async Task<IResult> AskAsync(
        string code, string? start, int? minutes, ReadMachines machines, IDateTimeZoneProvider zones, LabClock clock, CancellationToken ct)
    {
        if (await machines.BookableAsync(code, ct) is not { } view)
        {
            return PageResults.NotFound();
        }

        Instant? wanted = InstantPattern.General.Parse(start ?? "").TryGetValue(clock.Now, out var at) && LabClock.IsPlausible(at) ? at : null;
        var length = minutes is > 0 and < 100_000 ? Duration.FromMinutes(minutes.Value) : (Duration?)null;
        return Ask(view, WishForm.For(wanted, length, clock.Now, view.Machine.Policy, zones[view.Site.TimeZone]), null, false);
    }

    private static async Task<IResult> JoinAsync(
        string code, HttpContext http, ReadMachines machines, JoinWaitingList join, IdempotentRequest idempotent, CurrentMember me, IDateTimeZoneProvider zones, LabClock clock,
        CancellationToken ct)
    {
        if (await machines.BookableAsync(code, ct) is not { } view)
        {
            return PageResults.NotFound();
        }

        var posted = await http.Request.ReadFormAsync(ct);
        var form = WishForm.Read(posted);
        if (posted["act"].ToString() is not ("now" or "dated"))
        {
            // The language was changed; nothing is asked for yet.
            return Ask(view, form, null, false);
        }

        var kind = posted["act"] == "now" ? WishKind.Now : WishKind.Dated;
        if (form.ToRequest(view, kind, zones[view.Site.TimeZone], clock.Now) is not { } request)
        {
            return Ask(view, form, null, true);
        }

        // A form that is sent twice joins once; what it says is the form, not the instant at which it came.
        idempotent.Begin(me.Id, form.Key, http.Request, form);
        if (await EarlierAsync(idempotent))
        {
            return Done("joined");
        }

        try
        {
            return (await join.ExecuteAsync(request, ct)).TryGet(out _, out var refusal) ? Done("joined") : Ask(view, form, refusal, false);
        }
        catch (DbUpdateException error) when (DatabaseRefusals.IsDuplicate(error))
        {
            return Done("joined");
        }
    }

    private static async Task<bool> EarlierAsync(IdempotentRequest idempotent) => (await idempotent.FindAsync(CancellationToken.None)) is { Answer: not null, IsSameRequest: true };

    private static IResult Ask(MachineView view, WishForm form, Refusal? refusal, bool isUnreadable) => PageResults.Page<JoinPage>(
        new { View = view, Form = form, Refusal = refusal, IsUnreadable = isUnreadable },
        refusal is null && !isUnreadable ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
}

/// <summary>A wish of the reader, with the wall clock that it goes by.</summary>
public sealed record MyWish(WaitingWishResponse Wish, DateTimeZone Zone);

/// <summary>Puts the list of one's wishes together.</summary>
internal sealed class WaitingPageModel(ReadWaitingList read, ReadMachines machines, IDateTimeZoneProvider zones, LabClock clock)
{
    public async Task<IReadOnlyList<MyWish>> WishesAsync(CancellationToken ct)
    {
        var wishes = await read.MineAsync(alsoOver: false, ct);
        var sites = wishes.Count == 0 ? [] : await machines.SitesAsync(ct);
        return [.. wishes.Select(wish => new MyWish(wish, zones[(sites.FirstOrDefault(site => site.Code == wish.Site) ?? sites[0]).TimeZone]))];
    }

    public async Task<IResult> ShowAsync(string? done, Refusal? refusal, CancellationToken ct) => PageResults.Page<WaitingListPage>(
        new { Wishes = await WishesAsync(ct), Done = done, Refusal = refusal, Now = clock.Now },
        refusal is null ? StatusCodes.Status200OK : RefusalTable.StatusOf(refusal));
}
