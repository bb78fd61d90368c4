using Fablab.Domain.Reservations.Finding;

namespace Fablab.Domain.Reservations.Waiting;

/// <summary>Where the member's own slots end and begin around a free time; nothing is kept between those and a slot that touches them.</summary>
/// <param name="Before">The end of the one before it.</param>
/// <param name="After">The start of the one behind it.</param>
public readonly record struct OwnEnds(Instant? Before, Instant? After)
{
    /// <summary>The free time with what the own slots keep of it now.</summary>
    public TimeSlot Around(TimeSlot free) => new(Before ?? free.Start, After ?? free.End);
}

/// <summary>The longest slot that touches the member's own, and so needs no set-up or clean-up there.</summary>
public static class TouchingFit
{
    /// <param name="wish">What is looked for.</param>
    /// <param name="shortest">Less is of no use.</param>
    /// <param name="step">Lengths other than the wished one are whole multiples of it.</param>
    /// <param name="free">From one kept time to the next.</param>
    /// <param name="own">The member's own slots at its ends.</param>
    /// <returns>The earlier of equals; <see langword="null"/> when nothing fits.</returns>
    public static Fit? Find(FitWish wish, Duration shortest, Duration step, TimeSlot free, OwnEnds own) =>
        Candidates(wish, step, free, own)
            .Where(fit => fit.Slot.Length >= shortest)
            .OrderByDescending(fit => fit.Slot.Length).ThenBy(fit => fit.Slot.Start)
            .FirstOrDefault();

    private static IEnumerable<Fit> Candidates(FitWish wish, Duration step, TimeSlot free, OwnEnds own)
    {
        if (own.Before is { } start && IsStart(start))
        {
            var behind = LengthIn(Instant.Min(free.End - wish.CleanUp, wish.Window.End) - start);
            if (behind > Duration.Zero)
            {
                yield return new Fit(new TimeSlot(start, start + behind), new TimeSlot(start, start + behind + wish.CleanUp));
            }

            if (own.After is { } until && until <= wish.Window.End && LengthIn(until - start) == until - start)
            {
                yield return new Fit(new TimeSlot(start, until), new TimeSlot(start, until));
            }
        }

        if (own.After is { } end && end <= wish.Window.End)
        {
            var ahead = LengthIn(end - wish.Grid.Next(Instant.Max(free.Start + wish.SetUp, wish.Window.Start)));
            if (ahead > Duration.Zero && IsStart(end - ahead))
            {
                yield return new Fit(new TimeSlot(end - ahead, end), new TimeSlot(end - ahead - wish.SetUp, end));
            }
        }

        bool IsStart(Instant at) => at >= wish.Window.Start && at <= wish.LatestStart && wish.Grid.Next(at) == at;

        Duration LengthIn(Duration room) => room >= wish.Length ? wish.Length : step * Math.Floor(room / step);
    }
}
