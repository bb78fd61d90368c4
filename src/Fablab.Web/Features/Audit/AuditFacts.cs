using Fablab.Domain.Reservations;
using Fablab.Web.Data.Rows;
using NodaTime;

namespace Fablab.Web.Features.Audit;

/// <summary>What the audit says of a thing before and after a change: nothing that names a person.</summary>
internal static class AuditFacts
{
    public static IReadOnlyDictionary<string, string> Of(Reservation reservation) => new Dictionary<string, string>
    {
        ["machine"] = reservation.Machine.ToString(),
        ["member"] = reservation.Member.ToString(),
        ["start"] = reservation.Slot.Start.ToString(),
        ["end"] = reservation.Slot.End.ToString(),
        ["state"] = reservation.State.ToString(),
    };

    /// <summary>What of an organisation is no word that somebody typed and no number that leads to a person; the fact <c>changed</c> of <see cref="With"/> says which of those changed.</summary>
    public static IReadOnlyDictionary<string, string> Of(OrganisationRow organisation) => new Dictionary<string, string>(Version(organisation.Version))
    {
        ["state"] = organisation.State.ToString(),
        ["kind"] = organisation.Kind.ToString(),
        ["country"] = organisation.Address.Country,
        ["hasNumber"] = Word(organisation.Siren is not null),
        ["hasVatNumber"] = Word(organisation.VatNumber is not null),
        ["hasBillingAddress"] = Word(organisation.BillingAddress is not null),
        ["hasBillingMail"] = Word(organisation.BillingMail is not null),
    };

    public static IReadOnlyDictionary<string, string> Of(SuspensionRow suspension) => new Dictionary<string, string>
    {
        ["everywhere"] = Word(suspension.Site is null), ["until"] = Word(suspension.Until), ["lifted"] = Word(suspension.LiftedAt),
    };

    public static IReadOnlyDictionary<string, string> Of(TariffGroupRow group) => new Dictionary<string, string> { ["mayBeAskedFor"] = Word(group.MayBeAskedFor) };

    public static IReadOnlyDictionary<string, string> Of(TariffGroupMemberRow membership) => new Dictionary<string, string>
    {
        ["group"] = membership.Group.ToString(), ["from"] = membership.From.ToString(), ["until"] = Word(membership.Until),
    };

    public static IReadOnlyDictionary<string, string> Of(TariffRequestRow request) => new Dictionary<string, string>
    {
        ["group"] = request.Group.ToString(), ["state"] = request.State.ToString(),
    };

    public static IReadOnlyDictionary<string, string> Of(BadgeRow badge) => new Dictionary<string, string>
    {
        ["registered"] = badge.At.ToString(), ["revoked"] = Word(badge.RevokedAt),
    };

    /// <summary>The same facts, and which words changed that the audit does not repeat.</summary>
    /// <param name="changed">Of words as an owner types them: <c>name</c>, <c>address</c>.</param>
    public static IReadOnlyDictionary<string, string> With(this IReadOnlyDictionary<string, string> facts, IEnumerable<string> changed) =>
        string.Join(',', changed.Order(StringComparer.Ordinal)) is { Length: > 0 } names ? new Dictionary<string, string>(facts) { ["changed"] = names } : facts;

    private static string Word(bool isSo) => isSo ? "true" : "false";

    private static string Word(Instant? at) => at?.ToString() ?? "none";

    public static IReadOnlyDictionary<string, string> Version(int version) => new Dictionary<string, string> { ["version"] = $"{version}" };
}
