using Fablab.Domain;
using Fablab.Domain.Billing;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Organisations;
using Fablab.Web.Features.Reservations.Reading;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Booking;

/// <summary>A free slot that would do instead.</summary>
public sealed record Alternative(MachineRow Machine, TimeSlot Slot, DateTimeZone Zone);

/// <summary>A wish that was looked at: its price, all against it, and what would do instead.</summary>
/// <param name="WholeSlot">What it costs if the machine works from the start to the end.</param>
/// <param name="ByEstimate">What it costs if the job takes as long as its analysis says; <see langword="null"/> without a job, or when only the booked time counts.</param>
public sealed record BookingCheck(TimeSlot Slot, Rated WholeSlot, Rated? ByEstimate, IReadOnlyList<BookingProblem> Problems, IReadOnlyList<Alternative> Alternatives)
{
    /// <summary>Whoever asks may book it, if they accept the problems.</summary>
    public required bool IsBookable { get; init; }
}

/// <summary>What the booking page shows beside the form itself.</summary>
internal sealed class BookingChecks(
    FablabDb db, BookingInquiry inquiry, Availability availability, ReadOrganisations organisations, CurrentMember me, IDateTimeZoneProvider zones, LabClock clock)
{
    /// <summary>Alternatives are looked for this far from the wanted start.</summary>
    private static readonly Duration AlternativesWithin = Duration.FromDays(7);

    private const int MostAlternatives = 4;

    /// <summary>Projects that the member may charge.</summary>
    public async Task<List<ProjectView>> ProjectsAsync(CancellationToken ct) =>
        [.. (await organisations.MyProjectsAsync(me.Id, ct)).Where(project => me.May(Right.ChargeProject, Subject.Of(project.Project.Organisation)))];

    /// <summary>The member's own job for this machine, or <see langword="null"/>.</summary>
    public Task<MachineJob?> JobAsync(Guid? id, MachineView view, CancellationToken ct)
    {
        var (job, member, machine) = (new MachineJobId(id ?? Guid.Empty), me.Id, view.Machine.Id);
        return db.MachineJobs.AsNoTracking().SingleOrDefaultAsync(row => row.Id == job && row.Member == member && row.Machine == machine, ct);
    }

    public async Task<Result<BookingCheck>> CheckAsync(MachineView view, BookingForm form, TimeSlot slot, CancellationToken ct)
    {
        if (!(await inquiry.LookAsync(form.RequestFor(view.Machine.Code, slot).ToWish(me.Id), ct)).TryGet(out var found, out var refusal))
        {
            return refusal;
        }

        return await WithProblemsAsync(view, form, slot, found.Problems, ct);
    }

    /// <summary>The same for problems that only the booking itself met.</summary>
    public async Task<BookingCheck> WithProblemsAsync(MachineView view, BookingForm form, TimeSlot slot, IReadOnlyList<BookingProblem> problems, CancellationToken ct)
    {
        var job = await JobAsync(form.Job, view, ct);
        var byEstimate = job?.Estimate is { } estimate && view.Tariff.Basis is not TimeBasis.Reserved
            ? Rating.Rate(new Usage(slot.Length, estimate, estimate, null), view.Tariff)
            : null;
        return new BookingCheck(
            slot,
            Rating.Rate(new Usage(slot.Length, slot.Length, slot.Length, null), view.Tariff),
            byEstimate,
            problems,
            problems.Any(problem => problem.Code is "slot-taken" or "machine-out-of-order" or "slot-in-the-past") ? await AlternativesAsync(view, slot, ct) : [])
        {
            IsBookable = me.MayLiftAll(problems, view.Machine.Site),
        };
    }

    private async Task<List<Alternative>> AlternativesAsync(MachineView view, TimeSlot slot, CancellationToken ct)
    {
        // The grid of what is found begins at the window, so it must not begin in the past.
        var from = Instant.Max(slot.Start, clock.Now);
        var window = new TimeSlot(from, from + AlternativesWithin);
        var openings = await availability.FindAsync(slot.Length, null, null, view.Machine.Category, window, ct);
        var siteZones = openings.Count == 0 ? [] : await db.Sites.AsNoTracking().ToDictionaryAsync(site => site.Code, site => site.TimeZone, ct);
        return [.. openings
            .OrderBy(opening => opening.Machine.Id == view.Machine.Id ? 0 : opening.Machine.Site == view.Machine.Site ? 1 : 2)
            .Take(MostAlternatives)
            .Select(opening => new Alternative(opening.Machine, opening.Slot, zones[siteZones[opening.Site]]))];
    }
}
