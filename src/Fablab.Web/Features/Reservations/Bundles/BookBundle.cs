using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations.Booking;

namespace Fablab.Web.Features.Reservations.Bundles;

/// <summary>Books several machines, at once or one after the other: all of them or none.</summary>
internal sealed class BookBundle(FablabDb db, PlaceReservation place, CurrentMember me, IdempotentRequest idempotent)
{
    public async Task<Result<BundleResponse>> ExecuteAsync(BookBundleRequest request, CancellationToken ct)
    {
        if (!(await HeldAsync(request, ct)).TryGet(out var held, out var refusal))
        {
            return refusal;
        }

        var (start, end) = (request.Parts.Min(part => part.Start), request.Parts.Max(part => part.End));
        return start < end
            ? await db.BookingAsync(held, new TimeSlot(start, end), () => BookWithinAsync(request, ct), ct)
            : await BookWithinAsync(request, ct);
    }

    /// <summary>What booking it would say, without booking.</summary>
    public async Task<Result<BundleResponse>> CheckAsync(BookBundleRequest request, CancellationToken ct) =>
        (await HeldAsync(request, ct)).TryGet(out var held, out var refusal)
            ? await LabTransaction.TryOutAsync(db, held, () => BookWithinAsync(request, ct), ct)
            : refusal;

    private async Task<Result<IReadOnlyCollection<MachineId>>> HeldAsync(BookBundleRequest request, CancellationToken ct)
    {
        var held = new HashSet<MachineId>();
        foreach (var part in request.Parts)
        {
            if (await db.BookableAsync(part.Machine, ct) is not { } bookable)
            {
                return new NoSuchThing("machine");
            }

            held.UnionWith(bookable.Held);
        }

        return held;
    }

    private async Task<Result<BundleResponse>> BookWithinAsync(BookBundleRequest request, CancellationToken ct)
    {
        var bundle = new BundleId(Guid.CreateVersion7());
        var booked = new List<BookedResponse>();
        var problems = new List<BookingProblem>();
        for (var number = 1; number <= request.Parts.Count; number++)
        {
            var part = request.Parts[number - 1];
            var placing = new Placing { AcceptSoft = request.AcceptSoft, Company = request.Company, Bundle = bundle };
            var placed = await place.ExecuteAsync(
                request.WishFor(part, me.Id) with { Bundle = bundle }, placing, ct, (reservation, view) => booked.Add(BookedResponse.From(reservation, view.Machine.Code)));
            switch (placed.Refusal)
            {
                case null:
                    break;
                case BookingRefused refused:
                    problems.AddRange(refused.Problems.Select(problem => problem.OfPart(number)));
                    break;
                default:
                    return placed.Refusal;
            }
        }

        if (problems.Count > 0)
        {
            return new BookingRefused(problems);
        }

        var answer = new BundleResponse(bundle.Value, booked);
        idempotent.Keep(StatusCodes.Status201Created, BundleEndpoints.LocationOf(bundle), answer);
        await db.SaveChangesAsync(ct);
        return answer;
    }
}
