using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Series;
using Fablab.Web.Data;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Series;

/// <summary>One reservation of a series.</summary>
/// <param name="Machine">The name of the one that it is on.</param>
public sealed record BookedInSeries(Reservation Reservation, SeriesReservation InSeries, string Machine);

/// <summary>A series and all its reservations, the cancelled ones too, in order of their planned start.</summary>
/// <param name="Holder">The name of its member; <see langword="null"/> for the reader.</param>
public sealed record SeriesView(SeriesId Id, MachineView At, DateTimeZone Zone, string? Holder, IReadOnlyList<BookedInSeries> Rows, string Version)
{
    /// <summary>One that can still be changed or cancelled.</summary>
    public BookedInSeries? Open(Guid? id) => Rows.FirstOrDefault(row => row.Reservation.Id.Value == id && !row.InSeries.IsSettled);
}

/// <summary>Reads a series for its member and for staff of the site.</summary>
internal sealed class ReadSeries(FablabDb db, ReadMachines machines, CurrentMember me, IDateTimeZoneProvider zones)
{
    /// <returns><see langword="null"/> also for whoever may not know of it.</returns>
    public async Task<SeriesView?> OneAsync(SeriesId id, CancellationToken ct)
    {
        var series = await db.Series.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, ct);
        if (series is null || await machines.BookableAsync(series.Bookable, ct) is not { } at || !me.May(Right.SeeReservation, new Subject(series.Member, at.Machine.Site)))
        {
            return null;
        }

        var found = await (
            from r in db.Reservations.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on r.Machine equals machine.Id
            where r.Series == id
            select new { Reservation = r, machine.Name }).ToListAsync(ct);
        var zone = zones[at.Site.TimeZone];
        var of = found.ToDictionary(one => one.Reservation.Id);
        var holder = series.Member == me.Id ? null : await db.Users.Where(row => row.Id == series.Member.Value).Select(row => row.DisplayName).SingleAsync(ct);
        return new SeriesView(
            id,
            at,
            zone,
            holder,
            [.. ChangeSeries.SeriesOf(found.Select(one => one.Reservation), zone).Select(one => new BookedInSeries(of[one.Id].Reservation, one, of[one.Id].Name))],
            SeriesVersion.Of(found.Select(one => one.Reservation)));
    }
}
