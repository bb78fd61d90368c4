using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using NodaTime;

namespace Fablab.Web.Data.Rows;

/// <summary>What a person may do besides being a member.</summary>
public sealed class RoleGrantRow
{
    public required Guid Id { get; init; }

    public required MemberId Member { get; init; }

    public required StaffRole Role { get; init; }

    /// <summary>Where; <see langword="null"/> everywhere (administrators).</summary>
    public SiteId? Site { get; init; }
}

/// <summary>A secret that lets a program act as a member. Only its SHA-256 is kept.</summary>
public sealed class AccessTokenRow
{
    public required Guid Id { get; init; }

    public required MemberId Member { get; init; }

    public required string Name { get; init; }

    public required string Hash { get; init; }

    public required Instant CreatedAt { get; init; }

    public required Instant ExpiresAt { get; init; }

    /// <summary>Whoever made it had proved to be there by two factors.</summary>
    public bool IsStrong { get; init; }

    /// <summary>The token that made it, with which it ends; <see langword="null"/> when its member did, in a browser or by the password.</summary>
    public Guid? MadeBy { get; init; }

    public required ScopeSet Scopes { get; init; }

    /// <summary>Told once an hour at most, so that reading does not write.</summary>
    public Instant? LastUsedAt { get; set; }

    public Instant? RevokedAt { get; set; }
}

/// <summary>A browser that is signed in. Its cookie names this row, so ending the row signs it out at once, wherever the cookie is.</summary>
public sealed class BrowserSessionRow
{
    public required Guid Id { get; init; }

    public required MemberId Member { get; init; }

    /// <summary>What the browser says of itself, for its owner to know it by.</summary>
    public required string Browser { get; init; }

    public required Instant StartedAt { get; init; }

    /// <summary>When its owner last proved to be there, by password or passkey.</summary>
    public required Instant ConfirmedAt { get; set; }

    /// <summary>Ends then, however much it is used.</summary>
    public required Instant ExpiresAt { get; init; }

    /// <summary>Its owner proved to be there by two factors: a passkey, or a password and a code.</summary>
    public required bool IsStrong { get; set; }

    public Instant? EndedAt { get; set; }
}

/// <summary>A sign-in at an OpenID Connect provider that opens a member's account. Issuer and subject are its key; a mail address may change hands.</summary>
public sealed class SignInLinkRow
{
    public const int LongestShown = 200;

    public required Guid Id { get; init; }

    public required MemberId Member { get; init; }

    /// <summary>Code of the provider in the settings when it was linked.</summary>
    public required string Provider { get; init; }

    public required string Issuer { get; init; }

    public required string Subject { get; init; }

    /// <summary>What its owner knows it by: the mail address or the name there.</summary>
    public required string Shown { get; init; }

    public required Instant LinkedAt { get; init; }

    public required Instant LastUsedAt { get; set; }
}

/// <summary>The first answer to a request that carried an <c>Idempotency-Key</c>.</summary>
public sealed class IdempotentAnswerRow
{
    public required MemberId Member { get; init; }

    public required string Key { get; init; }

    /// <summary>SHA-256 of method, path and body: the same key with another request is refused.</summary>
    public required string RequestHash { get; init; }

    public required int Status { get; init; }

    public required string? Location { get; init; }

    public required string Body { get; init; }

    public required Instant AnsweredAt { get; init; }
}

/// <summary>Something a member should know. Only <see cref="Notices.Tell"/> makes one, because a mail goes with it.</summary>
public sealed class NoticeRow
{
    public required Guid Id { get; init; }

    public required MemberId Member { get; init; }

    public required Instant At { get; init; }

    /// <summary>Stable code; the page has the words.</summary>
    public required string Code { get; init; }

    public required IReadOnlyDictionary<string, string> Facts { get; init; }

    /// <summary>When it goes to the browsers that its member chose; <see langword="null"/> when that is done.</summary>
    public Instant? PushDueAt { get; set; }
}

/// <summary>
/// A mail to be sent: written in the transaction of what it tells, so that none is lost and none tells what did not happen.
/// It holds no words and no secrets; both are made when it is sent.
/// </summary>
public sealed class MailRow
{
    /// <summary>Also the message's id on the wire, the same at each attempt, so that a receiver knows a repeat.</summary>
    public required Guid Id { get; init; }

    /// <summary><see langword="null"/> when it goes to somebody whom the lab does not know.</summary>
    public MemberId? Member { get; init; }

    /// <summary>Where to, when to nobody whom the lab knows, or to a mailbox that is not yet or no longer the member's; otherwise their account says it.</summary>
    public string? Address { get; init; }

    /// <summary>Of a notice, or of a mail that is no notice (<c>password-reset</c>).</summary>
    public required string Code { get; init; }

    public required IReadOnlyDictionary<string, string> Facts { get; init; }

    /// <summary>How somebody whom the lab does not know is greeted; <see langword="null"/> when their name is not known either.</summary>
    public string? Name { get; init; }

    public required Instant CreatedAt { get; init; }

    /// <summary>When to send it, or to try again; <see langword="null"/> when it is over.</summary>
    public Instant? DueAt { get; set; }

    /// <summary>How often it was tried.</summary>
    public int Tries { get; set; }

    public MailState State { get; set; }

    /// <summary>When it was over.</summary>
    public Instant? EndedAt { get; set; }
}

public enum MailState
{
    Waiting,

    /// <summary>The mail server took it.</summary>
    Sent,

    /// <summary>Its member does not want it, or it would have told what is no longer so.</summary>
    Dropped,

    /// <summary>The mail server refused it for good, or did not take it for days.</summary>
    GivenUp,
}
