using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations;

/// <summary>Who may use a machine. The machines of a pool are equal, so an authorisation for one of them is one for all.</summary>
internal static class Authorised
{
    private static readonly Duration ThisMoment = Duration.FromMilliseconds(1);

    private static readonly HotQuery<Func<FablabDb, MemberId, MachineId, Instant, CancellationToken, Task<bool>>> AtTheMachine = new(() =>
        EF.CompileAsyncQuery((FablabDb db, MemberId member, MachineId machine, Instant until, CancellationToken ct) => db.MachineAuthorisations
            .Any(a => a.Member == member && a.Machine == machine && a.Level == AuthorisationLevel.Full && (a.ValidUntil == null || a.ValidUntil >= until))));

    private static readonly HotQuery<Func<FablabDb, MemberId, PoolId, Instant, CancellationToken, Task<bool>>> InThePool = new(() =>
        EF.CompileAsyncQuery((FablabDb db, MemberId member, PoolId pool, Instant until, CancellationToken ct) => db.MachineAuthorisations
            .Any(a => a.Member == member && a.Level == AuthorisationLevel.Full && (a.ValidUntil == null || a.ValidUntil >= until)
                && db.Machines.Any(unit => unit.Id == a.Machine && unit.Pool == pool))));

    /// <summary>There or everywhere; and whether a guardian took their yes back and none has given one since, which counts for as long as the member is a minor.</summary>
    private static readonly HotQuery<Func<FablabDb, Guid, MemberId, SiteId, Instant, CancellationToken, Task<Stops?>>> Stopped = new(() =>
        EF.CompileAsyncQuery((FablabDb db, Guid account, MemberId member, SiteId site, Instant now, CancellationToken ct) => db.Users
            .Where(user => user.Id == account)
            .Select(user => new Stops(
                db.Suspensions.Any(stop => stop.Member == member && (stop.Site == null || stop.Site == site) && stop.LiftedAt == null && (stop.Until == null || stop.Until > now)),
                db.GuardianConsents.Any(one => one.Member == member && one.WithdrawnAt != null && !db.GuardianConsents.Any(later => later.Member == member && later.AskedAt > one.AskedAt && later.GivenAt != null && later.WithdrawnAt == null)),
                user.BirthDate))
            .FirstOrDefault()));

    /// <summary>Whether whoever booked may use the machine now, by themselves or with who comes along.</summary>
    public static async Task<bool> MayUseAsync(this FablabDb db, Reservation booked, MachineRow machine, DateTimeZone zone, Instant now, CancellationToken ct)
    {
        if (await Stopped.On(db)(db, booked.Member.Value, booked.Member, machine.Site, now, ct) is { } stops
            && (stops.IsSuspended || (stops.IsWithdrawn && Minors.IsMinor(stops.BirthDate, now.InZone(zone).Date))))
        {
            return false;
        }

        if (await db.IsAuthorisedInFullAsync(booked.Member, machine, now + ThisMoment, ct))
        {
            return true;
        }

        var held = await db.HeldFor(machine).Where(a => a.Member == booked.Member && (a.ValidUntil == null || a.ValidUntil > now)).ToListAsync(ct);
        if (held.Any(one => one.ToHeld(machine.Id, zone).AllowsAlone(now)))
        {
            return true;
        }

        var id = booked.Id;
        return held.Any(one => one.Level is AuthorisationLevel.Supervised) && await db.HeldFor(machine).AnyAsync(
            a => a.Level == AuthorisationLevel.Full && (a.ValidUntil == null || a.ValidUntil > now)
                && db.Company.Any(one => one.Reservation == id && one.Member == a.Member),
            ct);
    }

    /// <summary>Whether a member could use the machine at some level; others decide when, and with whom.</summary>
    public static async Task<bool> IsAuthorisedAsync(this FablabDb db, MemberId member, MachineRow machine, Instant now, CancellationToken ct) =>
        !machine.Policy.RequiresAuthorisation
        || await db.HeldFor(machine).AnyAsync(a => a.Member == member && (a.ValidUntil == null || a.ValidUntil > now), ct);

    /// <summary>Those of the company who are authorised in full, when whoever booked may use the machine then only under supervision.</summary>
    public static async Task<IReadOnlyList<MemberId>> SupervisorsAsync(
        this FablabDb db, Reservation booked, MachineRow machine, IReadOnlyCollection<MemberId> company, CancellationToken ct)
    {
        if (!machine.Policy.RequiresAuthorisation || company.Count == 0)
        {
            return [];
        }

        var (member, start) = (booked.Member, booked.Slot.Start);
        var valid = await db.HeldFor(machine).Where(a => (a.Member == member || company.Contains(a.Member)) && (a.ValidUntil == null || a.ValidUntil > start)).ToListAsync(ct);
        var zone = DateTimeZoneProviders.Tzdb[await db.Sites.Where(site => site.Id == machine.Site).Select(site => site.TimeZone).SingleAsync(ct)];
        var own = valid.Where(one => one.Member == member).ToList();
        return own.Any(one => one.Level is AuthorisationLevel.Supervised) && !own.Any(one => one.ToHeld(machine.Id, zone).AllowsAlone(start))
            ? [.. valid.Where(one => one.Member != member && one.Level is AuthorisationLevel.Full).Select(one => one.Member).Distinct()]
            : [];
    }

    private sealed record Stops(bool IsSuspended, bool IsWithdrawn, LocalDate? BirthDate);

    public static HeldAuthorisation ToHeld(this MachineAuthorisationRow row, MachineId machine, DateTimeZone zone) =>
        new(machine, row.ValidUntil) { Level = row.Level, Hours = row.Hours, Zone = zone, IsSuspended = row.IsSuspended };

    /// <summary>All authorisations that count at a machine.</summary>
    public static IQueryable<MachineAuthorisationRow> HeldFor(this FablabDb db, MachineRow machine)
    {
        var (id, pool) = (machine.Id, machine.Pool);
        return pool is null
            ? db.MachineAuthorisations.AsNoTracking().Where(a => a.Machine == id)
            : db.MachineAuthorisations.AsNoTracking().Where(a => db.Machines.Any(unit => unit.Id == a.Machine && unit.Pool == pool));
    }

    /// <param name="until">Up to, but not at, this instant.</param>
    private static async Task<bool> IsAuthorisedInFullAsync(this FablabDb db, MemberId member, MachineRow machine, Instant until, CancellationToken ct)
    {
        if (!machine.Policy.RequiresAuthorisation)
        {
            return true;
        }

        return await (machine.Pool is { } pool
            ? InThePool.On(db)(db, member, pool, until, ct)
            : AtTheMachine.On(db)(db, member, machine.Id, until, ct));
    }
}
