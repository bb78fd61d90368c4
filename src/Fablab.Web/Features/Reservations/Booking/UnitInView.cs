using Fablab.Domain.Billing;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Booking;

/// <summary>A machine, and all around it that a booking of some member is judged by before its slot is looked at.</summary>
internal sealed record UnitInView
{
    public required MachineRow Machine { get; init; }

    public required Tariff Tariff { get; init; }

    /// <summary><see langword="null"/> for a machine that is of no pool.</summary>
    public string? PoolName { get; init; }

    /// <summary>Version in force of the lab's rule book; 0 when it has none.</summary>
    public int LabRules { get; init; }

    /// <summary>The same of the site's.</summary>
    public int SiteRules { get; init; }

    /// <summary>The member holds a full authorisation for the machine, or for one of its pool, until the end of the slot.</summary>
    public bool IsTrained { get; init; }

    /// <summary>Maintenance that stops bookings is planned for the machine.</summary>
    public bool HasMaintenance { get; init; }

    /// <summary>A fault that stops bookings is open.</summary>
    public bool HasOpenFault { get; init; }

    /// <summary>The member is in some line, maybe this one's.</summary>
    public bool IsWaiting { get; init; }

    /// <summary>When the machine's desk is looked at next; <see langword="null"/> when nothing is due.</summary>
    public Instant? DeskLooksAt { get; init; }

    public required StandingRow Standing { get; init; }
}

/// <summary>What a code stands for, with all around it.</summary>
/// <param name="Units">Of the bookable, in the same order.</param>
internal sealed record BookableInView(Bookable Bookable, IReadOnlyList<UnitInView> Units)
{
    public UnitInView Of(MachineRow unit) => Units.Single(one => one.Machine.Id == unit.Id);
}

internal static class UnitsInView
{
    private static readonly HotQuery<Func<FablabDb, string, MemberId, Guid, Instant, Instant, IAsyncEnumerable<UnitInView>>> ByMachine = new(() =>
        EF.CompileAsyncQuery((FablabDb db, string code, MemberId member, Guid account, Instant until, Instant now) =>
            from machine in db.Machines.AsNoTracking()
            join tariff in db.Tariffs.AsNoTracking() on machine.Tariff equals tariff.Id
            join site in db.Sites.AsNoTracking() on machine.Site equals site.Id
            where machine.Code == code
            select new UnitInView
            {
                Machine = machine,
                Tariff = tariff,
                LabRules = db.RuleBooks.Where(book => book.Site == null).Max(book => (int?)book.Version) ?? 0,
                SiteRules = db.RuleBooks.Where(book => book.Site == machine.Site).Max(book => (int?)book.Version) ?? 0,
                IsTrained = db.MachineAuthorisations.Any(a => a.Member == member && a.Level == AuthorisationLevel.Full && (a.ValidUntil == null || a.ValidUntil >= until)
                    && (a.Machine == machine.Id || db.Machines.Any(other => other.Id == a.Machine && other.Pool != null && other.Pool == machine.Pool))),
                HasMaintenance = db.MaintenanceTasks.Any(task => task.Machine == machine.Id && task.DoneAt == null && task.StopsBookings),
                HasOpenFault = db.Faults.ThatStopBookings().Any(fault => fault.Machine == machine.Id),
                IsWaiting = db.WaitingList.Any(wish => wish.Member == member && wish.State == WishState.Waiting),
                DeskLooksAt = db.Desks.Where(desk => desk.Machine == machine.Id).Select(desk => desk.DueAt).FirstOrDefault(),
                Standing = new StandingRow
                {
                    TimeZone = site.TimeZone,
                    Registration = site.Registration,
                    Membership = db.SiteMemberships.Where(row => row.Site == site.Id && row.Member == member).Select(row => (MembershipState?)row.State).FirstOrDefault(),
                    IsStaff = db.RoleGrants.Any(grant => grant.Member == member && (grant.Site == null || grant.Site == site.Id)),
                    HasAcceptedTerms = site.TermsVersion == 0
                        || db.AcceptedTerms.Any(one => one.Member == member && one.Site == site.Id && one.Kind == SiteTextKind.Terms && one.Version == site.TermsVersion),
                    HasAcceptedSafetyRules = site.SafetyVersion == 0
                        || db.AcceptedTerms.Any(one => one.Member == member && one.Site == site.Id && one.Kind == SiteTextKind.Safety && one.Version == site.SafetyVersion),
                    MinimumAge = site.MinimumAge,
                    BirthDate = db.Users.Where(user => user.Id == account).Select(user => user.BirthDate).FirstOrDefault(),
                    HasConsent = db.GuardianConsents.Where(one => one.Member == member).OrderByDescending(one => one.AskedAt)
                        .Select(one => one.GivenAt != null && one.WithdrawnAt == null).FirstOrDefault(),
                    IsSuspended = db.Suspensions.Any(stop => stop.Member == member && (stop.Site == null || stop.Site == site.Id) && stop.LiftedAt == null && (stop.Until == null || stop.Until > now)),
                },
            }));

    private static readonly HotQuery<Func<FablabDb, string, MemberId, Guid, Instant, Instant, IAsyncEnumerable<UnitInView>>> ByPool = new(() =>
        EF.CompileAsyncQuery((FablabDb db, string code, MemberId member, Guid account, Instant until, Instant now) =>
            from pool in db.Pools.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on pool.Id equals machine.Pool
            join tariff in db.Tariffs.AsNoTracking() on machine.Tariff equals tariff.Id
            join site in db.Sites.AsNoTracking() on machine.Site equals site.Id
            where pool.Code == code
            orderby machine.Code
            select new UnitInView
            {
                Machine = machine,
                Tariff = tariff,
                PoolName = pool.Name,
                LabRules = db.RuleBooks.Where(book => book.Site == null).Max(book => (int?)book.Version) ?? 0,
                SiteRules = db.RuleBooks.Where(book => book.Site == machine.Site).Max(book => (int?)book.Version) ?? 0,
                IsTrained = db.MachineAuthorisations.Any(a => a.Member == member && a.Level == AuthorisationLevel.Full && (a.ValidUntil == null || a.ValidUntil >= until)
                    && db.Machines.Any(other => other.Id == a.Machine && other.Pool == machine.Pool)),
                HasMaintenance = db.MaintenanceTasks.Any(task => task.Machine == machine.Id && task.DoneAt == null && task.StopsBookings),
                HasOpenFault = db.Faults.ThatStopBookings().Any(fault => fault.Machine == machine.Id),
                IsWaiting = db.WaitingList.Any(wish => wish.Member == member && wish.State == WishState.Waiting),
                DeskLooksAt = db.Desks.Where(desk => desk.Machine == machine.Id).Select(desk => desk.DueAt).FirstOrDefault(),
                Standing = new StandingRow
                {
                    TimeZone = site.TimeZone,
                    Registration = site.Registration,
                    Membership = db.SiteMemberships.Where(row => row.Site == site.Id && row.Member == member).Select(row => (MembershipState?)row.State).FirstOrDefault(),
                    IsStaff = db.RoleGrants.Any(grant => grant.Member == member && (grant.Site == null || grant.Site == site.Id)),
                    HasAcceptedTerms = site.TermsVersion == 0
                        || db.AcceptedTerms.Any(one => one.Member == member && one.Site == site.Id && one.Kind == SiteTextKind.Terms && one.Version == site.TermsVersion),
                    HasAcceptedSafetyRules = site.SafetyVersion == 0
                        || db.AcceptedTerms.Any(one => one.Member == member && one.Site == site.Id && one.Kind == SiteTextKind.Safety && one.Version == site.SafetyVersion),
                    MinimumAge = site.MinimumAge,
                    BirthDate = db.Users.Where(user => user.Id == account).Select(user => user.BirthDate).FirstOrDefault(),
                    HasConsent = db.GuardianConsents.Where(one => one.Member == member).OrderByDescending(one => one.AskedAt)
                        .Select(one => one.GivenAt != null && one.WithdrawnAt == null).FirstOrDefault(),
                    IsSuspended = db.Suspensions.Any(stop => stop.Member == member && (stop.Site == null || stop.Site == site.Id) && stop.LiftedAt == null && (stop.Until == null || stop.Until > now)),
                },
            }));

    /// <summary>One question to the database for a machine, two for a pool.</summary>
    /// <param name="until">An authorisation must hold up to, but not at, this instant.</param>
    /// <returns><see langword="null"/> when neither a machine nor a pool with machines has this code.</returns>
    public static async Task<BookableInView?> InViewAsync(this FablabDb db, string code, MemberId member, Instant until, Instant now, CancellationToken ct)
    {
        if (await ByMachine.On(db)(db, code, member, member.Value, until, now).ToListAsync(ct) is [var one])
        {
            return new BookableInView(new Bookable(code, one.Machine.Name, null, one.Machine.Site, [one.Machine], one.HasOpenFault ? [one.Machine.Id] : []), [one]);
        }

        var units = await ByPool.On(db)(db, code, member, member.Value, until, now).ToListAsync(ct);
        return units is [var first, ..]
            ? new BookableInView(
                new Bookable(
                    code, first.PoolName!, first.Machine.Pool, first.Machine.Site, [.. units.Select(unit => unit.Machine)],
                    [.. units.Where(unit => unit.HasOpenFault).Select(unit => unit.Machine.Id)]),
                units)
            : null;
    }
}
