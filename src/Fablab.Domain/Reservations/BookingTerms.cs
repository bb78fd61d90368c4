using Fablab.Domain.Reservations.Rules;

namespace Fablab.Domain.Reservations;

/// <summary>What was agreed when booking. What is <see langword="null"/> is as the machine's own policy says.</summary>
public sealed record BookingTerms
{
    public static readonly BookingTerms OfTheMachine = new();

    /// <summary>How long after the start we wait before the slot is released.</summary>
    public Duration? Grace { get; init; }

    /// <summary>Needed before the use, also where none is kept now because the member's slot before touches.</summary>
    public Duration? SetUp { get; init; }

    /// <summary>Needed behind the use, also where none is kept now because the member's next slot touches.</summary>
    public Duration? CleanUp { get; init; }

    /// <summary>What it costs to cancel late or not to come; <see langword="null"/> for nothing.</summary>
    public CancellationTerms? Cancellation { get; init; }

    /// <summary>What giving up its time so late would have cost, had it not been moved; <see langword="null"/> when every move was in time.</summary>
    public OwedFee? Owed { get; init; }

    /// <summary>What was confirmed before a request for more of it; <see langword="null"/> when there is nothing to go back to.</summary>
    public ConfirmedBefore? Before { get; init; }
}

/// <summary>The confirmed time that a request asks for more of. It is its member's again when nobody says yes.</summary>
/// <param name="Owed">What its member owed from moves before.</param>
public sealed record ConfirmedBefore(TimeSlot Slot, OwedFee? Owed)
{
    /// <summary>A sweep looks this often and more; had it come later, its member might have been kept from using the time, so it is not theirs to miss.</summary>
    private static readonly Duration LatestReturn = Duration.FromMinutes(5);

    public bool MayReturn(Instant now) => now <= Slot.Start + LatestReturn;

    /// <summary>What is kept around it, within what the request keeps.</summary>
    public TimeSlot KeptWithin(TimeSlot kept, Duration setUp, Duration cleanUp) =>
        new(Instant.Max(kept.Start, Slot.Start - setUp), Instant.Min(kept.End, Slot.End + cleanUp));
}
