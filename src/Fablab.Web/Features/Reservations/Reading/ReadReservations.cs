using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations.Reading;

/// <summary>A reservation with the machine and project it names.</summary>
public sealed record ReservationView
{
    public required Reservation Reservation { get; init; }

    public required MachineRow Machine { get; init; }

    /// <summary>Code of the machine's site.</summary>
    public required string Site { get; init; }

    public string? ProjectName { get; init; }

    /// <summary>Whose project it is charged to.</summary>
    public OrganisationId? Organisation { get; init; }

    /// <summary>The project, or else its organisation, shows people outside nothing but that the time is taken.</summary>
    public bool HidesTitles { get; init; }

    /// <summary>The reader is such a person: title, project and file name are not theirs to see.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>Code of the pool that it was booked of.</summary>
    public string? Pool { get; init; }
}

/// <summary>Reservations as their holder, or a manager of the site, may see them.</summary>
internal sealed class ReadReservations(FablabDb db)
{
    /// <returns>Mine, the ones that start last first.</returns>
    public Task<Page<ReservationView>> MineAsync(MemberId me, Cursor after, int limit, CancellationToken ct) =>
        PageAsync(db.Reservations.AsNoTracking().Where(r => r.Member == me), after, limit, ct);

    /// <returns>What is booked on an organisation's projects, the ones that start last first.</returns>
    public async Task<Result<Page<ReservationView>>> OfOrganisationAsync(CurrentMember me, OrganisationId organisation, Cursor after, int limit, CancellationToken ct)
    {
        if (!me.May(Right.SeeProjects, Subject.Of(organisation)))
        {
            return new NoSuchThing("organisation");
        }

        if (!me.May(Right.SeeOrganisationReservations, Subject.Of(organisation)))
        {
            return new NotAllowed();
        }

        var projects = db.Projects.Where(project => project.Organisation == organisation).Select(project => (ProjectId?)project.Id);
        return await PageAsync(db.Reservations.AsNoTracking().Where(r => projects.Contains(r.Project)), after, limit, ct);
    }

    /// <returns>The reservation, or not found for whoever may not know of it.</returns>
    public async Task<Result<ReservationView>> OneAsync(CurrentMember me, ReservationId id, CancellationToken ct)
    {
        var view = await Views(db.Reservations.AsNoTracking().Where(r => r.Id == id)).SingleOrDefaultAsync(ct);
        return view is not null && me.May(Right.SeeReservation, new Subject(view.Reservation.Member, view.Machine.Site))
            ? view with { IsPrivate = view.HidesTitles && IsOutside(me.Member, view) }
            : new NoSuchThing("reservation");
    }

    private async Task<Page<ReservationView>> PageAsync(IQueryable<Reservation> reservations, Cursor after, int limit, CancellationToken ct)
    {
        var rows = await Views(reservations
                .Where(r => r.Slot.Start <= after.At)
                .OrderByDescending(r => r.Slot.Start).ThenByDescending(r => r.BookedAt).ThenByDescending(r => r.Id)
                .Skip(after.Shown)
                .Take(limit + 1))
            .OrderByDescending(view => view.Reservation.Slot.Start).ThenByDescending(view => view.Reservation.BookedAt).ThenByDescending(view => view.Reservation.Id)
            .ToListAsync(ct);
        return after.PageOf(rows, limit, view => view.Reservation.Slot.Start, view => view);
    }

    private static bool IsOutside(Member me, ReservationView view) =>
        view.Reservation.Member != me.Id && !(view.Organisation is { } organisation && me.Organisations.ContainsKey(organisation));

    private IQueryable<ReservationView> Views(IQueryable<Reservation> reservations) =>
        from reservation in reservations
        join machine in db.Machines.AsNoTracking() on reservation.Machine equals machine.Id
        join site in db.Sites.AsNoTracking() on machine.Site equals site.Id
        join row in db.Projects.AsNoTracking() on reservation.Project equals (ProjectId?)row.Id into projects
        from project in projects.DefaultIfEmpty()
        join owner in db.Organisations.AsNoTracking() on project.Organisation equals owner.Id into organisations
        from organisation in organisations.DefaultIfEmpty()
        join unit in db.Pools.AsNoTracking() on reservation.Pool equals (PoolId?)unit.Id into pools
        from pool in pools.DefaultIfEmpty()
        select new ReservationView
        {
            Reservation = reservation,
            Machine = machine,
            Site = site.Code,
            ProjectName = project.Name,
            Organisation = (OrganisationId?)project.Organisation,
            HidesTitles = project != null && (project.HidesTitles ?? organisation.HidesTitles),
            Pool = pool.Code,
        };
}
