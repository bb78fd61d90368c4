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
