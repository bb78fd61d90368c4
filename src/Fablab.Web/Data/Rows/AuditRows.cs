using Fablab.Domain.Audit;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using NodaTime;

namespace Fablab.Web.Data.Rows;

/// <summary>
/// Who did what to which thing: written in the transaction of what it tells and sealed into a chain shortly after
/// (<see cref="AuditSealRow"/>). The database refuses every change but wiping the network address.
/// </summary>
public sealed class AuditRow
{
    public required Guid Id { get; init; }

    public required Instant At { get; init; }

    public MemberId? Actor { get; init; }

    public AuditWay Way { get; init; }

    public required string Action { get; init; }

    public required string Subject { get; init; }

    public MachineId? Machine { get; init; }

    public SiteId? Site { get; init; }

    public MemberId? Concerns { get; init; }

    public IReadOnlyDictionary<string, string>? Before { get; init; }

    public IReadOnlyDictionary<string, string>? After { get; init; }

    /// <summary>Where it came from; <see langword="null"/> once it was kept long enough.</summary>
    public string? Address { get; init; }

    /// <summary>What keeps the digest from being guessed; goes with the address.</summary>
    public string? AddressSalt { get; init; }

    public string? AddressDigest { get; init; }

    public AuditEntry ToEntry() => new()
    {
        Id = Id, At = At, Actor = Actor, Way = Way, Action = Action, Subject = Subject, Machine = Machine, Site = Site, Concerns = Concerns,
        Before = Before, After = After, AddressDigest = AddressDigest,
    };
}

/// <summary>The place of an entry in the chain.</summary>
public sealed class AuditSealRow
{
    /// <summary>From 1 without a gap.</summary>
    public required long Sequence { get; init; }

    public required Guid Entry { get; init; }

    /// <summary>64 hexadecimal digits.</summary>
    public required string Hash { get; init; }
}

/// <summary>An entry that has no place in the chain yet; a trigger adds it.</summary>
public sealed class UnsealedAuditRow
{
    public required Guid Entry { get; init; }
}
