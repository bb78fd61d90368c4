using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations.Rules;

namespace Fablab.Domain.Reservations;

/// <summary>One reason against a booking, with its numbers. Codes never change.</summary>
/// <param name="Code">Stable, <c>kebab-case</c>.</param>
/// <param name="Severity">Whether somebody may lift it.</param>
/// <param name="LiftedBy">Who may, one of <see cref="Lifters"/>; <see langword="null"/> for nobody.</param>
public sealed record BookingProblem(string Code, ProblemSeverity Severity, IReadOnlyDictionary<string, object> Facts, string? LiftedBy = null);

public enum ProblemSeverity
{
    /// <summary>A fact that nobody lifts.</summary>
    Hard,

    /// <summary>A rule in spite of which some may book, by naming its code.</summary>
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

    /// <summary>The machine is out of order; <see langword="null"/> when it is not.</summary>
    public Outage? Outage { get; init; }

    /// <summary>The same of the machine that <see cref="Present"/> is on: nobody must keep what cannot be used.</summary>
    public bool IsPresentLost { get; init; }

    /// <summary>Slots that are taken and overlap the wanted one.</summary>
    public required IReadOnlyList<TimeSlot> Clashes { get; init; }

    /// <summary>The machine asks for no authorisation, or the member is known to hold one that lets them use it alone at the time wanted.</summary>
    public required bool IsAuthorised { get; init; }

    /// <summary>The reservation that this would change; <see langword="null"/> for a new one. What stays as it is is not refused.</summary>
    public Reservation? Present { get; init; }

    /// <summary>The rules for this machine and this member; without any, the machine's policy holds.</summary>
    public EffectiveRules Rules { get; init; } = EffectiveRules.None;

    /// <summary>Whom and what the rules are for; <see langword="null"/> when nothing is counted.</summary>
    public BookingSubject? Subject { get; init; }

    /// <summary>Of the site: whose wall clock opening hours and quotas go by.</summary>
    public DateTimeZone Zone { get; init; } = DateTimeZone.Utc;

    /// <summary>
    /// What gaps, quotas and limits count, as <see cref="NeededBookings.For"/> says; none that was cancelled, declined, lapsed or
    /// displaced. The reservation that is changed is among them.
    /// </summary>
    public IReadOnlyList<CountedBooking> Bookings { get; init; } = [];

    /// <summary>Authorisations of the member for this machine, and for others that rules name, also those that end too early.</summary>
    public IReadOnlyList<HeldAuthorisation> Authorisations { get; init; } = [];

    /// <summary>Full authorisations of those who come along, if any of <see cref="Authorisations"/> needs a supervisor.</summary>
    public IReadOnlyList<HeldAuthorisation> Supervisors { get; init; } = [];

    /// <summary>By the name of the terms, the newest version that the member accepted.</summary>
    public IReadOnlyDictionary<string, int> AcceptedTerms { get; init; } = NothingAccepted;

    /// <summary>Who will be there, the member included.</summary>
    public int People { get; init; } = 1;

    /// <summary>Codes of the machines, and of their pools, that are booked with it for at least the same time.</summary>
    public IReadOnlyList<string> Companions { get; init; } = [];

    /// <summary>What it is booked in, if in any.</summary>
    public BundleId? Bundle { get; init; }

    /// <summary>A fault was reported that stops bookings until it is mended.</summary>
    public bool HasOpenFault { get; init; }

    /// <summary>Work on the machine that stops bookings once it is due.</summary>
    public IReadOnlyList<MaintenanceDue> Maintenance { get; init; } = [];

    /// <summary>The estimate of the attached job, if any.</summary>
    public Duration? JobEstimate { get; init; }

    /// <summary>Who the member is at the site.</summary>
    public MemberStanding Standing { get; init; } = MemberStanding.Good;

    /// <summary>The member may charge the project, or none was named.</summary>
    public bool MayChargeProject { get; init; } = true;

    /// <summary>What it would spend of an organisation's money; <see langword="null"/> when the member pays.</summary>
    public Organisations.Spending? Spending { get; init; }

    private static readonly IReadOnlyDictionary<string, int> NothingAccepted = new Dictionary<string, int>();
}
