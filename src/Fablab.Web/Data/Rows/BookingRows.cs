using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
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
}

public sealed class TariffGroupMemberRow
{
    public required Guid Id { get; init; }

    public required TariffGroupId Group { get; init; }

    public required MemberId Member { get; init; }

    public required Instant From { get; init; }

    /// <summary>No more a member from here on; <see langword="null"/> without an end.</summary>
    public Instant? Until { get; set; }
}

/// <summary>That a member accepted one version of a site's terms of use.</summary>
public sealed class AcceptedTermsRow
{
    public required MemberId Member { get; init; }

    public required SiteId Site { get; init; }

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
