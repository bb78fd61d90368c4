using Fablab.Domain;
using Fablab.Domain.Billing;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.MachineJobs;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Booking;

/// <summary>What somebody wants to book, or to change a reservation into.</summary>
internal sealed record BookingWish
{
    /// <summary>Who will use the machine.</summary>
    public required MemberId Member { get; init; }

    /// <summary>Code of the machine.</summary>
    public required string Machine { get; init; }

    public required Instant Start { get; init; }

    public required Instant End { get; init; }

    public ProjectId? Project { get; init; }

    public MachineJobId? Job { get; init; }

    /// <summary>Members who come along, besides <see cref="Member"/>.</summary>
    public IReadOnlyList<MemberId> Companions { get; init; } = [];

    /// <summary>How many people there will be, guests too.</summary>
    public int People { get; init; } = 1;

    /// <summary>The reservation that this changes; <see langword="null"/> for a new one.</summary>
    public Reservation? Present { get; init; }
}

/// <summary>A wish looked at from all sides: the machine, its price, and everything against it.</summary>
internal sealed record BookingView(
    MachineRow Machine, Tariff Tariff, TimeSlot Slot, KeptTimePlan Kept, ProjectId? Project, MachineJobId? Job, IReadOnlyList<BookingProblem> Problems);

/// <summary>Loads what the booking rules need to know and asks them. The dry run and the booking see the same.</summary>
internal sealed class BookingInquiry(FablabDb db, JobFiles files, LabClock clock)
{
    /// <summary>A refusal names this many clashes; more would help nobody.</summary>
    private const int MostClashes = 20;

    public async Task<Result<BookingView>> LookAsync(BookingWish wish, CancellationToken ct)
    {
        var found = await (
            from machine in db.Machines.AsNoTracking()
            join tariff in db.Tariffs.AsNoTracking() on machine.Tariff equals tariff.Id
            where machine.Code == wish.Machine
            select new { machine, tariff }).SingleOrDefaultAsync(ct);
        if (found is null)
        {
            return new NoSuchThing("machine");
        }

        var (start, end) = (Cut(wish.Start), Cut(wish.End));
        if (end <= start)
        {
            return new BookingRefused([SlotEmpty(start, end)]);
        }

        var slot = new TimeSlot(start, end);
        var policy = found.machine.Policy;
        var me = wish.Member;
        var around = await db.TakenTimesAsync(found.machine.Id, new TimeSlot(start - policy.SetUp, end + policy.CleanUp), ct);
        var kept = KeptTime.Plan(slot, policy.SetUp, policy.CleanUp, me, [.. around.Where(taken => taken.Reservation != wish.Present?.Id)]);
        var (job, jobProblem) = await JobAsync(wish, found.machine, ct);
        var facts = new BookingFacts
        {
            Policy = policy,
            IsOutOfOrder = found.machine.IsOutOfOrder,
            Clashes = [.. kept.Clashes.Take(MostClashes).Select(clash => clash.Kept)],
            IsAuthorised = await IsAuthorisedAsync(me, found.machine, slot, ct),
            JobEstimate = job?.Estimate,
            MayChargeProject = wish.Project is not { } project || await MayChargeAsync(me, project, ct),
            Present = wish.Present,
        };
        var problems = BookingRules.Check(new WantedBooking(found.machine.Id, slot), facts, clock.Now);
        return new BookingView(
            found.machine, found.tariff, slot, kept, wish.Project, job?.Id, jobProblem is null ? problems : [.. problems, jobProblem]);
    }

    private static Instant Cut(Instant instant) => Instant.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds());

    private static BookingProblem SlotEmpty(Instant start, Instant end) =>
        new("slot-empty", ProblemSeverity.Hard, new Dictionary<string, object> { ["start"] = start, ["end"] = end });

    private async Task<bool> IsAuthorisedAsync(MemberId me, MachineRow machine, TimeSlot slot, CancellationToken ct) =>
        !machine.Policy.RequiresAuthorisation
        || await db.MachineAuthorisations.AnyAsync(
            a => a.Member == me && a.Machine == machine.Id && (a.ValidUntil == null || a.ValidUntil >= slot.End), ct);

    private async Task<bool> MayChargeAsync(MemberId me, ProjectId project, CancellationToken ct)
    {
        var role = await (
            from row in db.Projects
            join membership in db.OrganisationMembers on row.Organisation equals membership.Organisation
            where row.Id == project && !row.IsClosed && membership.Member == me
            select (OrganisationRole?)membership.Role).SingleOrDefaultAsync(ct);
        return role is { } mine && (Access.WhoMay(Right.ChargeProject) & Access.StandingOf(mine)) != Standing.None;
    }

    private async Task<(MachineJob? Job, BookingProblem? Problem)> JobAsync(BookingWish wish, MachineRow machine, CancellationToken ct)
    {
        if (wish.Job is not { } id)
        {
            return (null, null);
        }

        var job = await db.MachineJobs.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id && row.Member == wish.Member, ct);
        if (job is null)
        {
            return (null, Against("job-not-found"));
        }

        if (job.Machine != machine.Id)
        {
            return (job, Against("job-for-another-machine"));
        }

        if (wish.Present?.Job == id)
        {
            return (job, null);
        }

        if (!files.Has(job.Sha256))
        {
            return (job, Against("job-file-gone"));
        }

        var isBooked = job is not { State: MachineJobState.Waiting, Intent: JobIntent.Run } || await db.Reservations.AnyAsync(
            r => r.Job == id && (r.State == ReservationState.Requested || r.State == ReservationState.Confirmed || r.State == ReservationState.Active), ct);
        return (job, isBooked ? Against("job-already-booked") : null);
    }

    private static BookingProblem Against(string code) => new(code, ProblemSeverity.Hard, new Dictionary<string, object>(), "member");
}
