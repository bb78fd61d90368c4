using Fablab.Domain.Billing;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Machines;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Reading;

/// <summary>When a machine is taken and when it is free; by whom is nobody's business.</summary>
internal sealed record MachineAvailability(MachineView Machine, TimeSlot Window, IReadOnlyList<TimeSlot> Taken, IReadOnlyList<TimeSlot> Openings);

/// <summary>A slot that could be booked now, with its machine and price.</summary>
internal sealed record Opening(MachineRow Machine, string Site, TimeSlot Slot, Tariff Tariff);

/// <summary>Answers "when is it free" for one machine and "which is free" for all.</summary>
internal sealed class Availability(FablabDb db, ReadMachines machines, LabClock clock)
{
    public static readonly Duration LongestWindow = Duration.FromDays(62);

    /// <summary>Starts are proposed on this grid, since people think in quarter hours.</summary>
    public static readonly Duration Grid = Duration.FromMinutes(15);

    public async Task<MachineAvailability?> OfAsync(string code, TimeSlot window, CancellationToken ct)
    {
        if (await machines.MachineAsync(code, ct) is not { } view)
        {
            return null;
        }

        var policy = view.Machine.Policy;
        var taken = await db.TakenSlotsAsync(view.Machine.Id, new TimeSlot(window.Start - policy.SetUp, window.End + policy.CleanUp), ct);
        return new MachineAvailability(
            view, window, [.. taken.Where(window.Overlaps)], view.Machine.IsOutOfOrder ? [] : [.. Free(window, taken.Select(one => ToOthers(one, policy)), policy.MinimumLength)]);
    }

    /// <summary>The earliest slot of the wanted length on every machine that fits, earliest first.</summary>
    public async Task<List<Opening>> FindAsync(Duration length, string? machine, string? site, MachineCategory? category, TimeSlot window, CancellationToken ct)
    {
        var fitting = (await machines.MachinesAsync(site, ct))
            .Where(view => (machine is null || view.Machine.Code == machine) && (category is null || view.Machine.Category == category))
            .Where(view => !view.Machine.IsOutOfOrder && length >= view.Machine.Policy.MinimumLength && length <= view.Machine.Policy.MaximumLength)
            .ToList();
        var furthest = fitting.Select(view => Duration.Max(view.Machine.Policy.SetUp, view.Machine.Policy.CleanUp)).DefaultIfEmpty(Duration.Zero).Max();
        var taken = await TakenAsync([.. fitting.Select(view => view.Machine.Id)], new TimeSlot(window.Start - furthest, window.End + furthest), ct);
        return [.. fitting
            .Select(view => (View: view, Slot: Earliest(window, taken[view.Machine.Id].Select(one => ToOthers(one, view.Machine.Policy)), length)))
            .Where(found => found.Slot is not null)
            .Select(found => new Opening(found.View.Machine, found.View.Site.Code, found.Slot!, found.View.Tariff))
            .OrderBy(opening => opening.Slot.Start).ThenBy(opening => opening.Tariff.HourlyRateMicros).ThenBy(opening => opening.Machine.Code, StringComparer.Ordinal)];
    }

    private static TimeSlot? Earliest(TimeSlot window, IEnumerable<TimeSlot> taken, Duration length)
    {
        foreach (var gap in Openings.Find(window, taken.OrderBy(slot => slot.Start), length))
        {
            var start = OnGrid(gap.Start);
            if (start + length <= gap.End)
            {
                return new TimeSlot(start, start + length);
            }
        }

        return null;
    }

    /// <summary>Whoever comes before must have cleaned up by its start, and whoever comes behind sets up after its end.</summary>
    private static TimeSlot ToOthers(TimeSlot kept, MachinePolicy policy) => new(kept.Start - policy.CleanUp, kept.End + policy.SetUp);

    private static Instant OnGrid(Instant instant)
    {
        var grid = (long)Grid.TotalSeconds;
        var seconds = (long)Math.Ceiling((instant - NodaConstants.UnixEpoch).TotalSeconds);
        return Instant.FromUnixTimeSeconds((seconds + grid - 1) / grid * grid);
    }

    // What is past cannot be booked, so it is not offered.
    private IEnumerable<TimeSlot> Free(TimeSlot window, IEnumerable<TimeSlot> taken, Duration minimum) => window.End <= clock.Now
        ? []
        : Openings.Find(new TimeSlot(Instant.Max(window.Start, clock.Now), window.End), taken.Where(slot => slot.End > clock.Now), minimum);

    private async Task<ILookup<MachineId, TimeSlot>> TakenAsync(IReadOnlyList<MachineId> ids, TimeSlot window, CancellationToken ct)
    {
        var (from, until, reach) = (window.Start, window.End, window.Start - LongestWindow);

        // No slot is longer than the longest window, so what reaches into this one starts after its beginning less that.
        var rows = await db.Reservations.AsNoTracking().ThatTakeTheSlot()
            .Where(r => ids.Contains(r.Machine) && r.Kept.Start >= reach && r.Kept.Start < until && r.Kept.End > from)
            .Select(r => new { r.Machine, r.Kept })
            .ToListAsync(ct);
        return rows.ToLookup(row => row.Machine, row => row.Kept);
    }
}
