using NodaTime;

namespace Fablab.Web.Data.Rows;

/// <summary>What another program calls something that was imported from it, so that it is known again when it comes a second time.</summary>
public sealed class ExternalIdRow
{
    public const string Member = "member";
    public const string Reservation = "reservation";

    public const int Longest = 200;

    /// <summary>One of the constants above.</summary>
    public required string Kind { get; init; }

    /// <summary>Within which site it is known; <see cref="Guid.Empty"/> in the whole lab.</summary>
    public required Guid Site { get; init; }

    public required string External { get; init; }

    /// <summary>Id of the account or of the reservation.</summary>
    public required Guid Target { get; init; }

    public required Instant At { get; init; }
}
