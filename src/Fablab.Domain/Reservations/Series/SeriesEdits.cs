namespace Fablab.Domain.Reservations.Series;

/// <summary>Changing one reservation of a series, it and the following, or all: which ids stay, move, go and are new.</summary>
public static class SeriesEdits
{
    /// <summary>
    /// Moves by as many days and hours of the wall clock as the picked one moves, and gives the new length. The picked one alone
    /// stays in its series as one that has its own time.
    /// </summary>
    /// <param name="series">The reservations of the series, in order of their planned start.</param>
    public static SeriesEdit Shift(
        IReadOnlyList<SeriesReservation> series, ReservationId picked, SeriesReach reach, LocalDateTime newStart, Duration newLength, DateTimeZone zone)
    {
        var pick = Find(series, picked);
        var by = Period.Between(pick.Slot.Start.InZone(zone).LocalDateTime, newStart, PeriodUnits.Days | PeriodUnits.AllTimeUnits);
        var staying = new List<ReservationId>();
        var moved = new List<MovedOccurrence>();
        foreach (var (one, number) in Numbered(series))
        {
            var to = one == pick ? newStart : one.PlannedStart + by;
            var slot = SeriesPlan.SlotAt(to, newLength, zone);
            if (one.IsSettled || !IsReached(one, pick, reach) || (one.IsMovedAlone && one != pick) || slot == one.Slot)
            {
                staying.Add(one.Id);
            }
            else
            {
                moved.Add(new MovedOccurrence(one.Id, new Occurrence(number, to, slot, slot is null ? OccurrenceObstacle.SkippedByTheClock : OccurrenceObstacle.None)));
            }
        }

        return new SeriesEdit { Staying = staying, Moved = moved, Splits = DoesSplit(series, pick, reach) };
    }

    /// <summary>Cancels the picked one, it and the following, or all; never what is settled.</summary>
    public static SeriesEdit Cancel(IReadOnlyList<SeriesReservation> series, ReservationId picked, SeriesReach reach)
    {
        var pick = Find(series, picked);
        var going = series.Where(one => !one.IsSettled && IsReached(one, pick, reach)).Select(one => one.Id).ToList();
        return new SeriesEdit { Staying = series.Select(one => one.Id).Except(going).ToList(), Moved = [], Cancelled = going };
    }

    /// <summary>
    /// Gives the picked one and the following, or all, another recurrence. A reservation whose time is also in the new plan keeps it;
    /// the others get what is left of the plan, first those on the same date; what is then left over is cancelled or added.
    /// </summary>
    /// <param name="series">The reservations of the series, in order of their planned start.</param>
    /// <param name="picked">For this and the following: where the new plan begins to count.</param>
    /// <param name="plan">The occurrences of the new plan, in order.</param>
    /// <param name="all">All of the series, not only the picked one and the following.</param>
    /// <param name="now">Nothing new is booked before it.</param>
    public static SeriesEdit Replan(IReadOnlyList<SeriesReservation> series, ReservationId picked, IReadOnlyList<Occurrence> plan, bool all, Instant now)
    {
        var pick = Find(series, picked);
        var reach = all ? SeriesReach.All : SeriesReach.ThisAndFollowing;
        var open = series.Where(one => IsReached(one, pick, reach)).ToList();
        var wanted = plan.ToList();
        var moved = new List<MovedOccurrence>();
        var staying = series.Except(open).ToList();

        Pair(open, wanted, (one, to) => to.Slot == one.Slot, (one, _) => staying.Add(one));
        Pair(open, wanted, (one, to) => (one.IsSettled || one.IsMovedAlone) && to.LocalStart.Date == one.PlannedStart.Date, (one, _) => staying.Add(one));
        staying.AddRange(open.Where(one => one.IsSettled));
        open.RemoveAll(one => one.IsSettled);
        wanted.RemoveAll(to => to.Slot?.Start < now);

        // A time that cannot be is told as new, not given to somebody who has one that can.
        var usable = wanted.Where(to => to.CanBe).ToList();
        Pair(open, usable, (one, to) => to.LocalStart.Date == one.PlannedStart.Date, (one, to) => moved.Add(new MovedOccurrence(one.Id, to)));
        Pair(open, usable, (_, _) => true, (one, to) => moved.Add(new MovedOccurrence(one.Id, to)));

        var stays = staying.ToHashSet();
        return new SeriesEdit
        {
            Staying = series.Where(stays.Contains).Select(one => one.Id).ToList(),
            Moved = moved,
            Cancelled = open.Select(one => one.Id).ToList(),
            Added = wanted.Where(to => !to.CanBe || usable.Contains(to)).ToList(),
            Splits = DoesSplit(series, pick, reach),
        };
    }

    /// <summary>Gives each one the first fitting occurrence, and takes both out of their lists.</summary>
    private static void Pair(
        List<SeriesReservation> open, List<Occurrence> wanted, Func<SeriesReservation, Occurrence, bool> fits, Action<SeriesReservation, Occurrence> take) =>
        open.RemoveAll(one =>
        {
            var at = wanted.FindIndex(to => fits(one, to));
            if (at < 0)
            {
                return false;
            }

            take(one, wanted[at]);
            wanted.RemoveAt(at);
            return true;
        });

    private static SeriesReservation Find(IReadOnlyList<SeriesReservation> series, ReservationId id) =>
        series.FirstOrDefault(one => one.Id == id) ?? throw new ArgumentException("The picked reservation is not one of the series.", nameof(id));

    private static bool IsReached(SeriesReservation one, SeriesReservation pick, SeriesReach reach) => reach switch
    {
        SeriesReach.One => one == pick,
        SeriesReach.ThisAndFollowing => one.PlannedStart >= pick.PlannedStart,
        _ => true,
    };

    private static bool DoesSplit(IReadOnlyList<SeriesReservation> series, SeriesReservation pick, SeriesReach reach) =>
        reach is SeriesReach.ThisAndFollowing && series.Any(one => one.PlannedStart < pick.PlannedStart);

    private static IEnumerable<(SeriesReservation One, int Number)> Numbered(IReadOnlyList<SeriesReservation> series) =>
        series.Select((one, index) => (one, index + 1));
}
