using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Presence;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Presence.Watching;

/// <summary>Somebody who is in.</summary>
public sealed record PersonIn(VisitId Visit, MemberId Member, string Name, bool IsMinor, Instant Since, Told By);

/// <summary>Who uses a machine, or comes along to its use, and told no door: whoever counts heads should look for them too.</summary>
/// <param name="IsGuest">No member, named in the booking.</param>
public sealed record PersonAtMachine(string Name, string Machine, bool IsGuest);

/// <summary>A site at this moment.</summary>
public sealed record PresenceNow(SiteRow Site, DateTimeZone Zone, Instant Now, IReadOnlyList<PersonIn> People, IReadOnlyList<PersonAtMachine> AtMachines)
{
    public int Minors => People.Count(one => one.IsMinor);

    public int All => People.Count + AtMachines.Count;
}

/// <summary>A visit as it is read later.</summary>
public sealed record VisitView(Visit Visit, string Name, string SiteCode, string SiteName, string TimeZone);

/// <summary>Who is in: names for staff of the site, a number for other members.</summary>
internal sealed class ReadPresence(FablabDb db, CurrentMember me, IDateTimeZoneProvider zones, LabClock clock)
{
    /// <summary>As many as one chooses from.</summary>
    private const int MostFound = 20;

    private const int ShortestSearch = 2;

    public async Task<SiteRow?> SiteAsync(string code, CancellationToken ct)
    {
        code = StorableText.Of(code);
        return await db.Sites.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct);
    }

    public bool MaySee(SiteRow site) => me.May(Right.SeePresence, Subject.At(site.Id));

    public Task<int> CountAsync(SiteId site, CancellationToken ct) => OpenAt(site).CountAsync(ct);

    /// <summary>Those whose visit should have been closed by now are in no more.</summary>
    private IQueryable<Visit> OpenAt(SiteId site)
    {
        var now = clock.Now;
        return db.Visits.AsNoTracking().Where(visit => visit.Site == site && visit.LeftAt == null && visit.ClosesAt > now);
    }

    /// <summary>By name, for whom <see cref="MaySee"/>.</summary>
    public async Task<PresenceNow> AtAsync(SiteRow site, CancellationToken ct)
    {
        var (zone, now) = (zones[site.TimeZone], clock.Now);
        var today = now.InZone(zone).Date;
        var rows = await (
            from visit in OpenAt(site.Id)
            join account in db.Users.AsNoTracking() on (Guid)(object)visit.Member equals account.Id
            orderby account.DisplayName, account.Id
            select new { visit, account.DisplayName, account.BirthDate }).ToListAsync(ct);
        var people = rows.Select(row => new PersonIn(row.visit.Id, row.visit.Member, row.DisplayName, Minors.IsMinor(row.BirthDate, today), row.visit.ArrivedAt, row.visit.ArrivedBy)).ToList();
        return new PresenceNow(site, zone, now, people, await AtMachinesAsync(site.Id, [.. people.Select(one => one.Member)], ct));
    }

    /// <returns>My open visit there; <see langword="null"/> when I am not in.</returns>
    public Task<Visit?> MineAsync(SiteId site, CancellationToken ct)
    {
        var mine = me.Id;
        return OpenAt(site).SingleOrDefaultAsync(visit => visit.Member == mine, ct);
    }

    /// <param name="typed">A part of a name, or of an address.</param>
    /// <returns>Members of the site whom it could mean, by name.</returns>
    public async Task<IReadOnlyList<(MemberId Member, string Name)>> FindAsync(SiteId site, string typed, CancellationToken ct)
    {
        var wanted = StorableText.Of(typed.Trim());
        if (wanted.Length < ShortestSearch)
        {
            return [];
        }

        var upper = wanted.ToUpperInvariant();
#pragma warning disable CA1304, CA1311, CA1862 // becomes UPPER of the database, which knows no culture of ours
        var found = await db.Users.AsNoTracking()
            .Where(account => account.NormalizedEmail!.Contains(upper) || account.DisplayName.Contains(wanted) || account.DisplayName.ToUpper().Contains(upper))
            .Where(account => db.SiteMemberships.Any(row => (Guid)(object)row.Member == account.Id && row.Site == site && row.State == MembershipState.Active))
            .OrderBy(account => account.DisplayName).ThenBy(account => account.Id).Take(MostFound)
            .Select(account => new { account.Id, account.DisplayName }).ToListAsync(ct);
#pragma warning restore CA1304, CA1311, CA1862
        return [.. found.Select(one => (new MemberId(one.Id), one.DisplayName))];
    }

    /// <param name="site">Visits of a site; <see langword="null"/> for all of mine.</param>
    public async Task<Page<VisitView>> VisitsAsync(SiteId? site, Cursor after, int limit, CancellationToken ct)
    {
        var mine = me.Id;
        var rows = await (
            from visit in db.Visits.AsNoTracking()
            join account in db.Users.AsNoTracking() on (Guid)(object)visit.Member equals account.Id
            join place in db.Sites.AsNoTracking() on visit.Site equals place.Id
            where visit.ArrivedAt <= after.At && (site == null ? visit.Member == mine : visit.Site == site)
            orderby visit.ArrivedAt descending, visit.Id descending
            select new VisitView(visit, account.DisplayName, place.Code, place.Name, place.TimeZone)).Skip(after.Shown).Take(limit + 1).ToListAsync(ct);
        return after.PageOf(rows, limit, row => row.Visit.ArrivedAt, row => row);
    }

    private async Task<IReadOnlyList<PersonAtMachine>> AtMachinesAsync(SiteId site, HashSet<MemberId> isIn, CancellationToken ct)
    {
        var active = await (
            from reservation in db.Reservations.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on reservation.Machine equals machine.Id
            join account in db.Users.AsNoTracking() on (Guid)(object)reservation.Member equals account.Id
            where machine.Site == site && reservation.State == ReservationState.Active
            select new { reservation.Id, reservation.Member, Machine = machine.Name, account.DisplayName }).ToListAsync(ct);
        if (active.Count == 0)
        {
            return [];
        }

        var ids = active.Select(one => one.Id).ToList();
        var company = await db.Company.AsNoTracking().Where(one => ids.Contains(one.Reservation)).ToListAsync(ct);
        var members = company.Where(one => one.Member is not null).Select(one => one.Member!.Value.Value).ToList();
        var names = await db.Users.AsNoTracking().Where(account => members.Contains(account.Id)).ToDictionaryAsync(account => account.Id, account => account.DisplayName, ct);
        var machineOf = active.ToDictionary(one => one.Id, one => one.Machine);
        return
        [
            .. active.Select(one => (one.Member.Value, Person: new PersonAtMachine(one.DisplayName, one.Machine, IsGuest: false)))
                .Concat(company.Where(one => one.Member is { } member && names.ContainsKey(member.Value))
                    .Select(one => (one.Member!.Value.Value, Person: new PersonAtMachine(names[one.Member!.Value.Value], machineOf[one.Reservation], IsGuest: false))))
                .Where(one => !isIn.Contains(new MemberId(one.Value)))

                // A head each, however they are called: somebody at two machines is one, two guests of one name are two.
                .DistinctBy(one => one.Value)
                .Select(one => one.Person)
                .Concat(company.Where(one => one.GuestName is not null).Select(one => new PersonAtMachine(one.GuestName!, machineOf[one.Reservation], IsGuest: true)))
                .OrderBy(one => one.Name, StringComparer.CurrentCulture),
        ];
    }
}
