using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Finding;
using Fablab.Domain.Reservations.Pools;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Pools;

/// <summary>A reservation that has not begun goes to another unit of its pool.</summary>
internal sealed record SeatMove(Reservation Reservation, MachineId To);

/// <summary>What is kept free around a slot.</summary>
internal readonly record struct Buffers(Duration SetUp, Duration CleanUp);

/// <summary>The unit for a slot, and who must move for it.</summary>
internal sealed record PoolSeat(MachineRow Unit, KeptTimePlan Kept, IReadOnlyList<SeatMove> Moves);

/// <summary>Finds units for bookings of a pool within the caller's transaction, which must hold all of its units.</summary>
internal sealed class PoolSeats(FablabDb db, KeptNeighbours neighbours, DeskDue due, LabClock clock)
{
    /// <summary>A pool with more bookings ahead is not seated anew; only a unit that is free will do.</summary>
    public const int MostSeated = 5_000;

    /// <summary>No slot is longer, so what is taken now began after this long ago.</summary>
    private static readonly Duration LongestSlot = Duration.FromDays(62);

    /// <returns>A seat, or why there is none.</returns>
    public async Task<(PoolSeat? Seat, BookingProblem? Problem)> FindAsync(
        Bookable pool, MemberId member, TimeSlot slot, Buffers buffers, ReservationId? present, CancellationToken ct)
    {
        var units = pool.InOrder(clock.Now).ToList();
        if (WhyNone(pool, slot.Start) is { } stopped)
        {
            return (null, stopped);
        }

        return await FreeUnitAsync(units, member, slot, buffers, present, ct) is { } free ? (free, null) : await SeatAnewAsync(pool, units, slot, buffers, present, ct);
    }

    /// <returns>What keeps a slot from every unit of the pool; of units that are all out of order, the one that is back first.</returns>
    public BookingProblem? WhyNone(Bookable pool, Instant start)
    {
        if (pool.InOrder(clock.Now).Any(unit => IsUsable(unit, start)))
        {
            return null;
        }

        var outages = pool.Units.Where(unit => !pool.Faulty.Contains(unit.Id)).Select(unit => unit.OutageAt(clock.Now)).ToList();
        return outages.Count > 0 ? BookingRules.OutOfOrder(outages.OfType<Outage>().MinBy(outage => outage.Until ?? Instant.MaxValue)!)
            : pool.Units.All(unit => unit.IsOutOfOrder) ? BookingRules.OutOfOrder(pool.Units[0].OutageAt(clock.Now)!)
            : new BookingProblem("fault-open", ProblemSeverity.Hard, new Dictionary<string, object>());
    }

    /// <returns>Where the pool has room when its bookings are seated anew; <see langword="null"/> when it has too many for that, or no unit.</returns>
    public async Task<PoolRoom?> RoomAsync(Bookable pool, CancellationToken ct)
    {
        var units = pool.InOrder(clock.Now).Select(unit => unit.Id).ToList();
        return units.Count > 0 && await LoadAsync(pool, null, ct) is { } loaded ? new PoolRoom(units, loaded.Pinned, loaded.Flexible) : null;
    }

    /// <summary>
    /// Moves the bookings to their new units. They leave the calendar for a moment within the transaction, so that two may change
    /// places without either being in the other's way.
    /// </summary>
    public async Task MoveAsync(IReadOnlyList<SeatMove> moves, CancellationToken ct)
    {
        foreach (var move in moves)
        {
            await db.Database.ExecuteSqlAsync($"""UPDATE "Reservations" SET "State" = 'Reseating' WHERE "Id" = {move.Reservation.Id.Value}""", ct);
        }

        foreach (var (reservation, to) in moves)
        {
            var (id, state) = (reservation.Id, reservation.State);
            await db.Reservations.Where(r => r.Id == id).ExecuteUpdateAsync(set => set.SetProperty(r => r.Machine, to).SetProperty(r => r.State, state), ct);
            if (reservation.Job is { } job)
            {
                await SendJobToAsync(job, to, ct);
            }
        }

        foreach (var machine in moves.SelectMany(move => new[] { move.Reservation.Machine, move.To }).Distinct())
        {
            await due.ComesNoLaterThanAsync(machine, clock.Now, ct);
        }
    }

    /// <summary>The file was checked for one of the pool, and the others are equal.</summary>
    public Task SendJobToAsync(MachineJobId job, MachineId to, CancellationToken ct) =>
        db.MachineJobs.Where(row => row.Id == job).ExecuteUpdateAsync(set => set.SetProperty(row => row.Machine, to), ct);

    /// <summary>
    /// Seats what has not begun on the units that are left, such as when one broke. When they do not suffice for all, those that are
    /// on a broken unit go one by one, the earliest first, to where there is room.
    /// </summary>
    public async Task<IReadOnlyList<SeatMove>> ReseatAsync(Bookable pool, CancellationToken ct)
    {
        var units = pool.InOrder(clock.Now).ToList();
        if (units.Count == 0 || await LoadAsync(pool, null, ct) is not { } loaded)
        {
            return [];
        }

        if (PoolSeating.Seat([.. units.Select(unit => unit.Id)], loaded.Pinned, loaded.Flexible) is Seating.Fits fits)
        {
            var moves = MovesOf(loaded, fits);
            await MoveAsync(moves, ct);
            return moves;
        }

        var done = new List<SeatMove>();
        foreach (var stranded in loaded.Reservations.Where(r => units.All(unit => unit.Id != r.Machine || !IsUsable(unit, r.Slot.Start))))
        {
            done.AddRange(await MoveAwayAsync(stranded, units, ct));
        }

        return done;
    }

    /// <summary>The next booking of a unit that is used for longer than planned goes to another one that is free for it.</summary>
    public async Task<IReadOnlyList<SeatMove>> MakeWayAsync(Bookable pool, MachineId late, CancellationToken ct)
    {
        var now = clock.Now;
        var next = await db.Reservations.AsNoTracking()
            .Where(r => r.Machine == late && r.State == ReservationState.Confirmed && r.Slot.End > now)
            .OrderBy(r => r.Slot.Start)
            .FirstOrDefaultAsync(ct);
        return next?.Pool != pool.Pool || next is null ? [] : await MoveAwayAsync(next, [.. pool.InOrder(now).Where(unit => unit.Id != late)], ct);
    }

    private async Task<IReadOnlyList<SeatMove>> MoveAwayAsync(Reservation reservation, List<MachineRow> units, CancellationToken ct)
    {
        MachineId? narrow = null;
        foreach (var unit in units.Where(unit => unit.Id != reservation.Machine && IsUsable(unit, reservation.Slot.Start)))
        {
            // Away from the member's own slots that touched it, it needs its set-up and clean-up again.
            var alone = new TimeSlot(
                reservation.Slot.Start - (reservation.Terms.SetUp ?? unit.Policy.SetUp), reservation.Slot.End + (reservation.Terms.CleanUp ?? unit.Policy.CleanUp));
            var taken = await db.TakenSlotsAsync(unit.Id, alone, ct);
            if (taken.Count == 0)
            {
                return await MoveAwayAsync(reservation, unit.Id, alone, ct);
            }

            narrow ??= taken.Any(reservation.Kept.Overlaps) ? null : unit.Id;
        }

        return narrow is { } to ? await MoveAwayAsync(reservation, to, reservation.Kept, ct) : [];
    }

    private async Task<IReadOnlyList<SeatMove>> MoveAwayAsync(Reservation reservation, MachineId to, TimeSlot kept, CancellationToken ct)
    {
        var (id, start, end) = (reservation.Id, kept.Start, kept.End);
        IReadOnlyList<SeatMove> moves = [new SeatMove(reservation, to)];
        await MoveAsync(moves, ct);
        await db.Reservations.Where(r => r.Id == id).ExecuteUpdateAsync(set => set.SetProperty(r => r.Kept.Start, start).SetProperty(r => r.Kept.End, end), ct);
        await neighbours.GiveBackAsync(reservation, ct);
        return moves;
    }

    private async Task<PoolSeat?> FreeUnitAsync(
        List<MachineRow> units, MemberId member, TimeSlot slot, Buffers buffers, ReservationId? present, CancellationToken ct)
    {
        var (setUp, cleanUp) = buffers;
        PoolSeat? free = null;
        foreach (var unit in units.Where(unit => IsUsable(unit, slot.Start)))
        {
            var around = await db.TakenTimesAsync(unit.Id, new TimeSlot(slot.Start - setUp, slot.End + cleanUp), ct);
            var plan = KeptTime.Plan(slot, setUp, cleanUp, member, [.. around.Where(taken => taken.Reservation != present)]);
            if (plan.Clashes.Count > 0)
            {
                continue;
            }

            if (plan.Neighbours.Count > 0)
            {
                // One's own machine, still warm.
                return new PoolSeat(unit, plan, []);
            }

            free ??= new PoolSeat(unit, plan, []);
        }

        return free;
    }

    private async Task<(PoolSeat? Seat, BookingProblem? Problem)> SeatAnewAsync(
        Bookable pool, List<MachineRow> units, TimeSlot slot, Buffers buffers, ReservationId? present, CancellationToken ct)
    {
        if (await LoadAsync(pool, present, ct) is not { } loaded)
        {
            return (null, GivenUp(MostSeated));
        }

        var kept = new TimeSlot(slot.Start - buffers.SetUp, slot.End + buffers.CleanUp);
        var wanted = new FlexibleBooking(new ReservationId(Guid.Empty), kept);
        switch (PoolSeating.SeatOneMore([.. units.Select(unit => unit.Id)], loaded.Pinned, loaded.Flexible, wanted))
        {
            case Seating.Fits fits:
                var seat = fits.Seats[wanted.Id];
                return (new PoolSeat(units.Single(unit => unit.Id == seat), new KeptTimePlan(kept, [], []), MovesOf(loaded, fits)), null);
            case Seating.GivenUp givenUp:
                return (null, GivenUp(givenUp.Steps));
            default:
                return (null, BookingRules.Taken(kept));
        }
    }

    private bool IsUsable(MachineRow unit, Instant start) => !(unit.OutageAt(clock.Now) is { } outage && outage.Covers(start));

    private static BookingProblem GivenUp(int bound) =>
        new("pool-search-given-up", ProblemSeverity.Hard, new Dictionary<string, object> { ["bound"] = bound });

    private static List<SeatMove> MovesOf(LoadedPool loaded, Seating.Fits fits) =>
    [
        .. loaded.Reservations
            .Where(reservation => fits.Seats.TryGetValue(reservation.Id, out var seat) && seat != reservation.Machine)
            .Select(reservation => new SeatMove(reservation, fits.Seats[reservation.Id])),
    ];

    private async Task<LoadedPool?> LoadAsync(Bookable pool, ReservationId? present, CancellationToken ct)
    {
        var (now, earliest, ids) = (clock.Now, clock.Now - LongestSlot, pool.Units.Select(unit => unit.Id).ToList());
        var ahead = await db.Reservations.AsNoTracking().ThatTakeTheSlot()
            .Where(r => ids.Contains(r.Machine) && r.Kept.Start >= earliest && r.Kept.End > now && r.Id != present)
            .OrderBy(r => r.Kept.Start)
            .Take(MostSeated + 1)
            .ToListAsync(ct);
        if (ahead.Count > MostSeated)
        {
            return null;
        }

        var flexible = ahead.Where(r => r.Pool == pool.Pool && r.Slot.Start > now && r.State is not (ReservationState.Active or ReservationState.Completed)).ToList();
        var endsAt = ahead.ToDictionary(r => (r.Machine, r.Member, r.Slot.End), r => r.Id);
        return new LoadedPool(
            flexible,
            [.. flexible.Select(r => new FlexibleBooking(r.Id, r.Kept, r.Machine, endsAt.TryGetValue((r.Machine, r.Member, r.Slot.Start), out var before) ? before : null))],
            [
                .. ahead.Except(flexible).Select(r => new PinnedTime(r.Machine, r.Kept, r.Id)),
                .. from unit in pool.Units where unit.OutageAt(now) is { Until: not null } select new PinnedTime(unit.Id, new TimeSlot(earliest, unit.OutOfOrderUntil!.Value)),
            ]);
    }

    private sealed record LoadedPool(IReadOnlyList<Reservation> Reservations, IReadOnlyList<FlexibleBooking> Flexible, IReadOnlyList<PinnedTime> Pinned);
}
