namespace Fablab.Domain.Reservations.Rules;

/// <summary>Which bookings a rule counts beside the wanted one.</summary>
internal static class BookingCounting
{
    public static bool Counts(RuleScope scope, RuleAxis per, Owner owner, BookingSubject wanted, BookingSubject other) =>
        owner.Has(other) && scope.IsAbout(other.Machine, other.Pool, other.Category, other.Site) && IsSame(per, wanted, other);

    public static bool IsSame(RuleAxis per, BookingSubject wanted, BookingSubject other) => per switch
    {
        RuleAxis.Machine => other.Machine == wanted.Machine,
        RuleAxis.Pool => other.Pool == wanted.Pool && (wanted.Pool is not null || other.Machine == wanted.Machine),
        RuleAxis.Category => other.Category == wanted.Category,
        RuleAxis.Site => other.Site == wanted.Site,
        _ => true,
    };
}
