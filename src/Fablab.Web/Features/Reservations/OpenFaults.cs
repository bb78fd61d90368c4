using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations;

/// <summary>What keeps a machine that is in order from being booked.</summary>
public enum BookingStop
{
    /// <summary>A fault that stops bookings is open.</summary>
    Fault,

    /// <summary>Maintenance that stops bookings is due now, by date or by hours.</summary>
    Maintenance,
}

/// <summary>Which machines take no bookings, and because of what.</summary>
internal static class OpenFaults
{
    public static IQueryable<FaultRow> ThatStopBookings(this IQueryable<FaultRow> faults) => faults.Where(fault => fault.ClosedAt == null && fault.StopsBookings);

    /// <summary>Not what is planned for later: beyond it nobody books either, but until then the machine is as any other.</summary>
    public static IQueryable<MaintenanceTaskRow> ThatStopBookings(this FablabDb db, Instant now) => db.MaintenanceTasks.Where(task => task.DoneAt == null && task.StopsBookings
        && (task.DueAt <= now || db.Desks.Any(desk => desk.Machine == task.Machine && desk.RunTotal >= task.DueAtRunTotal)));

    public static BookingStop? Of(bool hasFault, bool isMaintenanceDue) => hasFault ? BookingStop.Fault : isMaintenanceDue ? BookingStop.Maintenance : null;

    /// <summary>Those that cannot be used: their machine is out of order when they begin, as far as anybody knows, or has a fault that stops bookings.</summary>
    public static IQueryable<Reservation> OnStoppedMachines(this FablabDb db, Instant now) => db.Reservations.Where(r => db.Machines.Any(machine => machine.Id == r.Machine
        && ((machine.IsOutOfOrder && (machine.OutOfOrderUntil == null || machine.OutOfOrderUntil <= now || machine.OutOfOrderUntil > r.Slot.Start))
            || db.Faults.ThatStopBookings().Any(fault => fault.Machine == machine.Id))));

    /// <summary>Whether what begins then cannot be used, as above, so that nobody must keep it or pay for giving it up.</summary>
    public static Task<bool> CannotBeUsedAsync(this FablabDb db, MachineId machine, Instant start, Instant now, CancellationToken ct) => db.Machines.AnyAsync(
        row => row.Id == machine && ((row.IsOutOfOrder && (row.OutOfOrderUntil == null || row.OutOfOrderUntil <= now || row.OutOfOrderUntil > start))
            || db.Faults.ThatStopBookings().Any(fault => fault.Machine == machine)), ct);
}
