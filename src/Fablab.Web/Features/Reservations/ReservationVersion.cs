using System.Globalization;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;

namespace Fablab.Web.Features.Reservations;

/// <summary>The ETag of a reservation: its state, whose yes it waits for, slot, machine and member are all of it that ever changes.</summary>
internal static class ReservationVersion
{
    public static string Of(Reservation reservation) => string.Create(
        CultureInfo.InvariantCulture,
        $"\"{reservation.State}-{(int)reservation.Awaits}-{reservation.Slot.Start.ToUnixTimeMilliseconds()}-{reservation.Slot.End.ToUnixTimeMilliseconds()}-{Short(reservation.Machine.Value)}-{Short(reservation.Member.Value)}\"");

    // The end of an id is random.
    private static string Short(Guid id) => id.ToString("N")[^8..];

    /// <param name="ifMatch">The request's header; without one every version will do.</param>
    public static bool Fits(Reservation reservation, string? ifMatch) => VersionTag.Fits(Of(reservation), ifMatch);
}
