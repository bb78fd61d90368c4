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
}
