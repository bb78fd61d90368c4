using Fablab.Domain;
using Fablab.Domain.Billing;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Organisations;
using Fablab.Web.Features.Reservations.Finding;
using Fablab.Web.Features.Reservations.Rules;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Booking;

/// <summary>A slot that could be booked instead.</summary>
/// <param name="Kind">In what it differs from what was wanted.</param>
/// <param name="Code">Of a machine or pool.</param>
public sealed record Alternative(VariantKind Kind, string Code, string Name, string Site, TimeSlot Slot, DateTimeZone Zone)
{
    internal static Alternative From(Variant variant) =>
        new(variant.Kind, variant.Bookable.Code, variant.Bookable.Name, variant.Bookable.Site.Name, variant.Slot, variant.Bookable.Zone);
}

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
    FablabDb db, BookingInquiry inquiry, FindVariants variants, ReadOrganisations organisations, RuleFacts rules, ReadMachines machines, CurrentMember me, LabClock clock)
{
    /// <summary>Projects that the member may charge.</summary>
    public async Task<List<ProjectView>> ProjectsAsync(CancellationToken ct) =>
        [.. (await organisations.MyProjectsAsync(me.Id, ct)).Where(project => me.May(Right.ChargeProject, Subject.Of(project.Project.Organisation)))];

    /// <summary>What a new booking is charged to until the member says otherwise: their own choice, or that of their organisation if there is but one.</summary>
    public async Task<ProjectId?> DefaultProjectAsync(CancellationToken ct)
    {
        var projects = await ProjectsAsync(ct);
        return (projects.SingleOrDefault(project => project.IsMyDefault) ?? (projects.Count(project => project.IsDefault) == 1 ? projects.Single(project => project.IsDefault) : null))?.Project.Id;
    }

    /// <summary>What a form is opened with: what was chosen on the page before, oneself included, or the default project.</summary>
    /// <param name="said">Id of a project, or empty for oneself; <see langword="null"/> when nothing was said.</param>
    public async Task<Guid?> ProjectToBeginWithAsync(string? said, CancellationToken ct) =>
        said is null ? (await DefaultProjectAsync(ct))?.Value : Guid.TryParse(said, out var project) ? project : null;

    /// <summary>What of the same site the rules want booked along with it, for this member.</summary>
    public async Task<IReadOnlyList<MachineView>> CompanionsAsync(MachineView view, CancellationToken ct)
    {
        var now = clock.Now;
        var atHand = await rules.ForAsync(view.Machine, new BookingWish { Member = me.Id, Machine = view.Code, Start = now, End = now }, ct);
        var codes = atHand.Rules.Companions.SelectMany(rule => rule.Codes).Where(code => code != view.Code).ToHashSet();
        return codes.Count == 0 ? [] : [.. (await machines.BookablesAsync(view.Site.Code, ct)).Where(other => codes.Contains(other.Code))];
    }

    /// <summary>The member's own job for this machine or one of its pool, or <see langword="null"/>.</summary>
    public Task<MachineJob?> JobAsync(Guid? id, MachineView view, CancellationToken ct)
    {
        var (job, member, machine, pool) = (new MachineJobId(id ?? Guid.Empty), me.Id, view.Machine.Id, view.Machine.Pool);
        return db.MachineJobs.AsNoTracking().SingleOrDefaultAsync(
            row => row.Id == job && row.Member == member
                && (row.Machine == machine || (pool != null && db.Machines.Any(unit => unit.Id == row.Machine && unit.Pool == pool))),
            ct);
    }

    public async Task<Result<BookingCheck>> CheckAsync(MachineView view, BookingForm form, TimeSlot slot, CancellationToken ct)
    {
        if (!(await inquiry.LookAsync(form.RequestFor(view.Code, slot).ToWish(me.Id), ct)).TryGet(out var found, out var refusal))
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
            await AlternativesAsync(view, form, slot, problems, ct))
        {
            IsBookable = me.MayLiftAll(problems, view.Machine.Site),
        };
    }

    private async Task<List<Alternative>> AlternativesAsync(
        MachineView view, BookingForm form, TimeSlot slot, IReadOnlyList<BookingProblem> problems, CancellationToken ct)
    {
        var wish = new RefusedWish(
            form.ForMember is { } other ? new MemberId(other) : me.Id, view.Code, view.Machine.Category, view.Machine.Site, slot, form.Job is { } job ? new MachineJobId(job) : null);
        return [.. (await variants.ForAsync(wish, problems, ct)).Select(Alternative.From)];
    }
}
