using NodaTime;

namespace Fablab.Web.Data.Rows;

/// <summary>Something that a device or a program is tied to by a code, typed there once.</summary>
public interface IPairable
{
    /// <summary>The first part of a pairing code, by which it is found; <see langword="null"/> without one that counts.</summary>
    string? PairingName { get; set; }

    /// <summary>SHA-256 of the whole code, 64 lower-case hex digits.</summary>
    string? PairingHash { get; set; }

    Instant? PairingEndsAt { get; set; }

    /// <summary>How often its second part was guessed wrong.</summary>
    int PairingGuesses { get; set; }
}
