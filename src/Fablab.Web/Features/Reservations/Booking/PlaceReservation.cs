using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Organisations.Budgeting;
using Fablab.Web.Features.People;
using Fablab.Web.Features.Reservations.Approving;
using Fablab.Web.Features.Reservations.Pools;
using Fablab.Web.Features.Reservations.Series;
using Fablab.Web.Features.Reservations.Waiting;
using Fablab.Web.Hosting;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Booking;

/// <summary>What a reservation belongs to besides its member, and how it is written.</summary>
internal sealed record Placing
{
    /// <summary>Codes of the soft problems that one books in spite of.</summary>
    public IReadOnlyList<string> AcceptSoft { get; init; } = [];

    /// <summary>Codes of the soft problems that mean nothing for this way of booking, whoever books.</summary>
    public IReadOnlyList<string> Waived { get; init; } = [];

    public IReadOnlyList<CompanionRequest> Company { get; init; } = [];

    public SeriesId? Series { get; init; }

    /// <summary>Where what the dates of a series tell others is gathered; <see langword="null"/> to tell at once.</summary>
    public GatheredNotices? Together { get; init; }

    /// <summary>The start that the series gave it, by the site's clock.</summary>
    public LocalDateTime? PlannedStart { get; init; }

    public BundleId? Bundle { get; init; }

    /// <summary>Until when it is only kept for the member, who has not said yes; <see langword="null"/> for a booking.</summary>
    public Instant? HeldUntil { get; init; }
}

/// <summary>Writes one reservation if the rules let it, within the caller's transaction, which must hold the machine or all units of the pool.</summary>
internal sealed class PlaceReservation(FablabDb db, BookingInquiry inquiry, PoolSeats seats, CurrentMember me, KeptNeighbours neighbours, FulfilledWishes wishes, DeskDue due,
    BudgetNotices budgets, RequestNews requests, AuditTrail audit, LabClock clock)
{
    /// <param name="written">Called before the one save, for what belongs to the booking.</param>
    public async Task<Result<Reservation>> ExecuteAsync(BookingWish wish, Placing placing, CancellationToken ct, Action<Reservation, BookingView>? written = null)
    {
        if (!(await inquiry.LookAsync(wish, ct)).TryGet(out var view, out var refusal))
        {
            return refusal;
        }

        if (wish.Member != me.Id && !me.May(Right.BookForOthers, Subject.At(view.Machine.Site)))
        {
            return new NotAllowed();
        }

        List<BookingProblem> against = [.. view.Problems.Where(problem => problem.Severity is ProblemSeverity.Hard || !placing.Waived.Contains(problem.Code))];
        if (!me.Clears(against, placing.AcceptSoft, view.Machine.Site))
        {
            return new BookingRefused(view.Problems);
        }

        return await WriteAsync(wish, view, placing, ct, written);
    }

    /// <summary>Writes what was looked at and found good, within the same transaction. No person need be signed in to hold a slot.</summary>
    public async Task<Reservation> WriteAsync(BookingWish wish, BookingView view, Placing placing, CancellationToken ct, Action<Reservation, BookingView>? written = null)
    {
        var booked = NewReservation(wish, view, placing);
        await seats.MoveAsync(view.Moves, ct);
        await neighbours.MakeRoomAsync(view.Kept, ct);
        if (view.Pool is not null && view.Job is { } job)
        {
            await seats.SendJobToAsync(job, view.Machine.Id, ct);
        }

        db.Add(booked);
        if (placing.HeldUntil is null)
        {
            audit.Note("reservation-booked", $"reservation/{booked.Id}", booked.Machine, concerns: booked.Member, after: AuditFacts.Of(booked));
        }

        await budgets.AfterBookingAsync(view.Charged, ct);
        db.AddRange(placing.Company.Select(one => CompanyOf(booked.Id, one)));
        await TellAsync(booked, view, placing, ct);
        written?.Invoke(booked, view);
        await db.SaveChangesAsync(ct);
        if (view.Membership is null)
        {
            await db.JoinAsync(view.Machine.Site, wish.Member, MembershipOrigin.Booking, clock.Now, ct);
        }

        if (placing.HeldUntil is null && view.IsWaiting)
        {
            await wishes.ByBookingAsync(wish.Member, view, ct);
        }

        if (!(view.DeskLooksAt <= booked.Slot.Start))
        {
            await due.ComesNoLaterThanAsync(booked.Machine, booked.Slot.Start, ct);
        }

        return booked;
    }

    /// <summary>Whose yes it waits for, and who was named to supervise.</summary>
    private async Task TellAsync(Reservation booked, BookingView view, Placing placing, CancellationToken ct)
    {
        var news = placing.Together ?? new GatheredNotices();
        await requests.AddAsync(news, booked, view.Charged?.Project.Organisation, ct);
        List<MemberId> company = [.. placing.Company.Select(one => one.MemberId).OfType<Guid>().Where(id => id != me.Known?.Id.Value).Select(id => new MemberId(id))];
        news.Add(await db.SupervisorsAsync(booked, view.Machine, company, ct), "supervisor-named", booked);
        if (placing.Together is null)
        {
            news.Tell(db, clock.Now);
        }
    }

    private Reservation NewReservation(BookingWish wish, BookingView view, Placing placing)
    {
        var awaits = placing.HeldUntil is not null ? Approvals.None : AwaitedFor(view, me);
        return new()
        {
            Id = new ReservationId(Guid.CreateVersion7()),
            Machine = view.Machine.Id,
            Pool = view.Pool,
            Member = wish.Member,
            BookedBy = placing.HeldUntil is null ? me.Id : wish.Member,
            Project = view.Project,
            Series = placing.Series,
            PlannedStart = placing.PlannedStart,
            Bundle = placing.Bundle,
            Slot = view.Slot,
            Kept = view.Kept.Kept,
            BookedSlot = view.Slot,
            State = placing.HeldUntil is not null ? ReservationState.Held : awaits is Approvals.None ? ReservationState.Confirmed : ReservationState.Requested,
            ExpiresAt = placing.HeldUntil ?? LapsesAt(view, awaits),
            Awaits = awaits,
            PriceMinor = view.Charged?.PriceMinor ?? 0,
            Title = wish.Title,
            Terms = view.Terms,
            BookedAt = clock.Now,
            Tariff = view.Tariff.Id,
            Job = view.Job,
        };
    }

    /// <summary>Who may say yes to others need not ask themselves.</summary>
    internal static Approvals AwaitedFor(BookingView view, CurrentMember me) =>
        (view.ApprovalNeededBy is not null && !me.May(Right.ApproveReservations, Subject.At(view.Machine.Site)) ? Approvals.Site : Approvals.None)
        | (view.SpendingApprovalNeededBy is not null ? Approvals.Organisation : Approvals.None);

    /// <summary>When a request lapses: with the first of those whose yes it waits for.</summary>
    internal static Instant? LapsesAt(BookingView view, Approvals awaits) => (awaits.HasFlag(Approvals.Site), awaits.HasFlag(Approvals.Organisation)) switch
    {
        (true, true) => Instant.Min(view.ApprovalNeededBy!.Value, view.SpendingApprovalNeededBy!.Value),
        (true, false) => view.ApprovalNeededBy,
        (false, true) => view.SpendingApprovalNeededBy,
        _ => null,
    };

    private static CompanyRow CompanyOf(ReservationId reservation, CompanionRequest one) => new()
    {
        Id = Guid.CreateVersion7(),
        Reservation = reservation,
        Member = one.MemberId is { } member ? new MemberId(member) : null,
        GuestName = one.MemberId is null ? one.GuestName : null,
    };
}
