namespace Fablab.Domain.Reservations.Waiting;

/// <summary>How freed time is offered.</summary>
public sealed record WaitingPolicy
{
    public FairPolicy Fair { get; init; } = new();

    /// <summary>Time is kept this long for one person at most.</summary>
    public Duration LongestHold { get; init; } = Duration.FromHours(4);

    /// <summary>And this long at least: nothing is offered that begins sooner.</summary>
    public Duration ShortestHold { get; init; } = Duration.FromMinutes(10);

    /// <summary>The hold is the time until the start divided by this, so that several can be asked before it is too late.</summary>
    public int AskedBeforeStart { get; init; } = 4;

    /// <summary>For this long after a missed offer its time is not offered to the same person again.</summary>
    public Duration PassOver { get; init; } = Duration.FromHours(12);

    /// <summary>No more offers are made of one freed slot at a time.</summary>
    public int MostOffers { get; init; } = 50;

    /// <summary>Until when time that begins at <paramref name="start"/> is kept; never beyond that start.</summary>
    public Instant HoldUntil(Instant start, Instant now)
    {
        // Whole seconds: people read it.
        var share = Duration.FromSeconds(Math.Floor((start - now).TotalSeconds / AskedBeforeStart));
        return Instant.Min(start, now + Duration.Max(ShortestHold, Duration.Min(LongestHold, share)));
    }
}
