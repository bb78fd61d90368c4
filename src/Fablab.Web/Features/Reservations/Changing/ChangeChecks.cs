using Fablab.Domain;
using Fablab.Domain.Billing;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Features.Reservations.Finding;
using Fablab.Web.Features.Reservations.Reading;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Changing;

/// <summary>A reservation that its holder or staff may change.</summary>
/// <param name="At">The machine that it is on, or the pool of which any unit will do.</param>
/// <param name="Tariff">By which it is priced.</param>
/// <param name="Holder">The name of its member; <see langword="null"/> for the reader.</param>
public sealed record ChangingView(Reservation Reservation, MachineView At, Tariff Tariff, DateTimeZone Zone, string? Holder)
{
    public bool IsUsed => Reservation.State is ReservationState.Active;

    public bool MayChange => Reservation.State is ReservationState.Requested or ReservationState.Confirmed or ReservationState.Active;
}

/// <summary>A change that was looked at: the price before and after, all against it, and what would do instead.</summary>
public sealed record ChangeCheck(TimeSlot Slot, SlotPrice Before, SlotPrice After, IReadOnlyList<BookingProblem> Problems, IReadOnlyList<Alternative> Alternatives)
{
    /// <summary>Whoever asks may change it, if they accept the problems.</summary>
    public required bool IsPossible { get; init; }

    /// <summary>What is owed when it is not used after the change, since its time is given up late; <see langword="null"/> for nothing.</summary>
    public OwedFee? Owed { get; init; }

    /// <summary>Nothing would change.</summary>
    public required bool IsNothing { get; init; }
}

/// <summary>What the page of a change shows beside the form itself.</summary>
internal sealed class ChangeChecks(
    FablabDb db, ChangeWishes wishes, BookingInquiry inquiry, FindVariants variants, ReadMachines machines, Availability availability,
    MissedBookings missed, CurrentMember me, IDateTimeZoneProvider zones, LabClock clock)
{
    /// <summary>How far behind a reservation that is used one looks for the next.</summary>
    private static readonly Duration LookBehind = Duration.FromDays(1);

    /// <returns><see langword="null"/> also for whoever may not know of it.</returns>
    public async Task<ChangingView?> FindAsync(ReservationId id, CancellationToken ct)
    {
        if (await db.FindReservationAsync(me, Right.ChangeReservation, id, ct) is not { } found)
        {
            return null;
        }

        var (reservation, code) = (found.Reservation, found.Reservation.State is ReservationState.Active ? found.MachineCode : found.PoolCode ?? found.MachineCode);
        var at = await machines.BookableAsync(code, ct) ?? throw new InvalidOperationException($"The reservation {id} is on no machine.");
        var tariff = await db.Tariffs.AsNoTracking().SingleAsync(row => row.Id == reservation.Tariff, ct);
        var holder = reservation.Member == me.Id ? null : await db.Users.Where(row => row.Id == reservation.Member.Value).Select(row => row.DisplayName).SingleAsync(ct);
        return new ChangingView(reservation, at, tariff, zones[at.Site.TimeZone], holder);
    }

    public async Task<Result<ChangeCheck>> CheckAsync(ChangingView of, MachineView to, TimeSlot slot, CancellationToken ct)
    {
        var before = of.Reservation;
        var change = new WantedChange(to.Code, slot.Start, slot.End, []);
        if (!(await inquiry.LookAsync(await wishes.OfAsync(before, change, ct), ct)).TryGet(out var view, out var refusal))
        {
            return refusal;
        }

        if (!ApplyChange.IsPossible(before, view))
        {
            return new ReservationNotChangeable(before.State);
        }

        var priced = view.Machine.Id == before.Machine ? of.Tariff : view.Tariff;
        return new ChangeCheck(
            view.Slot, SlotPrice.Of(before.BookedSlot, of.Tariff), SlotPrice.Of(view.Slot, priced), view.Problems, await AlternativesAsync(of, to, view, ct))
        {
            IsPossible = !ApplyChange.MustAskFirst(before, view) && me.MayLiftAll(view.Problems, view.Machine.Site),
            Owed = await missed.OwedFromMovingAsync(before, view, ct),
            IsNothing = to.Code == of.At.Code && view.Slot == before.Slot,
        };
    }

    /// <summary>When its machine is free for its holder within a window; its own time counts as free.</summary>
    public async Task<IReadOnlyList<TimeSlot>> FreeAsync(ChangingView of, MachineView on, TimeSlot window, CancellationToken ct) =>
        (await availability.OfAsync(on.Code, window, ct, of.Reservation))?.Openings ?? [];

    /// <summary>Until when a reservation that is used could go on, as far as others are concerned.</summary>
    /// <returns><see cref="Instant.MaxValue"/> when nobody is near; <see langword="null"/> when somebody follows right behind.</returns>
    public async Task<Instant?> FreeUntilAsync(ChangingView of, CancellationToken ct)
    {
        var end = of.Reservation.Slot.End;
        var window = new TimeSlot(Instant.Min(clock.Now, of.Reservation.Slot.Start), end + LookBehind);
        return (await FreeAsync(of, of.At, window, ct)).Where(free => free.Start <= end && free.End > end)
            .Select(free => (Instant?)(free.End >= window.End ? Instant.MaxValue : free.End)).FirstOrDefault();
    }

    private async Task<IReadOnlyList<Alternative>> AlternativesAsync(ChangingView of, MachineView to, BookingView view, CancellationToken ct)
    {
        var wish = new RefusedWish(of.Reservation.Member, to.Code, to.Machine.Category, to.Machine.Site, view.Slot, of.Reservation.Job, of.Reservation);
        var found = await variants.ForAsync(wish, view.Problems, ct);
        return [.. found.Where(variant => !of.IsUsed || IsLaterEnd(of, variant)).Select(Alternative.From)];
    }

    /// <summary>All that can still be changed of one that is used.</summary>
    private static bool IsLaterEnd(ChangingView of, Variant variant) =>
        variant.Bookable.Code == of.At.Code && variant.Slot.Start == of.Reservation.Slot.Start && variant.Slot.End > of.Reservation.Slot.End;
}
