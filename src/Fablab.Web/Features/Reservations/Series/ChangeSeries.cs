using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Series;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Features.Reservations.Cancelling;
using Fablab.Web.Features.Reservations.Changing;
using Fablab.Web.Features.Reservations.Waiting;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Series;

/// <summary>Changes one reservation of a series, it and the following, or all: everything that was asked or nothing.</summary>
internal sealed class ChangeSeries(FablabDb db, ApplyChange apply, CancelReservation cancel, FreedPools pools, CurrentMember me, IDateTimeZoneProvider zones, LabClock clock)
{
    /// <param name="seen">The version of the series that the asker saw; <see langword="null"/> when any will do.</param>
    public async Task<Result<CancelledManyResponse>> CancelAsync(SeriesId id, CancelSeriesRequest request, CancellationToken ct, string? seen = null)
    {
        if (await FindAsync(id, request.ReservationId, Right.CancelReservation, ct) is not { } found)
        {
            return new NoSuchThing("series");
        }

        return await pools.ThenOfferAsync(LabTransaction.DecideAsync<CancelledManyResponse>(db, found.Held, async () =>
        {
            var all = await ReservationsAsync(id, ct);
            if (!SeriesVersion.Fits(all, seen))
            {
                return new StaleVersion();
            }

            var edit = SeriesEdits.Cancel(SeriesOf(all, found.Zone), new ReservationId(request.ReservationId), request.Reach);
            foreach (var going in edit.Cancelled)
            {
                if ((await cancel.ExecuteWithinAsync(going, null, ct)).Refusal is { } refusal)
                {
                    return refusal;
                }

                db.ChangeTracker.Clear();
            }

            return new CancelledManyResponse([.. edit.Cancelled.Select(gone => gone.Value)]);
        }, ct), ct);
    }

    /// <param name="seen">The version of the series that the asker saw; <see langword="null"/> when any will do.</param>
    public async Task<Result<SeriesMovedResponse>> MoveAsync(SeriesId id, MoveSeriesRequest request, CancellationToken ct, string? seen = null)
    {
        if (await FindAsync(id, request.ReservationId, Right.ChangeReservation, ct) is not { } found)
        {
            return new NoSuchThing("series");
        }

        return await pools.ThenOfferAsync(LabTransaction.DecideAsync(db, found.Held, () => MoveWithinAsync(id, request, found, seen, ct), ct), ct);
    }

    /// <summary>What moving it would say, without moving.</summary>
    public async Task<Result<SeriesMovedResponse>> CheckMoveAsync(SeriesId id, MoveSeriesRequest request, CancellationToken ct)
    {
        if (await FindAsync(id, request.ReservationId, Right.ChangeReservation, ct) is not { } found)
        {
            return new NoSuchThing("series");
        }

        return await LabTransaction.TryOutAsync(db, found.Held, () => MoveWithinAsync(id, request, found, null, ct), ct);
    }

    /// <summary>The reservations as the pure edits see them, in order of their planned start.</summary>
    internal static IReadOnlyList<SeriesReservation> SeriesOf(IEnumerable<Reservation> reservations, DateTimeZone zone) =>
    [
        .. reservations
            .OrderBy(r => r.PlannedStart)
            .Select(r => new SeriesReservation
            {
                Id = r.Id,
                PlannedStart = r.PlannedStart!.Value,
                Slot = r.Slot,
                IsSettled = r.State is not (ReservationState.Requested or ReservationState.Confirmed),
                IsMovedAlone = SeriesPlan.SlotAt(r.PlannedStart!.Value, r.Slot.Length, zone)?.Start != r.Slot.Start,
            }),
    ];

    private async Task<Result<SeriesMovedResponse>> MoveWithinAsync(SeriesId id, MoveSeriesRequest request, FoundSeries found, string? seen, CancellationToken ct)
    {
        var all = await ReservationsAsync(id, ct);
        if (!SeriesVersion.Fits(all, seen))
        {
            return new StaleVersion();
        }

        var edit = SeriesEdits.Shift(
            SeriesOf(all, found.Zone), new ReservationId(request.ReservationId), request.Reach, request.Start, Duration.FromSeconds(request.Seconds), found.Zone);
        var news = new GatheredNotices();
        var moved = new List<Guid>();
        var problems = new List<BookingProblem>();

        // Each makes room for the next: the last one goes first when they move to later.
        foreach (var (reservation, to) in InOrder(edit.Moved, all.ToDictionary(one => one.Id)))
        {
            var refusal = to.CanBe ? await MoveOneAsync(reservation, to, request, found, news, ct) : new BookingRefused([SeriesResponses.Obstacle(to)]);
            if (refusal is BookingRefused refused)
            {
                problems.AddRange(refused.Problems.Select(problem => problem.OfPart(to.Number)));
            }
            else if (refusal is not null)
            {
                return refusal;
            }

            moved.Add(reservation.Id.Value);
        }

        if (problems.Count > 0)
        {
            return new BookingRefused(problems);
        }

        news.Tell(db, clock.Now);
        await db.SaveChangesAsync(ct);
        return new SeriesMovedResponse(moved, [.. edit.Staying.Select(one => one.Value)]);
    }

    private static IEnumerable<(Reservation Reservation, Occurrence To)> InOrder(IReadOnlyList<MovedOccurrence> moved, IReadOnlyDictionary<ReservationId, Reservation> all)
    {
        var pairs = moved.Select(move => (Reservation: all[move.Id], move.To)).ToList();
        return pairs.Any(pair => pair.To.Slot?.Start > pair.Reservation.Slot.Start)
            ? pairs.OrderByDescending(pair => pair.Reservation.Slot.Start)
            : pairs.OrderBy(pair => pair.Reservation.Slot.Start);
    }

    private async Task<Refusal?> MoveOneAsync(Reservation reservation, Occurrence to, MoveSeriesRequest request, FoundSeries found, GatheredNotices news, CancellationToken ct)
    {
        var change = new WantedChange(reservation.Pool is null ? found.CodeOf[reservation.Machine] : found.Bookable.Code, to.Slot!.Start, to.Slot.End, request.AcceptSoft);
        if (!(await apply.ExecuteAsync(reservation, change, ct, news)).TryGet(out var changed, out var refusal))
        {
            return refusal;
        }

        db.ChangeTracker.Clear();
        if (request.Reach is not SeriesReach.One)
        {
            var (id, planned) = (changed.Id, (LocalDateTime?)to.LocalStart);
            await db.Reservations.Where(r => r.Id == id).ExecuteUpdateAsync(set => set.SetProperty(r => r.PlannedStart, planned), ct);
        }

        return null;
    }

    private Task<List<Reservation>> ReservationsAsync(SeriesId id, CancellationToken ct) => db.Reservations.AsNoTracking().Where(r => r.Series == id).ToListAsync(ct);

    private async Task<FoundSeries?> FindAsync(SeriesId id, Guid reservation, Right right, CancellationToken ct)
    {
        var series = await db.Series.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, ct);
        var mine = await (
            from r in db.Reservations.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on r.Machine equals machine.Id
            where r.Series == id
            select new { r.Id, r.Member, Machine = machine.Id, machine.Code, machine.Site }).ToListAsync(ct);
        if (series is null || mine.All(row => row.Id != new ReservationId(reservation)) || !me.May(right, new Subject(series.Member, mine[0].Site))
            || await db.BookableAsync(series.Bookable, ct) is not { } bookable)
        {
            return null;
        }

        var site = bookable.Site;
        var zone = zones[await db.Sites.Where(row => row.Id == site).Select(row => row.TimeZone).SingleAsync(ct)];
        return new FoundSeries(
            bookable, zone, [.. bookable.Held, .. mine.Select(row => row.Machine).Distinct()], mine.DistinctBy(row => row.Machine).ToDictionary(row => row.Machine, row => row.Code));
    }

    private sealed record FoundSeries(Bookable Bookable, DateTimeZone Zone, IReadOnlyCollection<MachineId> Held, IReadOnlyDictionary<MachineId, string> CodeOf);
}
