using Fablab.Domain.Reservations;
using Fablab.Web.Components;
using Fablab.Web.Features.Machines.Mending;
using Fablab.Web.Features.Machines.Watching;
using Fablab.Web.Features.Reservations.Reading;
using Fablab.Web.Features.Trainings.Missing;
using Fablab.Web.Hosting;
using NodaTime;

namespace Fablab.Web.Features.Machines.Browsing;

/// <summary>All that the page of a machine shows, also when a form on it was refused.</summary>
internal sealed class MachinePageModel(MachineCards cards, Availability availability, ReadFaults faults, WhatIsMissing missing, IDateTimeZoneProvider zones, LabClock clock)
{
    /// <summary>How many days of free times it shows.</summary>
    private const int DaysShown = 5;

    /// <param name="from">The first day, ISO 8601; today when left out or unreadable.</param>
    /// <param name="problem">Why what was sent did nothing; <see langword="null"/> when nothing was sent.</param>
    public async Task<IResult> ShowAsync(MachineView view, string? from, CancellationToken ct, FaultForm? form = null, string? problem = null)
    {
        var zone = zones[view.Site.TimeZone];
        var today = clock.Now.InZone(zone).Date;
        var last = today.PlusDays((int)view.Machine.Policy.Horizon.TotalDays);
        var first = NodaTime.Text.LocalDatePattern.Iso.Parse(from ?? "").TryGetValue(today, out var wanted) && wanted > today ? LocalDate.Min(wanted, last) : today;
        var window = new TimeSlot(zone.AtStartOfDay(first).ToInstant(), zone.AtStartOfDay(first.PlusDays(DaysShown)).ToInstant());
        var free = await availability.OfAsync(view.Machine.Code, window, ct);
        var days = Enumerable.Range(0, DaysShown).Select(first.PlusDays).Select(day => DayPlan.Of(day, zone, free!.Openings, free.Taken, clock.Now)).ToList();
        var card = (await cards.CardsAsync([view], ct))[0];
        return PageResults.Page<MachinePage>(
            new
            {
                View = view,
                Card = card,
                Days = days,
                Earlier = first > today ? LocalDate.Max(today, first.PlusDays(-DaysShown)) : (LocalDate?)null,
                Later = first.PlusDays(DaysShown) <= last ? first.PlusDays(DaysShown) : (LocalDate?)null,
                Standing = await missing.ForAsync(view.Machine, ct),
                Faults = await faults.OfAsync(view.Machine, ct),
                Report = form ?? FaultForm.Empty,
                Problem = problem,
            },
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}
