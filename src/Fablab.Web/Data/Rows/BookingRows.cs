using Fablab.Domain.Billing;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Domain.Reservations.Waiting;
using NodaTime;

namespace Fablab.Web.Data.Rows;

/// <summary>Somebody who comes along to a reservation: a member, or a guest by name.</summary>
public sealed class CompanyRow
{
    public required Guid Id { get; init; }

    public required ReservationId Reservation { get; init; }

    public MemberId? Member { get; init; }

    /// <summary>Of a guest; <see langword="null"/> for a member.</summary>
    public string? GuestName { get; init; }
}

/// <summary>Reservations that were booked together at recurring times.</summary>
public sealed class SeriesRow
{
    public required SeriesId Id { get; init; }

    public required MemberId Member { get; init; }

    /// <summary>Code of the machine or pool.</summary>
    public required string Bookable { get; init; }

    public required Instant CreatedAt { get; init; }
}

/// <summary>Machine time that a member would take if it became free; <see cref="Fablab.Domain.Reservations.Waiting.WaitingWish"/> as it is kept.</summary>
public sealed class WaitingWishRow
{
    public required WaitingWishId Id { get; init; }

    public required MemberId Member { get; init; }

    /// <summary>One of machine, pool and category is there.</summary>
    public MachineId? Machine { get; init; }

    public PoolId? Pool { get; init; }

    public MachineCategory? Category { get; init; }

    /// <summary>With a category: only at this site.</summary>
    public SiteId? Site { get; init; }

    public required Instant WindowStart { get; init; }

    public required Instant WindowEnd { get; init; }

    public required Duration Length { get; init; }

    public required Duration MinimumLength { get; init; }

    public Instant? LatestStart { get; init; }

    /// <summary>With VAT, for use of the whole slot, in minor units of the machine's tariff; dearer is of no use.</summary>
    public long? MostPriceMinor { get; init; }

    public required WishKind Kind { get; init; }

    public required WishState State { get; set; }

    public required Instant JoinedAt { get; init; }

    public ProjectId? Project { get; init; }

    /// <summary>The reservation that is held for it, or that fulfilled it.</summary>
    public ReservationId? Offer { get; set; }

    public required IReadOnlyList<MissedOffer> Missed { get; set; }

    /// <summary>When it expires; <see langword="null"/> when it is over.</summary>
    public Instant? DueAt { get; set; }
}

/// <summary>That a reservation shall become another member's, once they accept.</summary>
public sealed class HandoverRow
{
    public required Guid Id { get; init; }

    public required ReservationId Reservation { get; init; }

    public required MemberId From { get; init; }

    public required MemberId To { get; init; }

    /// <summary>Their reservation that they give in exchange; <see langword="null"/> for nothing.</summary>
    public ReservationId? InExchange { get; init; }

    public required Instant OfferedAt { get; init; }

    /// <summary>When it was accepted, declined or withdrawn.</summary>
    public Instant? ClosedAt { get; set; }

    public bool IsAccepted { get; set; }
}

/// <summary>One version of the booking rules of a site, or of the lab. Never changed: a new version follows.</summary>
public sealed class RuleBookRow
{
    public required Guid Id { get; init; }

    /// <summary><see langword="null"/> for the rules of the whole lab.</summary>
    public SiteId? Site { get; init; }

    /// <summary>1, 2, 3… for each site and for the lab.</summary>
    public required int Version { get; init; }

    /// <summary>The rules as JSON.</summary>
    public required string Rules { get; init; }

    /// <summary>Why it was changed, in the manager's words.</summary>
    public required string Note { get; init; }

    public required MemberId By { get; init; }

    public required Instant At { get; init; }
}

/// <summary>People with one price and one set of rules.</summary>
public sealed class TariffGroupRow
{
    public required TariffGroupId Id { get; init; }

    /// <summary>For programs and rules: <c>students</c>.</summary>
    public required string Code { get; set; }

    public required string Name { get; set; }

    /// <summary>Members see it and may ask to belong to it. What others are called is the staff's business.</summary>
    public bool MayBeAskedFor { get; set; }
}

public sealed class TariffGroupMemberRow
{
    public required Guid Id { get; init; }

    public required TariffGroupId Group { get; init; }

    public required MemberId Member { get; init; }

    public required Instant From { get; init; }

    /// <summary>No more a member from here on; <see langword="null"/> without an end.</summary>
    public Instant? Until { get; set; }

    /// <summary>What staff saw that shows it, in their words: <c>student card 2026/27</c>.</summary>
    public string? Proof { get; init; }

    /// <summary>Who put them in.</summary>
    public MemberId? By { get; init; }

    /// <summary>When nothing about its end is to be told any more: because it was, or because somebody ended it.</summary>
    public Instant? EndToldAt { get; set; }
}

/// <summary>What a member owes for time that was booked and not used; one a reservation, never changed. Billing charges it.</summary>
public sealed class MissedBookingFeeRow
{
    public required ReservationId Reservation { get; init; }

    public required MemberId Member { get; init; }

    /// <summary>Who pays; <see langword="null"/> for the member.</summary>
    public ProjectId? Project { get; init; }

    public required FeeReason Reason { get; init; }

    /// <summary>Net; nothing when the machine was down.</summary>
    public required Money Amount { get; init; }

    /// <summary>Until when cancelling was free.</summary>
    public required Instant Deadline { get; init; }

    public required Instant At { get; init; }
}

/// <summary>That a member accepted one version of a site's terms of use, or of its safety rules.</summary>
public sealed class AcceptedTermsRow
{
    public required MemberId Member { get; init; }

    public required SiteId Site { get; init; }

    public SiteTextKind Kind { get; init; }

    public required int Version { get; init; }

    public required Instant At { get; init; }
}

/// <summary>Work that is due on a machine at an instant or after so many hours, and may stop bookings from then on.</summary>
public sealed class MaintenanceTaskRow
{
    public required Guid Id { get; init; }

    public required MachineId Machine { get; init; }

    public required string Title { get; init; }

    public Instant? DueAt { get; init; }

    /// <summary>Due when <see cref="DeskRow.RunTotal"/> gets there.</summary>
    public Duration? DueAtRunTotal { get; init; }

    /// <summary>No slot may begin after the task is due, nor use hours beyond it.</summary>
    public required bool StopsBookings { get; init; }

    public required MemberId OpenedBy { get; init; }

    public required Instant OpenedAt { get; init; }

    public Instant? DoneAt { get; set; }
}
