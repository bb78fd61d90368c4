using Fablab.Domain.Machines;

namespace Fablab.Domain.Reservations;

/// <summary>One reason against a booking, with its numbers. Codes never change.</summary>
/// <param name="Code">Stable, <c>kebab-case</c>.</param>
/// <param name="Severity">Whether somebody may lift it.</param>
/// <param name="LiftedBy">Who may: <c>manager</c>; <see langword="null"/> for nobody.</param>
public sealed record BookingProblem(string Code, ProblemSeverity Severity, IReadOnlyDictionary<string, object> Facts, string? LiftedBy = null);

public enum ProblemSeverity
{
    Hard,
    Soft,
}

/// <summary>A booking that the rules refuse: every reason, not only the first.</summary>
public sealed record BookingRefused(IReadOnlyList<BookingProblem> Problems) : Refusal("booking-refused");

/// <summary>What a member wants to book.</summary>
public sealed record WantedBooking(MachineId Machine, TimeSlot Slot);

/// <summary>What the rules need to know, loaded by the caller within the booking's transaction.</summary>
public sealed record BookingFacts
{
    public required MachinePolicy Policy { get; init; }

    public required bool IsOutOfOrder { get; init; }

    /// <summary>Slots that are taken and overlap the wanted one.</summary>
    public required IReadOnlyList<TimeSlot> Clashes { get; init; }

    /// <summary>The member may use the machine at the time wanted.</summary>
    public required bool IsAuthorised { get; init; }

    /// <summary>The reservation that this would change; <see langword="null"/> for a new one. What stays as it is is not refused.</summary>
    public Reservation? Present { get; init; }

    /// <summary>The estimate of the attached job, if any.</summary>
    public Duration? JobEstimate { get; init; }

    /// <summary>The member may charge the project, or none was named.</summary>
    public bool MayChargeProject { get; init; } = true;
}
