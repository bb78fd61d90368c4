using Fablab.Domain.Machines;
using Fablab.Domain.Members;

namespace Fablab.Domain.Reservations.Rules;

/// <summary>A booking as it was made, to be asked about again.</summary>
public sealed record PastBooking
{
    public required CountedBooking Booking { get; init; }

    public required Instant BookedAt { get; init; }

    /// <summary>From when it no longer counted: cancelled, declined, lapsed or displaced.</summary>
    public Instant? GoneAt { get; init; }

    public required MachinePolicy Policy { get; init; }

    public required DateTimeZone Zone { get; init; }

    public int People { get; init; } = 1;

    /// <summary>Codes of what was booked with it.</summary>
    public IReadOnlyList<string> Companions { get; init; } = [];

    public IReadOnlyList<HeldAuthorisation> Authorisations { get; init; } = [];

    public IReadOnlyDictionary<string, int> AcceptedTerms { get; init; } = new Dictionary<string, int>();
}

/// <param name="Problems">Those that the member could not have lifted.</param>
public sealed record ReplayedRefusal(PastBooking Past, IReadOnlyList<BookingProblem> Problems);

/// <summary>
/// Asks a draft of the rules about bookings of the past, in the order in which they were made. One that the draft refuses would not have
/// been there for the later ones, so it does not count against them.
/// </summary>
public static class RuleReplay
{
    public static IReadOnlyList<ReplayedRefusal> Refused(IEnumerable<PastBooking> past, RuleBook draft)
    {
        List<ReplayedRefusal> refused = [];
        var taken = new TakenBefore();
        foreach (var booking in past.OrderBy(booking => booking.BookedAt))
        {
            var problems = Problems(booking, draft, taken);
            if (problems.Count > 0)
            {
                refused.Add(new ReplayedRefusal(booking, problems));
            }
            else
            {
                taken.Add(booking);
            }
        }

        return refused;
    }

    private static List<BookingProblem> Problems(PastBooking past, RuleBook draft, TakenBefore taken)
    {
        var (subject, slot) = (past.Booking.Subject, past.Booking.Slot);
        var rules = draft.For(subject);
        var facts = new BookingFacts
        {
            Policy = past.Policy,
            Clashes = [],
            IsAuthorised = true,
            Rules = rules,
            Subject = subject,
            Zone = past.Zone,
            Bookings = taken.For(NeededBookings.For(rules, subject, slot, past.Zone, past.BookedAt), past.BookedAt),
            Authorisations = past.Authorisations,
            AcceptedTerms = past.AcceptedTerms,
            People = past.People,
            Companions = past.Companions,
            Bundle = past.Booking.Bundle,
        };
        return [.. BookingRules.Check(new WantedBooking(subject.Machine, slot), facts, past.BookedAt).Where(problem => problem.LiftedBy is not Lifters.Member)];
    }

    /// <summary>Bookings that the draft let through, found by their owners so that a year of them is replayed in moments.</summary>
    private sealed class TakenBefore
    {
        private readonly Dictionary<MemberId, List<PastBooking>> ofMembers = [];
        private readonly Dictionary<OrganisationId, List<PastBooking>> ofOrganisations = [];
        private readonly Dictionary<TariffGroupId, List<PastBooking>> ofGroups = [];

        public void Add(PastBooking past)
        {
            Add(ofMembers, past.Booking.Subject.Member, past);
            foreach (var organisation in past.Booking.Subject.Organisations)
            {
                Add(ofOrganisations, organisation, past);
            }

            foreach (var group in past.Booking.Subject.Groups)
            {
                Add(ofGroups, group, past);
            }
        }

        public List<CountedBooking> For(IReadOnlyList<NeededBookings> needed, Instant at)
        {
            Dictionary<ReservationId, CountedBooking> found = [];
            foreach (var need in needed)
            {
                foreach (var past in Of(need))
                {
                    var slot = past.Booking.Slot;
                    if (!(past.GoneAt <= at) && slot.End >= need.From && !(slot.Start > need.Until))
                    {
                        found[past.Booking.Reservation] = past.Booking;
                    }
                }
            }

            return [.. found.Values];
        }

        private List<PastBooking> Of(NeededBookings need) => need switch
        {
            { Organisation: { } organisation } => ofOrganisations.GetValueOrDefault(organisation, []),
            { Group: { } group } => ofGroups.GetValueOrDefault(group, []),
            _ => need.Member is { } member ? ofMembers.GetValueOrDefault(member, []) : [],
        };

        private static void Add<TOwner>(Dictionary<TOwner, List<PastBooking>> byOwner, TOwner owner, PastBooking past)
            where TOwner : notnull
        {
            if (!byOwner.TryGetValue(owner, out var known))
            {
                byOwner[owner] = known = [];
            }

            known.Add(past);
        }
    }
}
