using Fablab.Web.Resources;
using Microsoft.Extensions.Localization;

namespace Fablab.Web.Features.Reservations.Using;

/// <summary>
/// The codes by which bridge and desk say why, in the reader's words. Bridges may be newer than the web: a code that is not
/// known is given back as it is where its text may tell something, and has a common word where it may not.
/// </summary>
internal static class ReasonsInWords
{
    /// <summary>Why a lease was refused: <c>docs/protocol.md</c> §5.1.</summary>
    public static readonly IReadOnlyList<string> Leases =
        ["no-session", "old-generation", "out-of-order", "disputed", "not-authorised", "slot-ended", "presence-needed"];

    /// <summary>Why a session ended: what the desk decided, and the interruptions that the bridge tells of.</summary>
    public static readonly IReadOnlyList<string> Ends =
        ["ended", "job-ended", "slot-ended", "idle", "out-of-order", "lease-lost", "lease-refused", "bridge-restarted", "fault", "given-up"];

    /// <summary>Why a job waits or how it came to its end; a controller's own words may stand in their place.</summary>
    public static readonly IReadOnlyList<string> Jobs =
    [
        "storage-full", "by-wish", "at-machine", "not-started", "start-timeout", "lost-track", "no-answer", "controller-lost", "link-lost", "machine-error",
        "file-unreachable", "file-not-found", "file-digest", "file-too-large", "reservation-over",
    ];

    public static string Lease(IStringLocalizer<ReservationTexts> texts, string code) => texts[$"Lease.{(Leases.Contains(code) ? code : "other")}"];

    public static string End(IStringLocalizer<ReservationTexts> texts, string? code) => texts[$"End.{(code is not null && Ends.Contains(code) ? code : "other")}"];

    public static string Job(IStringLocalizer<ReservationTexts> texts, string code) => Jobs.Contains(code) ? texts[$"JobReason.{code}"] : code;
}
