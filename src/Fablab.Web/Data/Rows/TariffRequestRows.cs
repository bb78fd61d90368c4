using Fablab.Domain.Members;
using NodaTime;

namespace Fablab.Web.Data.Rows;

public enum TariffRequestState
{
    Waiting,
    Accepted,
    Refused,
}

/// <summary>A member asks to belong to a tariff group, and shows a document. At most one of a member and group waits.</summary>
public sealed class TariffRequestRow
{
    public required Guid Id { get; init; }

    public required MemberId Member { get; init; }

    public required TariffGroupId Group { get; init; }

    public required Instant AskedAt { get; init; }

    public TariffRequestState State { get; set; }

    public MemberId? DecidedBy { get; set; }

    public Instant? DecidedAt { get; set; }

    /// <summary>Why not, for the member.</summary>
    public string? Reason { get; set; }
}

/// <summary>
/// The document of a request. In the database, unlike files for machines: it is small and there are few, and it must go in the same transaction
/// as everything else of its member.
/// </summary>
public sealed class TariffProofRow
{
    public required Guid Request { get; init; }

    public required ProofKind Kind { get; init; }

    public required byte[] Content { get; init; }
}
