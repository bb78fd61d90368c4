using Fablab.Domain.Billing;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Data;
using Fablab.Web.Features.Organisations.Budgeting;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Billing;

/// <summary>Charges a closed session in the very transaction that closes it.</summary>
internal sealed class ChargeSession(FablabDb db, BudgetNotices budgets, IDateTimeZoneProvider zones, LabClock clock)
{
    public async Task ExecuteWithinAsync(UsageSession session, CancellationToken ct)
    {
        var facts = await (
            from reservation in db.Reservations.AsNoTracking()
            join tariff in db.Tariffs.AsNoTracking() on reservation.Tariff equals tariff.Id
            join machine in db.Machines.AsNoTracking() on reservation.Machine equals machine.Id
            join site in db.Sites.AsNoTracking() on machine.Site equals site.Id
            where reservation.Id == session.Reservation
            select new { reservation, tariff, site.TimeZone }).SingleAsync(ct);

        var earlier = await (
            from charged in db.Charges.AsNoTracking()
            join before in db.UsageSessions.AsNoTracking() on charged.Session equals before.Id
            where charged.Reservation == session.Reservation
            select before.Total).ToListAsync(ct);

        var charge = Charging.Charge(
            session, facts.reservation, facts.tariff, zones[facts.TimeZone], new ChargeId(Guid.CreateVersion7()), clock.Now,
            earlier.Aggregate(Duration.Zero, (sum, total) => sum + total));
        if (charge is not null)
        {
            db.Add(charge);
            await budgets.AfterChargeAsync(charge, facts.TimeZone, ct);
        }
    }
}
