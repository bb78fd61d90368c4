using Fablab.Contracts;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Features.LiveBoard;
using Fablab.Web.Features.Reservations;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using Board = Fablab.Web.Features.LiveBoard.LiveBoard;

namespace Fablab.Web.Features.Machines.Watching;

/// <summary>Cards of machines: what the board heard, beside what the calendar says. Two queries, however many machines.</summary>
internal sealed class MachineCards(FablabDb db, ReadMachines machines, Board board, IDateTimeZoneProvider zones, LabClock clock)
{
    /// <summary>"Free until" looks this far ahead.</summary>
    public static readonly Duration Sight = Duration.FromDays(2);

    /// <summary>All machines of a site, or of all sites.</summary>
    public async Task<List<MachineCardModel>> OfSiteAsync(string? site, CancellationToken ct) => await CardsAsync(await machines.MachinesAsync(site, ct), ct);

    public async Task<MachineCardModel?> OfMachineAsync(string code, CancellationToken ct) =>
        await machines.MachineAsync(code, ct) is { } view ? (await CardsAsync([view], ct))[0] : null;

    public async Task<List<MachineCardModel>> CardsAsync(IReadOnlyList<MachineView> views, CancellationToken ct)
    {
        var now = clock.Now;
        var until = now + Sight;
        var ids = views.Select(view => view.Machine.Id).ToList();
        var rows = await (
            from machine in db.Machines.AsNoTracking()
            join r in db.Reservations.AsNoTracking().ThatTakeTheSlot() on machine.Id equals r.Machine
            where ids.Contains(machine.Id) && r.Kept.Start < until && r.Slot.End > now
                && r.Kept.Start >= (db.Reservations.ThatTakeTheSlot()
                    .Where(before => before.Machine == machine.Id && before.Kept.Start <= now)
                    .Max(before => (Instant?)before.Kept.Start) ?? now)
            select new { r.Machine, Slot = new TimeSlot(r.Slot.Start, r.Slot.End) }).ToListAsync(ct);
        var taken = rows.ToLookup(row => row.Machine, row => row.Slot);
        return [.. views.Select(view => Card(view, board.Of(view.Machine.Code), [.. taken[view.Machine.Id].OrderBy(slot => slot.Start)], now))];
    }

    private MachineCardModel Card(MachineView view, LiveMachine live, IReadOnlyList<TimeSlot> taken, Instant now)
    {
        var busyUntil = BusyUntil(taken, now);
        var status = MachineStatusRules.Of(view.Machine, live, busyUntil is not null, view.StoppedBy);
        var job = status.IsWorking() || status.IsOld() ? live.Twin?.Job : null;
        var isOver = job?.State is JobState.Succeeded or JobState.Failed or JobState.Cancelled or JobState.Rejected or JobState.Unknown;
        var left = job is { LeftMilliseconds: { } milliseconds } && !isOver ? Duration.FromMilliseconds(milliseconds) : (Duration?)null;
        return new MachineCardModel(
            view.Machine.Code,
            view.Machine.Name,
            view.Machine.Model,
            view.Machine.Category,
            view.Site.Code,
            zones[view.Site.TimeZone],
            now,
            status,
            status is MachineStatus.OutOfOrder ? view.Machine.OutOfOrderReason : live.Twin?.Fault ?? live.Twin?.Message,
            isOver ? null : job?.Progress,
            left,
            status is MachineStatus.Running && left is { } rest ? (live.HeardAt ?? now) + rest : null,
            busyUntil is null ? taken.Select(slot => (Instant?)slot.Start).FirstOrDefault() : null,
            busyUntil,
            live.HeardAt,
            view.StoppedBy)
        {
            BackAt = view.Machine.OutageAt(now)?.Until,
        };
    }

    private static Instant? BusyUntil(IEnumerable<TimeSlot> taken, Instant now)
    {
        Instant? end = null;
        foreach (var slot in taken)
        {
            if (slot.Start > (end ?? now))
            {
                break;
            }

            end = slot.End;
        }

        return end;
    }
}
