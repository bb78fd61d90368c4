using Fablab.Domain.Billing;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Finding;
using Fablab.Domain.Reservations.Pools;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Data.Rows;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Finding;

/// <summary>A reservation, as far as others who look for time care.</summary>
internal sealed record TakenRow(
    ReservationId Id, MachineId Machine, MemberId Member, PoolId? Pool, ReservationState State, TimeSlot Slot, TimeSlot Kept);

/// <summary>One machine and what is taken of it.</summary>
/// <param name="HasOpenFault">One that stops bookings.</param>
/// <param name="BusyUntil">Until when what began before the window is kept; <see langword="null"/> for nothing.</param>
/// <param name="Taken">What begins within the window, in order.</param>
internal sealed record UnitTime(MachineRow Machine, bool HasOpenFault, Instant? BusyUntil, IReadOnlyList<TakenRow> Taken)
{
    /// <summary>It is out of order; <see langword="null"/> when it is not.</summary>
    public Outage? Outage { get; init; }

    /// <summary>It is out of order for all of the window.</summary>
    public bool IsOutThroughout { get; init; }

    public bool TakesBookings => !IsOutThroughout && !HasOpenFault;
}

/// <summary>What one code books, and when it is taken: a machine, or a pool as a whole.</summary>
internal sealed record BookableTime
{
    public required string Code { get; init; }

    public required string Name { get; init; }

    /// <summary><see langword="null"/> for a machine by its own name.</summary>
    public PoolRow? Pool { get; init; }

    public required SiteRow Site { get; init; }

    public required DateTimeZone Zone { get; init; }

    public required Tariff Tariff { get; init; }

    /// <summary>At least one; all equal.</summary>
    public required IReadOnlyList<UnitTime> Units { get; init; }

    /// <summary>Until when the member may use it alone at any time; <see langword="null"/> for not at all.</summary>
    public Instant? AuthorisedUntil { get; init; }

    /// <summary>Authorisations of lower levels.</summary>
    public IReadOnlyList<HeldAuthorisation> Held { get; init; } = [];

    /// <summary>What the rules of lab and site know of the member within the window; <see langword="null"/> in nobody's view.</summary>
    public BookingFacts? Ruled { get; init; }

    public Duration MinimumLength => Ruled?.Rules.MinimumLength?.Value ?? Policy.MinimumLength;

    public Duration MaximumLength => Ruled?.Rules.MaximumLength?.Value ?? Policy.MaximumLength;

    public Duration Granularity => Ruled?.Rules.Granularity?.Value ?? Policy.Granularity;

    public Duration SetUp => Ruled?.Rules.SetUp?.Value ?? Policy.SetUp;

    public Duration CleanUp => Ruled?.Rules.CleanUp?.Value ?? Policy.CleanUp;

    /// <summary>What is taken is known within it.</summary>
    public required TimeSlot Window { get; init; }

    public MachineRow First => Units[0].Machine;

    public MachinePolicy Policy => First.Policy;

    /// <summary>All units are out of order for all of the window; the one that is back first.</summary>
    public Outage? Outage => Units.All(unit => unit.IsOutThroughout) ? Units.Select(unit => unit.Outage!).MinBy(outage => outage.Until ?? Instant.MaxValue) : null;

    /// <summary>No unit takes bookings, and of some it is a fault that stops them.</summary>
    public bool HasOpenFault => !TakesBookings && Units.Any(unit => unit.HasOpenFault);

    public bool TakesBookings => Units.Any(unit => unit.TakesBookings);

    /// <summary>Where in a window the rules let slots lie.</summary>
    public IReadOnlyList<TimeSlot> Open(TimeSlot window) => Ruled is { } ruled ? OpeningCalendar.Open(ruled.Rules, window, ruled.Zone) : [window];

    /// <summary>As it would be for a change of a reservation, which leaves what it has now.</summary>
    public BookableTime Without(Reservation changing) => this with
    {
        Units = [.. Units.Select(unit => unit with
        {
            // What is kept never overlaps, so what ends then is the reservation itself.
            BusyUntil = unit.Machine.Id == changing.Machine && unit.BusyUntil == changing.Kept.End && changing.Kept.Start < Window.Start ? null : unit.BusyUntil,
            Taken = [.. unit.Taken.Where(row => row.Id != changing.Id)],
        })],
        Ruled = Ruled is null ? null : Ruled with { Present = changing },
    };

    public bool HasUnit(MachineId machine) => Units.Any(unit => unit.Machine.Id == machine);

    /// <summary>What is kept from others, in order: of the machine, or when no unit of the pool is left.</summary>
    public IReadOnlyList<TimeSlot> Taken(Instant now) => Pool is null ? KeptOf(Units[0]) : Room(now).Full();

    public PoolRoom Room(Instant now)
    {
        var units = Units.Where(unit => unit.TakesBookings).Select(unit => unit.Machine.Id).ToList();
        var endsAt = Units.SelectMany(unit => unit.Taken).ToDictionary(row => (row.Machine, row.Member, row.Slot.End), row => row.Id);
        var (pinned, flexible) = (new List<PinnedTime>(), new List<FlexibleBooking>());
        foreach (var unit in Units)
        {
            if (unit.BusyUntil is { } until)
            {
                pinned.Add(new PinnedTime(unit.Machine.Id, Before(until)));
            }

            if (unit.Outage is { Until: { } back })
            {
                pinned.Add(new PinnedTime(unit.Machine.Id, Before(back)));
            }

            foreach (var row in unit.Taken)
            {
                if (MayMove(row, unit, now))
                {
                    flexible.Add(new FlexibleBooking(
                        row.Id, row.Kept, row.Machine, endsAt.TryGetValue((row.Machine, row.Member, row.Slot.Start), out var before) ? before : null));
                }
                else
                {
                    pinned.Add(new PinnedTime(unit.Machine.Id, row.Kept, row.Id));
                }
            }
        }

        return new PoolRoom(units, pinned, flexible);
    }

    // What stands out of the window might meet something that was not loaded, so it stays where it is.
    private bool MayMove(TakenRow row, UnitTime unit, Instant now) =>
        row.Pool == Pool?.Id && row.Slot.Start > now && row.State is not (ReservationState.Active or ReservationState.Completed)
        && row.Kept.End < Window.End && row.Kept.Start != unit.BusyUntil;

    /// <summary>When it began nobody needs to know, as long as it is before the window.</summary>
    private TimeSlot Before(Instant until) => new(Instant.Min(Window.Start, until) - Duration.FromDays(1), until);

    private List<TimeSlot> KeptOf(UnitTime unit)
    {
        // What is booked while it is out of order stays booked, so one may lie in the other.
        var (busy, back) = (unit.BusyUntil, unit.Outage?.Until);
        List<TimeSlot> kept = (busy is null || back > busy ? back ?? busy : busy) is { } until ? [Before(until)] : [];
        foreach (var row in unit.Taken.Select(row => row.Kept).Where(slot => kept.Count == 0 || slot.End > kept[^1].End))
        {
            kept.Add(kept.Count > 0 && row.Start < kept[^1].End ? row.StartingAt(kept[^1].End) : row);
        }

        return kept;
    }
}
