using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations;

/// <summary>The one way to write into the calendar.</summary>
internal static class BookingTransaction
{
    /// <summary>
    /// Decides within a transaction that holds the machines. Should the database refuse an overlap that the decision did not see,
    /// because somebody wrote past it, that is told like any other clash.
    /// </summary>
    /// <param name="slot">Where to look for the clash then.</param>
    public static async Task<Result<T>> BookingAsync<T>(
        this FablabDb db, IReadOnlyCollection<MachineId> machines, TimeSlot slot, Func<Task<Result<T>>> decide, CancellationToken ct)
    {
        try
        {
            return await LabTransaction.DecideAsync(db, machines, decide, ct);
        }
        catch (Exception error) when (DatabaseRefusals.IsOverlap(error))
        {
            db.ChangeTracker.Clear();
            var clashes = new List<TimeSlot>();
            foreach (var machine in machines)
            {
                clashes.AddRange(await db.TakenSlotsAsync(machine, slot, ct));
            }

            return new BookingRefused([.. clashes.DefaultIfEmpty(slot).Select(BookingRules.Taken)]);
        }
    }
}
