namespace Fablab.Domain.Trainings;

/// <summary>Seats and deadlines of a training session.</summary>
public static class TrainingRules
{
    public const int MostSeats = 200;

    /// <summary>The lowest seat that nobody has, from 1; <see langword="null"/> when all are taken.</summary>
    public static int? FreeSeat(int seats, IReadOnlyCollection<int> taken)
    {
        for (var seat = 1; seat <= seats; seat++)
        {
            if (!taken.Contains(seat))
            {
                return seat;
            }
        }

        return null;
    }

    /// <summary>
    /// Asked once, at the deadline or as soon after it as somebody looks. What has begun by then is not cancelled: people are there.
    /// </summary>
    public static bool IsCancelledFor(int enrolled, int minimum, Instant start, Instant now) => enrolled < minimum && now < start;

    /// <summary>How long somebody who did not ask for a seat in that moment may give it back for nothing.</summary>
    public static readonly Duration TimeToDecline = Duration.FromHours(24);

    /// <summary>
    /// Up to here whoever withdraws has the price back, this instant included: the deadline; for who was given the seat without asking in that
    /// moment at least a day from then, but never beyond the start.
    /// </summary>
    /// <param name="givenAt">When they moved up from the line or staff enrolled them; <see langword="null"/> for who took the seat.</param>
    public static Instant FreeUntil(Instant deadline, Instant? givenAt, Instant start) =>
        givenAt is { } given ? Instant.Max(deadline, Instant.Min(start, given + TimeToDecline)) : deadline;

    /// <summary>When to remind of the end of an authorisation next: 30 and 7 days before.</summary>
    /// <param name="after">Not earlier than this; a reminder that is late is left out when the next one is due as well.</param>
    public static Instant? NextReminder(Instant? validUntil, Instant after)
    {
        foreach (var days in RemindedDays)
        {
            if (validUntil - Duration.FromDays(days) is { } at && at > after)
            {
                return at;
            }
        }

        return null;
    }

    private static readonly int[] RemindedDays = [30, 7];
}
