using Fablab.Domain;
using Fablab.Domain.Billing;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.MachineJobs;
using Fablab.Web.Features.Organisations;
using Fablab.Web.Features.Organisations.Budgeting;
using Fablab.Web.Features.Reservations.Pools;
using Fablab.Web.Features.Reservations.Rules;
using Fablab.Web.Features.Trainings.Missing;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Booking;

/// <summary>What somebody wants to book, or to change a reservation into.</summary>
internal sealed record BookingWish
{
    /// <summary>A title has no more characters.</summary>
    public const int LongestTitle = 100;

    /// <summary>Who will use the machine.</summary>
    public required MemberId Member { get; init; }

    /// <summary>Code of a machine, or of a pool of which any unit will do.</summary>
    public required string Machine { get; init; }

    public required Instant Start { get; init; }

    public required Instant End { get; init; }

    public ProjectId? Project { get; init; }

    /// <summary>What it is for, in a few words.</summary>
    public string? Title { get; init; }

    public MachineJobId? Job { get; init; }

    /// <summary>Members who come along, besides <see cref="Member"/>.</summary>
    public IReadOnlyList<MemberId> Companions { get; init; } = [];

    /// <summary>How many people there will be, guests too.</summary>
    public int People { get; init; } = 1;

    /// <summary>Codes of the machines, and of their pools, that are booked with it for at least the same time.</summary>
    public IReadOnlyList<string> Alongside { get; init; } = [];

    /// <summary>What it is booked in, if in any.</summary>
    public BundleId? Bundle { get; init; }

    /// <summary>The reservation that this changes; <see langword="null"/> for a new one.</summary>
    public Reservation? Present { get; init; }
}

/// <summary>A wish looked at from all sides: the machine, its price, and everything against it.</summary>
internal sealed record BookingView(
    MachineRow Machine, PoolId? Pool, Tariff Tariff, TimeSlot Slot, KeptTimePlan Kept, ProjectId? Project, MachineJobId? Job, IReadOnlyList<BookingProblem> Problems)
{
    /// <summary>Bookings of the pool that must change their unit to make room.</summary>
    public IReadOnlyList<SeatMove> Moves { get; init; } = [];

    public BookingTerms Terms { get; init; } = BookingTerms.OfTheMachine;

    /// <summary>Until when a manager must have said yes; <see langword="null"/> when nobody needs to.</summary>
    public Instant? ApprovalNeededBy { get; init; }

    /// <summary>What it would be charged to; <see langword="null"/> when the member pays.</summary>
    public ChargedProject? Charged { get; init; }

    /// <summary>Until when an owner or buyer of the organisation must have said yes; <see langword="null"/> when nobody needs to.</summary>
    public Instant? SpendingApprovalNeededBy { get; init; }

    /// <summary>It cannot be confirmed by whoever books alone.</summary>
    public bool NeedsSomebodysYes => ApprovalNeededBy is not null || SpendingApprovalNeededBy is not null;

    /// <summary>The member is in some line, maybe this one's.</summary>
    public bool IsWaiting { get; init; }

    /// <summary>When the machine's desk is looked at next; <see langword="null"/> when nothing is due.</summary>
    public Instant? DeskLooksAt { get; init; }

    /// <summary>What the member is to the machine's site; <see langword="null"/> for nothing yet.</summary>
    public MembershipState? Membership { get; init; }
}

/// <summary>Loads what the booking rules need to know and asks them. The dry run and the booking see the same.</summary>
internal sealed class BookingInquiry(FablabDb db, PoolSeats seats, RuleFacts rules, WhatIsMissing missing, JobFiles files, ReadSpending spending,
    IOptions<OrganisationOptions> organisations, IDateTimeZoneProvider zones, LabClock clock)
{
    /// <summary>A refusal names this many clashes; more would help nobody.</summary>
    private const int MostClashes = 20;

    public async Task<Result<BookingView>> LookAsync(BookingWish wish, CancellationToken ct)
    {
        var (start, end) = (Cut(wish.Start), Cut(wish.End));
        if (await db.InViewAsync(wish.Machine, wish.Member, end, clock.Now, ct) is not { Bookable: var bookable } view)
        {
            return new NoSuchThing("machine");
        }

        if (end <= start)
        {
            return new BookingRefused([SlotEmpty(start, end)]);
        }

        var slot = new TimeSlot(start, end);
        var atHand = await rules.ForAsync(view.Units[0], wish, ct);
        var buffers = new Buffers(atHand.SetUp(bookable.Units[0].Policy), atHand.CleanUp(bookable.Units[0].Policy));
        var (seat, noSeat) = bookable.Pool is null
            ? (await SeatOnAsync(bookable.Units[0], wish, slot, buffers, ct), null)
            : await seats.FindAsync(bookable, wish.Member, slot, buffers, wish.Present?.Id, ct);

        // Without a free unit the rules are still asked, so that all reasons are told.
        seat ??= new PoolSeat(bookable.Units[0], new KeptTimePlan(slot, [], []), []);
        var unit = view.Of(seat.Unit);
        var (job, jobProblem) = await JobAsync(wish, seat.Unit, ct);
        var charged = wish.Project is { } project ? await spending.ForAsync(wish, project, slot, await PricedByAsync(wish, unit.Tariff, seat.Unit, ct), zones[unit.Standing.TimeZone], ct) : null;
        var facts = new BookingFacts
        {
            Policy = seat.Unit.Policy,
            Outage = bookable.Pool is null ? seat.Unit.OutageAt(clock.Now) : null,
            IsPresentLost = wish.Present is { } present && atHand.Rules.NoticeToChange is not null && await db.OnStoppedMachines(clock.Now).AnyAsync(r => r.Id == present.Id, ct),
            HasOpenFault = bookable.Pool is null && unit.HasOpenFault,
            Clashes = [.. seat.Kept.Clashes.Take(MostClashes).Select(clash => clash.Kept)],
            IsAuthorised = !seat.Unit.Policy.RequiresAuthorisation || unit.IsTrained,
            JobEstimate = job?.Estimate,
            MayChargeProject = wish.Project is null || charged is { MayCharge: true },
            Spending = charged?.Spending,
            Present = wish.Present,
            Standing = unit.Standing.At(clock.Now),
            People = wish.People,
            Companions = wish.Alongside,
            Bundle = wish.Bundle ?? wish.Present?.Bundle,
        };
        facts = (await rules.CompleteAsync(wish.Member, [new RuleQuestion(facts, atHand, seat.Unit, slot, wish.Present?.Id) { HasMaintenance = unit.HasMaintenance, IsTrained = unit.IsTrained, Company = wish.Companions }], ct))[0];
        var wanted = new WantedBooking(seat.Unit.Id, slot);
        var problems = await db.WithNamesAsync(BookingRules.Check(wanted, facts, clock.Now), ct);
        problems = await missing.WithTrainingAsync(problems, seat.Unit, facts.Rules, wish.Member, ct);
        return new BookingView(
            seat.Unit, bookable.Pool, unit.Tariff, slot, seat.Kept, wish.Project, job?.Id, [.. problems, .. new[] { noSeat, jobProblem }.OfType<BookingProblem>()])
        {
            Moves = seat.Moves,
            Terms = atHand.TermsFor(seat.Unit.Policy),
            ApprovalNeededBy = BookingRules.ApprovalNeededBy(wanted, facts, clock.Now),
            Charged = charged,
            SpendingApprovalNeededBy = charged is { NeedsApproval: true } ? Instant.Min(clock.Now + Duration.FromHours(organisations.Value.ApprovalHours), slot.Start) : null,
            IsWaiting = unit.IsWaiting,
            DeskLooksAt = unit.DeskLooksAt,
            Membership = unit.Standing.Membership,
        };
    }

    /// <summary>What stays on its machine keeps the tariff that was agreed.</summary>
    private async Task<Tariff> PricedByAsync(BookingWish wish, Tariff present, MachineRow machine, CancellationToken ct) =>
        wish.Present is { Tariff: var agreed } changed && changed.Machine == machine.Id && agreed != present.Id
            ? await db.Tariffs.AsNoTracking().SingleAsync(row => row.Id == agreed, ct)
            : present;

    private async Task<PoolSeat> SeatOnAsync(MachineRow machine, BookingWish wish, TimeSlot slot, Buffers buffers, CancellationToken ct)
    {
        var (setUp, cleanUp) = buffers;
        var around = await db.TakenTimesAsync(machine.Id, new TimeSlot(slot.Start - setUp, slot.End + cleanUp), ct);
        return new PoolSeat(machine, KeptTime.Plan(slot, setUp, cleanUp, wish.Member, [.. around.Where(taken => taken.Reservation != wish.Present?.Id)]), []);
    }

    private static Instant Cut(Instant instant) => Instant.FromUnixTimeMilliseconds(instant.ToUnixTimeMilliseconds());

    private static BookingProblem SlotEmpty(Instant start, Instant end) =>
        new("slot-empty", ProblemSeverity.Hard, new Dictionary<string, object> { ["start"] = start, ["end"] = end });

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

        if (job.Machine != machine.Id && !await AreEqualAsync(job.Machine, machine, ct))
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

    private async Task<bool> AreEqualAsync(MachineId other, MachineRow machine, CancellationToken ct) =>
        machine.Pool is { } pool && await db.Machines.AnyAsync(row => row.Id == other && row.Pool == pool, ct);

    private static BookingProblem Against(string code) => new(code, ProblemSeverity.Hard, new Dictionary<string, object>(), "member");
}
