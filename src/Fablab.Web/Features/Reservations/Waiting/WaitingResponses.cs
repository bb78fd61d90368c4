using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Data.Rows;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>A wish that was just put on the list.</summary>
internal sealed record JoinedResponse(Guid Id, WishState State, WishKind Kind, Instant WindowStart, Instant WindowEnd, Instant JoinedAt)
{
    public static JoinedResponse From(WaitingWishRow row) => new(row.Id.Value, row.State, row.Kind, row.WindowStart, row.WindowEnd, row.JoinedAt);
}

/// <summary>The place of a wish in its line, with the numbers that put it there.</summary>
/// <param name="Place">1 is asked first.</param>
/// <param name="HoursAhead">Booked of this kind of machine and not begun.</param>
/// <param name="Score">(recent hours + hours ahead + 1) ÷ hours waited: the smallest is first. Wishes for now go by who came first.</param>
public sealed record PlaceInLine(int Place, int Of, double RecentHours, double HoursAhead, double WaitedHours, double Score);

/// <summary>Time that is kept until the member accepts.</summary>
public sealed record OfferResponse(Guid ReservationId, string Machine, string MachineName, Instant Start, Instant End, Instant HoldUntil);

/// <summary>Time that came to nothing: not answered or declined, or refused by the rules that are named.</summary>
/// <param name="Because">Codes of booking problems; empty when it was offered.</param>
public sealed record MissedOfferResponse(Guid MachineId, Instant Start, Instant End, Instant At, IReadOnlyList<string> Because);

/// <summary>A wish on the waiting list, as its member sees it.</summary>
public sealed record WaitingWishResponse
{
    public required Guid Id { get; init; }

    public required WishState State { get; init; }

    public required WishKind Kind { get; init; }

    /// <summary>Code of the machine or pool; <see langword="null"/> for a kind of machine.</summary>
    public string? Machine { get; init; }

    public string? MachineName { get; init; }

    public MachineCategory? Category { get; init; }

    /// <summary>Code of the site of the machine or pool, or of the only one that will do with a category.</summary>
    public string? Site { get; init; }

    public required Instant WindowStart { get; init; }

    public required Instant WindowEnd { get; init; }

    public required long Seconds { get; init; }

    public required long MinimumSeconds { get; init; }

    public Instant? LatestStart { get; init; }

    /// <summary>With VAT, for the whole slot, in minor units.</summary>
    public long? MostPriceMinor { get; init; }

    public required Instant JoinedAt { get; init; }

    /// <summary>While it waits.</summary>
    public PlaceInLine? Line { get; init; }

    public OfferResponse? Offer { get; init; }

    public IReadOnlyList<MissedOfferResponse> Missed { get; init; } = [];
}

/// <summary>A wish in the line of a machine, for its site's staff.</summary>
internal sealed record QueueEntryResponse(
    Guid Id, Guid MemberId, string Member, WishKind Kind, Instant WindowStart, Instant WindowEnd, long Seconds, long MinimumSeconds, Instant JoinedAt, PlaceInLine Line);

/// <summary>What an accepted or declined offer became.</summary>
internal sealed record OfferAnswerResponse(Guid ReservationId, Fablab.Domain.Reservations.ReservationState State, Instant Start, Instant End);

internal sealed record WithdrawnResponse(Guid Id, WishState State);
