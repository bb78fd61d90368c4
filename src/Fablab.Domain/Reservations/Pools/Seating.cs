using Fablab.Domain.Machines;

namespace Fablab.Domain.Reservations.Pools;

/// <summary>Whether the bookings of a pool have a unit each, and which.</summary>
public abstract record Seating
{
    private Seating()
    {
    }

    /// <summary>Every booking has a unit.</summary>
    /// <param name="Moves">How many leave the unit they sat on.</param>
    /// <param name="AreFewest">Proven: no other seating moves fewer.</param>
    public sealed record Fits(IReadOnlyDictionary<ReservationId, MachineId> Seats, int Moves, bool AreFewest) : Seating;

    /// <summary>Proven: there is no seating.</summary>
    /// <param name="TooManyAt">
    /// An instant at which more is booked than there are units; <see langword="null"/> when there never is,
    /// and what is tied to single units is in the way.
    /// </param>
    public sealed record DoesNotFit(Instant? TooManyAt) : Seating;

    /// <summary>Nobody knows: the search reached its bound.</summary>
    public sealed record GivenUp(int Steps) : Seating;
}
