using Fablab.Domain;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Series;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Hosting;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Series;

/// <summary>What is typed to change a series: which of its reservations, how far the change reaches, and the new time of that one.</summary>
/// <param name="Version">Of the series when the form was made.</param>
public sealed record SeriesChangeForm(Guid Reservation, SeriesReach Reach, BookingForm When, string Version)
{
    public string Fingerprint => $"{Reservation} {Reach} {Version} {When.Fingerprint}";

    public static SeriesChangeForm For(SeriesView series, BookedInSeries one) => new(
        one.Reservation.Id.Value,
        SeriesReach.One,
        BookingForm.For(one.Reservation.Slot.Start, null, series.At.Machine.Policy, series.Zone) with { Minutes = (int)Math.Ceiling(one.Reservation.Slot.Length.TotalMinutes) },
        series.Version);

    public static SeriesChangeForm From(IFormCollection posted) => new(
        Guid.TryParse(posted["reservation"], out var id) ? id : Guid.Empty,
        Enum.TryParse<SeriesReach>(posted["reach"], out var reach) && Enum.IsDefined(reach) ? reach : SeriesReach.One,
        BookingForm.From(posted),
        posted["version"].ToString());

    /// <returns><see langword="null"/> when day, time or length cannot be read.</returns>
    public MoveSeriesRequest? ToRequest() => When.LocalStart is { } start && When.Minutes is > 0 and <= 62 * 1440
        ? new MoveSeriesRequest { ReservationId = Reservation, Reach = Reach, Start = start, Seconds = When.Minutes * 60, AcceptSoft = When.Accepted }
        : null;
}

/// <summary>The page of a series: its reservations, and changing one, it and the following, or all.</summary>
internal static class SeriesPages
{
    public static void MapSeriesPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/reservation-series/{id:guid}", ShowAsync);
        pages.MapPost("/reservation-series/{id:guid}", ActAsync);
    }

    public static string AddressOf(SeriesId id) => $"/reservation-series/{id}";

    private static async Task<IResult> ShowAsync(Guid id, string? done, Guid? pick, ReadSeries read, LabClock clock, CancellationToken ct) =>
        await read.OneAsync(new SeriesId(id), ct) is { } series
            ? Page(clock.Now, series, series.Open(pick) is { } picked ? SeriesChangeForm.For(series, picked) : null, done: done)
            : PageResults.NotFound();

    private static async Task<IResult> ActAsync(Guid id, HttpContext http, ReadSeries read, ChangeSeries change, SeriesMoves moves, LabClock clock, CancellationToken ct)
    {
        var posted = await http.Request.ReadFormAsync(ct);
        var form = SeriesChangeForm.From(posted);
        if (await read.OneAsync(new SeriesId(id), ct) is not { } series)
        {
            return PageResults.NotFound();
        }

        if (form.Version != series.Version)
        {
            return Stale(clock.Now, series, form);
        }

        if (series.Open(form.Reservation) is null)
        {
            return Page(clock.Now, series, null, refusal: new NoSuchThing("reservation"));
        }

        if (posted["act"] == "cancel")
        {
            var cancelled = await change.CancelAsync(series.Id, new CancelSeriesRequest { ReservationId = form.Reservation, Reach = form.Reach }, ct, form.Version);
            return await AfterAsync(cancelled.Refusal, "cancelled");
        }

        if (form.ToRequest() is not { } request)
        {
            return Page(clock.Now, series, form, isUnreadable: true);
        }

        if (posted["act"] == "confirm" && form.When.Seen == form.Fingerprint)
        {
            var moved = await change.MoveAsync(series.Id, request, ct, form.Version);
            if (moved.Refusal is not BookingRefused)
            {
                return await AfterAsync(moved.Refusal, "moved");
            }
        }

        return (await moves.TryAsync(series, request, ct)).TryGet(out var preview, out var refused) ? Page(clock.Now, series, form, preview) : await AfterAsync(refused, "moved");

        async Task<IResult> AfterAsync(Refusal? refusal, string done) => refusal switch
        {
            null => Go.To($"{AddressOf(series.Id)}?done={done}"),
            NoSuchThing => PageResults.NotFound(),
            StaleVersion when await read.OneAsync(series.Id, ct) is { } now => Stale(clock.Now, now, form),
            _ => Page(clock.Now, series, form, refusal: refusal),
        };
    }

    private static IResult Stale(Instant at, SeriesView series, SeriesChangeForm form) =>
        Page(at, series, series.Open(form.Reservation) is null ? null : form with { Version = series.Version }, refusal: new StaleVersion());

    private static IResult Page(
        Instant at, SeriesView series, SeriesChangeForm? form, SeriesMovePreview? preview = null, Refusal? refusal = null, bool isUnreadable = false, string? done = null) =>
        PageResults.Page<SeriesPage>(
            new { Series = series, Form = form, Preview = preview, Refusal = refusal, IsUnreadable = isUnreadable, Done = done, Now = at },
            refusal is not null ? RefusalTable.StatusOf(refusal)
                : isUnreadable || preview is { IsPossible: false } ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
}
