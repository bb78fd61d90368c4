using Fablab.Web.Data;
using Fablab.Web.Data.Rows;

namespace Fablab.Web.Features.Reservations;

/// <summary>Which machines take no bookings, and because of what.</summary>
internal static class OpenFaults
{
    public static IQueryable<FaultRow> ThatStopBookings(this IQueryable<FaultRow> faults) => faults.Where(fault => fault.ClosedAt == null && fault.StopsBookings);

    /// <summary>Out of order, or with a fault that stops bookings.</summary>
    public static IQueryable<MachineRow> ThatTakeNoBookings(this FablabDb db) =>
        db.Machines.Where(machine => machine.IsOutOfOrder || db.Faults.ThatStopBookings().Any(fault => fault.Machine == machine.Id));
}
