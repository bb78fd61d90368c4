using Fablab.Domain.Members;

namespace Fablab.Domain.Reservations.Rules;

/// <summary>
/// Which bookings must be known to judge a slot: those of one owner that overlap a stretch of time, on any machine of the lab that the
/// rules count. Exactly one of the three owners is set.
/// </summary>
/// <param name="Until"><see langword="null"/> for all that is still to come.</param>
public sealed record NeededBookings(MemberId? Member, OrganisationId? Organisation, TariffGroupId? Group, Instant From, Instant? Until)
{
    /// <summary>What to load for a check of the slot, one entry for each owner; nothing when no rule counts.</summary>
    public static IReadOnlyList<NeededBookings> For(EffectiveRules rules, BookingSubject subject, TimeSlot wanted, DateTimeZone zone, Instant now)
    {
        List<NeededBookings> needed = [];
        if (!BookingRules.IsWithinReach(wanted, now))
        {
            return needed;
        }

        if (rules.Gap is { Value: var gap })
        {
            Add(needed, new NeededBookings(subject.Member, null, null, wanted.Start - gap.Between, wanted.End + gap.Between));
        }

        foreach (var quota in rules.Quotas.Where(quota => quota.Whose is not QuotaOwner.Organisation || !subject.IsPrivate))
        {
            var (first, last) = QuotaMeter.Span(quota, wanted, zone);
            AddForOwners(needed, subject, quota.Whose, quota.Scope, first, last);
        }

        if (rules.OpenBookings.Count > 0)
        {
            Add(needed, new NeededBookings(subject.Member, null, null, now, null));
        }

        return needed;
    }

    /// <summary>What several slots need, one entry for each owner.</summary>
    public static IReadOnlyList<NeededBookings> ForAll(IEnumerable<NeededBookings> slots)
    {
        List<NeededBookings> needed = [];
        foreach (var one in slots)
        {
            Add(needed, one);
        }

        return needed;
    }

    private static void AddForOwners(List<NeededBookings> needed, BookingSubject subject, QuotaOwner whose, RuleScope scope, Instant from, Instant? until)
    {
        foreach (var owner in Owner.Of(subject, whose, scope))
        {
            Add(needed, new NeededBookings(owner.Member, owner.Organisation, owner.Group, from, until));
        }
    }

    /// <summary>One stretch for each owner, wide enough for all rules: one question to the database instead of many.</summary>
    private static void Add(List<NeededBookings> needed, NeededBookings more)
    {
        var known = needed.FindIndex(other => (other.Member, other.Organisation, other.Group) == (more.Member, more.Organisation, more.Group));
        if (known < 0)
        {
            needed.Add(more);
            return;
        }

        var other = needed[known];
        Instant? until = other.Until is { } one && more.Until is { } two ? Instant.Max(one, two) : null;
        needed[known] = other with { From = Instant.Min(other.From, more.From), Until = until };
    }
}

/// <summary>A reservation as quotas, gaps and limits see it: when, of what, for whom, and with what.</summary>
public sealed record CountedBooking(ReservationId Reservation, BookingSubject Subject, TimeSlot Slot, BundleId? Bundle = null);

/// <summary>Whose bookings a rule counts together.</summary>
internal readonly record struct Owner(MemberId? Member, OrganisationId? Organisation, TariffGroupId? Group)
{
    /// <summary>The member; or the organisations or groups of the subject, each by itself, only the rule's one when it names one.</summary>
    public static IReadOnlyList<Owner> Of(BookingSubject subject, QuotaOwner whose, RuleScope scope) => whose switch
    {
        QuotaOwner.Organisation when scope.Organisation is { } one => [new(null, one, null)],
        QuotaOwner.Organisation => [.. subject.Organisations.Select(organisation => new Owner(null, organisation, null))],
        QuotaOwner.Group when scope.Group is { } one => [new(null, null, one)],
        QuotaOwner.Group => [.. subject.Groups.Select(group => new Owner(null, null, group))],
        _ => [new(subject.Member, null, null)],
    };

    public bool Has(BookingSubject booking) =>
        (Member is not { } member || booking.Member == member)
        && (Organisation is not { } organisation || booking.Organisations.Contains(organisation))
        && (Group is not { } group || booking.Groups.Contains(group));
}
