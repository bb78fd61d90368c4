using Fablab.Domain.Members;
using NodaTime;

namespace Fablab.Web.Data.Rows;

/// <summary>A browser that shows notices although no page of ours is open (RFC 8030).</summary>
public sealed class PushSubscriptionRow
{
    public required Guid Id { get; init; }

    public required MemberId Member { get; init; }

    /// <summary>In which it was asked for: once that has ended, somebody else may sit at the browser.</summary>
    public required Guid Session { get; init; }

    /// <summary>What the browser says of itself, for its owner to know it by.</summary>
    public required string Browser { get; init; }

    /// <summary>At the browser maker's push service. Who knows it can only disturb, not read.</summary>
    public required string Endpoint { get; init; }

    /// <summary>SHA-256 of the endpoint: one browser has one subscription.</summary>
    public required string EndpointHash { get; init; }

    /// <summary>The browser's public key (P-256), base64url.</summary>
    public required string PublicKey { get; init; }

    /// <summary>The secret shared with the browser, encrypted by data protection.</summary>
    public required string ProtectedSecret { get; init; }

    public required Instant CreatedAt { get; init; }
}

/// <summary>A notice on its way to one browser.</summary>
public sealed class PushRow
{
    public required Guid Id { get; init; }

    public required Guid Notice { get; init; }

    public required Guid Subscription { get; init; }

    public required Instant CreatedAt { get; init; }

    /// <summary>When to send it, or to try again; <see langword="null"/> when it is over.</summary>
    public Instant? DueAt { get; set; }

    public int Tries { get; set; }

    /// <summary>When it was over.</summary>
    public Instant? EndedAt { get; set; }
}

/// <summary>The key by which push services know us (VAPID, RFC 8292), made once. Another one would end every subscription.</summary>
public sealed class PushKeyRow
{
    public const int TheOne = 1;

    public required int Id { get; init; }

    public required string PublicKey { get; init; }

    /// <summary>Encrypted by data protection.</summary>
    public required string ProtectedPrivateKey { get; init; }
}
