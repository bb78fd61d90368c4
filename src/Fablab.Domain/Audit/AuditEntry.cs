using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using NodaTime;

namespace Fablab.Domain.Audit;

/// <summary>By which way something was done.</summary>
public enum AuditWay
{
    /// <summary>The program itself, when something was due or a bridge told it.</summary>
    Program,

    Browser,

    AccessToken,

    /// <summary>At a kiosk of the lab, by a badge or a PIN.</summary>
    Kiosk,
}

/// <summary>Who did what to which thing, when and from where. Holds codes and ids and no names, because it is never changed and never deleted.</summary>
public sealed record AuditEntry
{
    public required Guid Id { get; init; }

    public required Instant At { get; init; }

    /// <summary>The member, or <see langword="null"/> for the program itself and for who is not signed in.</summary>
    public MemberId? Actor { get; init; }

    public AuditWay Way { get; init; }

    /// <summary>Stable code, <c>reservation-cancelled</c>.</summary>
    public required string Action { get; init; }

    /// <summary>Kind and id, <c>reservation/0199…</c>.</summary>
    public required string Subject { get; init; }

    public MachineId? Machine { get; init; }

    public SiteId? Site { get; init; }

    /// <summary>Whose thing it is, when that is a member.</summary>
    public MemberId? Concerns { get; init; }

    /// <summary>What was changed, as it was: codes, numbers and instants by name.</summary>
    public IReadOnlyDictionary<string, string>? Before { get; init; }

    /// <summary>The same as it is since.</summary>
    public IReadOnlyDictionary<string, string>? After { get; init; }

    /// <summary>
    /// SHA-256 of a salt and the network address that it came from, 64 hexadecimal digits. Address and salt are kept beside the
    /// entry and may be wiped, after which this tells nothing; the entry stays provable.
    /// </summary>
    public string? AddressDigest { get; init; }
}
