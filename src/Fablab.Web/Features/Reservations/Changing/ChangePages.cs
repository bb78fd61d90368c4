using Fablab.Domain;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Machines.Browsing;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Hosting;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Reservations.Changing;

/// <summary>Moving, extending and shortening without script: see what is free that day, the price and every reason, confirm.</summary>
internal static class ChangePages
{
    public static void MapChangePages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/reservations/{id:guid}/change", AskAsync);
        pages.MapPost("/reservations/{id:guid}/change", AnswerAsync);
    }

    public static string AddressOf(ReservationId id) => $"/reservations/{id}/change";

    private static async Task<IResult> AskAsync(
        Guid id, string? start, string? day, int? minutes, string? machine, ChangeChecks checks, ChangePageModel page, ReadMachines machines, CancellationToken ct)
    {
        if (await checks.FindAsync(new ReservationId(id), ct) is not { } of || await MachineAsync(machines, of, machine, ct) is not { } to)
        {
            return PageResults.NotFound();
        }

        Instant? wanted = InstantPattern.General.Parse(start ?? "").TryGetValue(default, out var at) && LabClock.IsPlausible(at) ? at : null;
        var form = ChangeForm.For(of, wanted, minutes is > 0 and <= BookingForm.MostMinutes ? minutes : null, to.Code);
        return await page.ShowAsync(of, to, day is null ? form : form with { When = form.When with { Date = day } }, ct);
    }

    private static async Task<IResult> AnswerAsync(
        Guid id, HttpContext http, ChangeChecks checks, ChangePageModel page, ChangeReservation change, ReadMachines machines, CancellationToken ct)
    {
        var posted = await http.Request.ReadFormAsync(ct);
        var form = ChangeForm.From(posted);
        if (await checks.FindAsync(new ReservationId(id), ct) is not { } of || await MachineAsync(machines, of, form.Machine, ct) is not { } to)
        {
            return PageResults.NotFound();
        }

        var (slot, trouble) = form.Read(of.Reservation.Slot, of.Zone);
        if (form.Version != ReservationVersion.Of(of.Reservation))
        {
            // Sent twice, the second one finds what the first one did.
            return slot == of.Reservation.Slot && to.Code == of.At.Code ? Done(of) : await StaleAsync(of, to, form, page, ct);
        }

        if (slot is null)
        {
            return await page.ShowAsync(of, to, form, ct, trouble: trouble);
        }

        if (posted["act"] == "confirm" && form.When.Seen == form.Fingerprint)
        {
            var result = await change.ExecuteAsync(of.Reservation.Id, to.Code == of.At.Code ? null : to.Code, slot.Start, slot.End, form.When.Accepted, form.Version, ct);
            if (result.Refusal is not BookingRefused)
            {
                return result.Refusal switch
                {
                    null => Done(of),
                    NoSuchThing => PageResults.NotFound(),
                    StaleVersion when await checks.FindAsync(of.Reservation.Id, ct) is { } now => await StaleAsync(now, to, form, page, ct),
                    { } refusal => await page.ShowAsync(of, to, form, ct, refusal: refusal),
                };
            }
        }

        return (await checks.CheckAsync(of, to, slot, ct)).TryGet(out var check, out var refused)
            ? await page.ShowAsync(of, to, form, ct, check)
            : await page.ShowAsync(of, to, form, ct, refusal: refused);
    }

    private static SeeOther Done(ChangingView of) => Go.To($"/reservations/{of.Reservation.Id}?done=change");

    private static Task<IResult> StaleAsync(ChangingView of, MachineView to, ChangeForm form, ChangePageModel page, CancellationToken ct) =>
        page.ShowAsync(of, to, form with { Version = ReservationVersion.Of(of.Reservation) }, ct, refusal: new StaleVersion());

    /// <summary>One that is used stays where it is.</summary>
    private static async Task<MachineView?> MachineAsync(ReadMachines machines, ChangingView of, string? code, CancellationToken ct) =>
        of.IsUsed || string.IsNullOrEmpty(code) || code == of.At.Code ? of.At : await machines.BookableAsync(code, ct);
}

/// <summary>Puts the page of a change together.</summary>
internal sealed class ChangePageModel(ChangeChecks checks, IDateTimeZoneProvider zones, LabClock clock)
{
    public async Task<IResult> ShowAsync(
        ChangingView of, MachineView to, ChangeForm form, CancellationToken ct, ChangeCheck? check = null, WallClockTrouble trouble = WallClockTrouble.None, Refusal? refusal = null)
    {
        refusal ??= of.MayChange ? null : new ReservationNotChangeable(of.Reservation.State);
        var zone = zones[to.Site.TimeZone];
        var date = form.When.Day ?? clock.Now.InZone(zone).Date;
        var day = new TimeSlot(zone.AtStartOfDay(date).ToInstant(), zone.AtStartOfDay(date.PlusDays(1)).ToInstant());
        var behind = of.IsUsed ? await checks.FreeUntilAsync(of, ct) : null;
        return PageResults.Page<ChangePage>(
            new
            {
                Of = of,
                To = to,
                Form = form,
                Check = check,
                Trouble = trouble,
                Refusal = refusal,
                Day = of is { MayChange: true, IsUsed: false } ? DayPlan.Of(date, zone, await checks.FreeAsync(of, to, day, ct), [], clock.Now) : null,
                FreeUntil = behind == Instant.MaxValue ? null : behind,
                IsFreeForLong = behind == Instant.MaxValue,
                Now = clock.Now,
            },
            refusal is not null ? RefusalTable.StatusOf(refusal)
                : trouble is not WallClockTrouble.None || check is { IsPossible: false } ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }
}
