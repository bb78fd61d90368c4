using Fablab.Domain.Reservations;

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

    public static IReadOnlyDictionary<string, string> Version(int version) => new Dictionary<string, string> { ["version"] = $"{version}" };
}
