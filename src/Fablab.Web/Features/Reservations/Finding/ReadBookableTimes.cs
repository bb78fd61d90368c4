using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Features.Reservations.Rules;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Finding;

/// <summary>
/// Reads what is taken of many machines at once, and what the rules say: as many queries however many there are. Of the past it reads of
/// each machine only the one reservation that starts last before the window, so the cost does not grow with the history.
/// </summary>
internal sealed class ReadBookableTimes(FablabDb db, RuleFacts rules, IDateTimeZoneProvider zones, LabClock clock)
{
    /// <summary>More reservations than these are not read at once; the window then ends where they do.</summary>
    public const int MostTaken = 100_000;

    /// <param name="member">Whose authorisations count; <see langword="null"/> for everybody's view.</param>
    /// <param name="poolsAsOne">Machines of a pool are told as the pool, unless one is asked for by its own code.</param>
    public async Task<IReadOnlyList<BookableTime>> InAsync(BookableFilter where, TimeSlot window, MemberId? member, bool poolsAsOne, CancellationToken ct)
    {
        var found = await MachinesAsync(where, window.Start, ct);
        if (found.Count == 0)
        {
            return [];
        }

        var authorised = member is { } me ? await AuthorisationsAsync(me, ct) : [];
        var (taken, known) = await TakenAsync(found, window, ct);
        var groups = found.GroupBy(one => one.Pool is { } pool && poolsAsOne && one.View.Machine.Code != where.Code ? pool.Code : one.View.Machine.Code);
        List<BookableTime> told = [.. groups.Select(group => Told(group.Key, [.. group], taken, authorised, known))];
        return member is { } asker ? await WithRulesAsync(told, asker, ct) : told;
    }

    /// <summary>As if the whole window were wanted, so that every slot of it can be judged without asking again.</summary>
    private async Task<IReadOnlyList<BookableTime>> WithRulesAsync(List<BookableTime> told, MemberId member, CancellationToken ct)
    {
        List<SiteId> sites = [.. told.Select(one => one.First.Site).Distinct()];
        var standings = await db.StandingsAsync(member, sites, clock.Now, ct);
        var reading = await rules.ReadAsync(sites, member, null, told[0].Window.Start, ct);
        var facts = await rules.CompleteAsync(member, [.. told.Select(one => Question(one, reading.At(one.First), standings[one.First.Site]))], ct);
        return [.. told.Zip(facts, (one, ruled) => one with { Ruled = ruled })];
    }

    /// <summary>Who and what comes along is only said when booking, so it speaks against no time.</summary>
    private static RuleQuestion Question(BookableTime one, RulesAtHand atHand, MemberStanding standing) => new(
        new BookingFacts
        {
            Policy = one.Policy,
            Outage = one.Outage,
            HasOpenFault = one.HasOpenFault,
            Clashes = [],

            // Until when is known already; each slot is asked by itself.
            IsAuthorised = true,
            Standing = standing,
            People = int.MaxValue,
            Companions = [.. atHand.Rules.Companions.SelectMany(rule => rule.Codes)],
        },
        atHand,
        one.First,
        one.Window);

    private BookableTime Told(
        string code, List<FoundMachine> group, ILookup<MachineId, TakenRow> taken, IReadOnlyList<Authorisation> authorised, TimeSlot known)
    {
        var (first, isPool) = (group[0], group[0].View.Machine.Code != code);
        var (id, zone) = (first.View.Machine.Id, zones[first.View.Site.TimeZone]);
        List<MachineAuthorisationRow> held = [.. authorised
            .Where(one => one.Row.Machine == id || (one.Pool is not null && one.Pool == first.View.Machine.Pool))
            .Select(one => one.Row)];
        return new BookableTime
        {
            Code = code,
            Name = isPool ? first.Pool!.Name : first.View.Machine.Name,
            Pool = isPool ? first.Pool : null,
            Site = first.View.Site,
            Zone = zone,
            Tariff = first.View.Tariff,
            Units = [.. group.Select(one => new UnitTime(one.View.Machine, one.HasOpenFault, one.BusyUntil, [.. taken[one.View.Machine.Id]])
            {
                Outage = one.View.Machine.OutageAt(clock.Now),
                IsOutThroughout = one.View.Machine.OutageAt(clock.Now) is { } outage && !(outage.Until < known.End),
            })],
            AuthorisedUntil = held.Where(one => one.Level is AuthorisationLevel.Full).Max(one => one.ValidUntil ?? (Instant?)Instant.MaxValue),
            Held = [.. held.Where(one => one.Level is not AuthorisationLevel.Full).Select(one => one.ToHeld(id, zone))],
            Window = known,
        };
    }

    private Task<List<FoundMachine>> MachinesAsync(BookableFilter where, Instant begin, CancellationToken ct)
    {
        var (code, siteCode, category) = (where.Code, where.Site, where.Category);
        return (
            from machine in db.Machines.AsNoTracking()
            join site in db.Sites.AsNoTracking() on machine.Site equals site.Id
            join tariff in db.Tariffs.AsNoTracking() on machine.Tariff equals tariff.Id
            join row in db.Pools.AsNoTracking() on machine.Pool equals (PoolId?)row.Id into pools
            from pool in pools.DefaultIfEmpty()
            where (code == null || machine.Code == code || pool.Code == code)
                && (siteCode == null || site.Code == siteCode)
                && (category == null || machine.Category == category)
            orderby machine.Code
            select new FoundMachine
            {
                View = new MachineView { Machine = machine, Site = site, Tariff = tariff },
                Pool = pool,
                HasOpenFault = db.Faults.ThatStopBookings().Any(fault => fault.Machine == machine.Id),
                BusyUntil = db.Reservations.ThatTakeTheSlot()
                    .Where(r => r.Machine == machine.Id && r.Kept.Start < begin)
                    .OrderByDescending(r => r.Kept.Start)
                    .Select(r => (Instant?)r.Kept.End)
                    .FirstOrDefault(),
            }).ToListAsync(ct);
    }

    private async Task<(ILookup<MachineId, TakenRow> Taken, TimeSlot Known)> TakenAsync(List<FoundMachine> machines, TimeSlot window, CancellationToken ct)
    {
        var ids = machines.Select(one => one.View.Machine.Id).ToList();
        var (from, until) = (window.Start, window.End + machines.Max(one => one.View.Machine.Policy.CleanUp));
        var rows = await db.Reservations.AsNoTracking().ThatTakeTheSlot()
            .Where(r => ids.Contains(r.Machine) && r.Kept.Start >= from && r.Kept.Start < until)
            .OrderBy(r => r.Kept.Start)
            .Take(MostTaken + 1)
            .Select(r => new TakenRow(r.Id, r.Machine, r.Member, r.Pool, r.State, new TimeSlot(r.Slot.Start, r.Slot.End), new TimeSlot(r.Kept.Start, r.Kept.End)))
            .ToListAsync(ct);
        var known = rows.Count > MostTaken && rows[^1].Kept.Start < window.End ? new TimeSlot(from, rows[^1].Kept.Start) : window;
        return (rows.ToLookup(row => row.Machine), known);
    }

    private async Task<IReadOnlyList<Authorisation>> AuthorisationsAsync(MemberId member, CancellationToken ct) => await (
        from authorisation in db.MachineAuthorisations.AsNoTracking()
        join machine in db.Machines.AsNoTracking() on authorisation.Machine equals machine.Id
        where authorisation.Member == member
        select new Authorisation(authorisation, machine.Pool)).ToListAsync(ct);

    private sealed record Authorisation(MachineAuthorisationRow Row, PoolId? Pool);

    private sealed class FoundMachine
    {
        public required MachineView View { get; init; }

        public PoolRow? Pool { get; init; }

        public bool HasOpenFault { get; init; }

        /// <summary>Of the reservation that starts last before the window; nothing else before can reach into it.</summary>
        public Instant? BusyUntil { get; init; }
    }
}
