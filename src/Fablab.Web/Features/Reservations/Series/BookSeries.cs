using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Series;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Series;

/// <summary>Books a machine at recurring times: all of them, or those that can be.</summary>
internal sealed class BookSeries(
    FablabDb db, PlaceReservation place, LookAtSeries look, CurrentMember me, IdempotentRequest idempotent, IDateTimeZoneProvider zones, LabClock clock)
{
    public async Task<Result<SeriesResponse>> BookAsync(BookSeriesRequest request, CancellationToken ct)
    {
        if (!(await PlanAsync(request, ct)).TryGet(out var plan, out var refusal))
        {
            return refusal;
        }

        // Without a time that can be there is nothing to hold, and nothing that clashes.
        return plan.Whole is null
            ? await BookWithinAsync(request, plan, ct)
            : await db.BookingAsync(plan.Bookable.Held, plan.Whole, () => BookWithinAsync(request, plan, ct), ct);
    }

    /// <summary>What booking it would say, without booking.</summary>
    public async Task<Result<SeriesResponse>> CheckAsync(BookSeriesRequest request, CancellationToken ct)
    {
        if (!(await PlanAsync(request, ct)).TryGet(out var plan, out var refusal))
        {
            return refusal;
        }

        return await LabTransaction.TryOutAsync(db, plan.Bookable.Held, () => BookWithinAsync(request with { OnConflict = OnConflict.Skip }, plan, ct), ct);
    }

    /// <summary>What would become of each date if it were booked in spite of all that the asker may lift; nothing is booked.</summary>
    public async Task<Result<IReadOnlyList<TriedDate>>> TryAsync(BookSeriesRequest request, CancellationToken ct) =>
        (await PlanAsync(request, ct)).TryGet(out var plan, out var refusal) ? await look.OfAsync(request, plan.Occurrences, ct) : refusal;

    private async Task<Result<PlannedSeries>> PlanAsync(BookSeriesRequest request, CancellationToken ct)
    {
        if (await db.BookableAsync(request.Machine, ct) is not { } bookable)
        {
            return new NoSuchThing("machine");
        }

        var zone = zones[await db.Sites.Where(site => site.Id == bookable.Site).Select(site => site.TimeZone).SingleAsync(ct)];
        return request.ToPlan().Occurrences(zone).TryGet(out var occurrences, out var refusal) ? new PlannedSeries(bookable, occurrences) : refusal;
    }

    private async Task<Result<SeriesResponse>> BookWithinAsync(BookSeriesRequest request, PlannedSeries plan, CancellationToken ct)
    {
        var id = await BeginAsync(request, ct);
        var news = new GatheredNotices();
        var booked = new List<BookedResponse>();
        var left = new List<LeftOutResponse>();
        foreach (var occurrence in plan.Occurrences)
        {
            var refusal = occurrence.CanBe
                ? await PlaceAsync(request, PlacingOf(request, id, occurrence) with { Together = news }, occurrence, (reservation, view) => booked.Add(BookedResponse.From(reservation, view.Machine.Code)), ct)
                : null;
            if (refusal is not null and not BookingRefused)
            {
                return refusal;
            }

            if (!occurrence.CanBe || refusal is not null)
            {
                left.Add(LeftOutResponse.From(occurrence, refusal as BookingRefused));
            }
        }

        if (booked.Count == 0 || (left.Count > 0 && request.OnConflict is OnConflict.Fail))
        {
            return new BookingRefused([.. left.SelectMany(one => one.ProblemsOfPart())]);
        }

        var answer = new SeriesResponse(id.Value, booked, left);
        news.Tell(db, clock.Now);
        idempotent.Keep(StatusCodes.Status201Created, SeriesEndpoints.LocationOf(id), answer);
        await db.SaveChangesAsync(ct);
        return answer;
    }

    private async Task<SeriesId> BeginAsync(BookSeriesRequest request, CancellationToken ct)
    {
        var id = new SeriesId(Guid.CreateVersion7());
        db.Add(new SeriesRow { Id = id, Member = request.WishFor(Anywhen, me.Id).Member, Bookable = request.Machine, CreatedAt = clock.Now });
        await db.SaveChangesAsync(ct);
        return id;
    }

    private async Task<Refusal?> PlaceAsync(BookSeriesRequest request, Placing placing, Occurrence occurrence, Action<Reservation, BookingView> booked, CancellationToken ct)
    {
        var placed = await place.ExecuteAsync(request.WishFor(occurrence.Slot!, me.Id), placing, ct, booked);
        db.ChangeTracker.Clear();
        return placed.Refusal;
    }

    private static Placing PlacingOf(BookSeriesRequest request, SeriesId id, Occurrence occurrence) =>
        new() { AcceptSoft = request.AcceptSoft, Company = request.Company, Series = id, PlannedStart = occurrence.LocalStart };

    private static readonly TimeSlot Anywhen = new(Instant.FromUnixTimeSeconds(0), Instant.FromUnixTimeSeconds(1));

    private sealed record PlannedSeries(Bookable Bookable, IReadOnlyList<Occurrence> Occurrences)
    {
        /// <summary>From the first start to the last end; <see langword="null"/> when no time of it can be.</summary>
        public TimeSlot? Whole => Occurrences.Where(one => one.CanBe).ToList() is { Count: > 0 } possible
            ? new TimeSlot(possible[0].Slot!.Start, possible[^1].Slot!.End)
            : null;
    }
}
