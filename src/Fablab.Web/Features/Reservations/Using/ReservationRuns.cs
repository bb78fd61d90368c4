using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Reading;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Board = Fablab.Web.Features.LiveBoard.LiveBoard;

namespace Fablab.Web.Features.Reservations.Using;

/// <summary>Reads a reservation with its sessions, job and charges, for its holder and for staff of the site.</summary>
internal sealed class ReservationRuns(FablabDb db, ReadReservations reservations, Board board, IDateTimeZoneProvider zones, LabClock clock)
{
    public async Task<Result<ReservationRun>> OneAsync(CurrentMember me, ReservationId id, CancellationToken ct)
    {
        if (!(await reservations.OneAsync(me, id, ct)).TryGet(out var view, out var refusal))
        {
            return refusal;
        }

        var reservation = view.Reservation;
        var rest = await (
            from tariff in db.Tariffs.AsNoTracking()
            from site in db.Sites.AsNoTracking()
            from account in db.Users.AsNoTracking()
            where tariff.Id == reservation.Tariff && site.Id == view.Machine.Site && account.Id == reservation.Member.Value
            select new
            {
                Tariff = tariff,
                site.TimeZone,
                account.DisplayName,
                FreeSince = db.Desks.Where(desk => desk.Machine == reservation.Machine).Select(desk => desk.FreeSince).FirstOrDefault(),
            }).SingleAsync(ct);
        return new ReservationRun
        {
            Reservation = reservation,
            Machine = view.Machine,
            Zone = zones[rest.TimeZone],
            Holder = rest.DisplayName,
            Project = view.IsPrivate ? null : view.ProjectName,
            IsPrivate = view.IsPrivate,
            Tariff = rest.Tariff,
            Job = reservation.Job is { } job ? await db.MachineJobs.AsNoTracking().SingleOrDefaultAsync(row => row.Id == job, ct) : null,
            Sessions = await db.UsageSessions.AsNoTracking().Where(session => session.Reservation == id).OrderBy(session => session.Generation).ToListAsync(ct),
            Charges = await db.Charges.AsNoTracking().Where(charge => charge.Reservation == id).OrderBy(charge => charge.From).ToListAsync(ct),
            Live = board.Of(view.Machine.Code),
            FreeSince = rest.FreeSince,
            Now = clock.Now,
            IsMine = me.Id == reservation.Member,
        };
    }
}
