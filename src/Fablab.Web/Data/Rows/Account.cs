using Microsoft.AspNetCore.Identity;
using NodaTime;

namespace Fablab.Web.Data.Rows;

/// <summary>A person who may sign in. Its id is the member's id.</summary>
public sealed class Account : IdentityUser<Guid>
{
    public required string DisplayName { get; set; }

    /// <summary><c>fr</c> or <c>en</c>; <see langword="null"/> follows the browser.</summary>
    public string? Language { get; set; }

    /// <summary>What pages spoke when they last signed in, <c>fr</c> or <c>en</c>: mails speak it while <see cref="Language"/> follows the browser.</summary>
    public string? SeenLanguage { get; set; }

    /// <summary>Of the newest notice that they have seen in the list.</summary>
    public Instant? NoticesSeenAt { get; set; }

    /// <summary>What invoices to the member themselves name; <see langword="null"/> until they give it.</summary>
    public string? InvoiceAddress { get; set; }

    /// <summary><see langword="null"/> when nobody needed to know.</summary>
    public LocalDate? BirthDate { get; set; }

    /// <summary>Of a minor: who consents for them.</summary>
    public string? GuardianName { get; set; }

    public string? GuardianEmail { get; set; }

    /// <summary>When they last signed in, or were first met by the sweep that looks for accounts nobody uses.</summary>
    public Instant? LastSeenAt { get; set; }

    /// <summary>Nothing but a pseudonym is left of them since; the database lets nobody change the row any more.</summary>
    public Instant? ErasedAt { get; set; }

    /// <summary>Topics of notices (<see cref="NoticeCodes"/>) that are not sent by mail.</summary>
    public IReadOnlyList<string> UnwantedMail { get; set; } = [];

    /// <summary>Topics of notices that are not shown by browsers when no page is open.</summary>
    public IReadOnlyList<string> UnwantedPush { get; set; } = [];

    /// <summary>No mail between these two by the lab's clock, perhaps over midnight; <see langword="null"/> both without.</summary>
    public LocalTime? QuietFrom { get; set; }

    public LocalTime? QuietUntil { get; set; }

    /// <summary>Secret shared with an authenticator app, encrypted by data protection; <see langword="null"/> without a second factor.</summary>
    public string? ProtectedTotpKey { get; set; }

    /// <summary>Time step of the last one-time code that was taken, so that none is taken twice.</summary>
    public long LastTotpStep { get; set; }

    /// <summary>SHA-256 of the recovery codes that are left.</summary>
    public IReadOnlyList<string> RecoveryCodes { get; set; } = [];
}
