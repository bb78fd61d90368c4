using System.ComponentModel.DataAnnotations;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Reservations.Changing;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.HandingOver;

/// <summary>To whom a reservation shall go.</summary>
public sealed record TransferRequest : IValidatableObject
{
    /// <summary>Id of a member.</summary>
    public Guid? ToMember { get; init; }

    [StringLength(254)]
    public string? ToEmail { get; init; }

    /// <summary>A reservation of theirs to be had for it; left out for nothing.</summary>
    public Guid? InExchange { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ToMember is null == string.IsNullOrWhiteSpace(ToEmail))
        {
            yield return new ValidationResult("The colleague is named either by id or by e-mail address.", [nameof(ToMember), nameof(ToEmail)]);
        }
    }
}

/// <summary>It is offered to somebody already.</summary>
public sealed record HandoverPending(Guid Handover) : Refusal("handover-pending")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["handover"] = Handover };
}

/// <summary>
/// Offers a reservation that has not begun to a colleague, who may take it until it starts. Whether the address belongs to anybody is
/// nobody's business: an offer to nobody looks like any other.
/// </summary>
internal sealed class OfferReservation(FablabDb db, CurrentMember me, ILookupNormalizer normalizer, IdempotentRequest idempotent, AuditTrail audit, LabClock clock)
{
    public async Task<Result<HandoverRow>> ExecuteAsync(ReservationId id, TransferRequest request, CancellationToken ct)
    {
        var mine = me.Id;
        if (await db.Reservations.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id && r.Member == mine, ct) is not { } reservation)
        {
            return new NoSuchThing("reservation");
        }

        var known = await FindAsync(request, ct);
        if (known == mine)
        {
            throw new BadHttpRequestException("A reservation is handed over to somebody else.");
        }

        return await LabTransaction.DecideAsync(db, reservation.Machine, () => OfferWithinAsync(id, known, request, ct), ct);
    }

    private async Task<Result<HandoverRow>> OfferWithinAsync(ReservationId id, MemberId? known, TransferRequest request, CancellationToken ct)
    {
        var now = clock.Now;
        var reservation = await db.Reservations.AsNoTracking().SingleAsync(r => r.Id == id, ct);
        if (!Handovers.MayStillChangeHands(reservation, me.Id, now))
        {
            return new ReservationNotChangeable(reservation.State);
        }

        if (request.InExchange is { } wanted && !await IsTheirsAsync(new ReservationId(wanted), known, ct))
        {
            return new NoSuchThing("reservation");
        }

        if (await db.Handovers.AsNoTracking().FirstOrDefaultAsync(row => row.Reservation == id && row.ClosedAt == null, ct) is { } open)
        {
            if (open.From == me.Id)
            {
                return new HandoverPending(open.Id);
            }

            // Of a holder before, whom it was taken from otherwise.
            await db.Handovers.Where(row => row.Id == open.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.ClosedAt, now), ct);
        }

        var offer = new HandoverRow
        {
            Id = Guid.CreateVersion7(),
            Reservation = id,
            From = me.Id,
            To = known ?? new MemberId(Guid.CreateVersion7()),
            InExchange = request.InExchange is { } exchange ? new ReservationId(exchange) : null,
            OfferedAt = now,
        };
        db.Add(offer);
        if (known is { } member)
        {
            db.Tell(member, "handover-offered", reservation.Machine, reservation.Slot.Start, now);
        }

        audit.Note("handover-offered", $"reservation/{id}", reservation.Machine, concerns: reservation.Member);
        idempotent.Keep(StatusCodes.Status201Created, HandoverEndpoints.LocationOf(offer.Id), OfferedResponse.From(offer, reservation));
        await db.SaveChangesAsync(ct);
        return offer;
    }

    private async Task<MemberId?> FindAsync(TransferRequest request, CancellationToken ct)
    {
        if (request.ToMember is { } id)
        {
            return await db.Users.AnyAsync(account => account.Id == id, ct) ? new MemberId(id) : null;
        }

        var email = normalizer.NormalizeEmail(request.ToEmail!.Trim());
        return await db.Users.Where(account => account.NormalizedEmail == email).Select(account => (Guid?)account.Id).FirstOrDefaultAsync(ct) is { } found
            ? new MemberId(found)
            : null;
    }

    private async Task<bool> IsTheirsAsync(ReservationId id, MemberId? member, CancellationToken ct)
    {
        var now = clock.Now;
        return member is { } them && await db.Reservations.AnyAsync(
            r => r.Id == id && r.Member == them && r.State == ReservationState.Confirmed && r.Slot.Start > now, ct);
    }
}
