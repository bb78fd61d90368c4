using Fablab.Domain.Billing;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using NodaTime;

namespace Fablab.Web.Data.Rows;

/// <summary>A place with machines; its zone decides wall-clock times, its legal entity issues the invoices.</summary>
public sealed class SiteRow
{
    public required SiteId Id { get; init; }

    public required string Code { get; set; }

    public required string Name { get; set; }

    /// <summary>IANA name, <c>Europe/Paris</c>.</summary>
    public required string TimeZone { get; set; }

    public required string Address { get; set; }

    public required Guid LegalEntity { get; set; }

    /// <summary>Degrees north and east, to find what is near; <see langword="null"/> when nobody entered them.</summary>
    public double? Latitude { get; set; }

    public double? Longitude { get; set; }

    /// <summary>How people become members of it.</summary>
    public RegistrationPolicy Registration { get; set; }

    /// <summary>The version of the site's terms of use that is in force; 0 when it has none.</summary>
    public int TermsVersion { get; set; }

    public string? Terms { get; set; }

    /// <summary>The same for its safety rules.</summary>
    public int SafetyVersion { get; set; }

    public string? SafetyRules { get; set; }

    /// <summary>Years that a member must have to book here; <see langword="null"/> when nobody is asked.</summary>
    public int? MinimumAge { get; set; }
}

/// <summary>Equal machines of one site, of which any will do.</summary>
public sealed class PoolRow
{
    public required PoolId Id { get; init; }

    /// <summary>For people and addresses: <c>printers</c>. Should a machine have the same, the machine is meant.</summary>
    public required string Code { get; set; }

    public required SiteId Site { get; set; }

    public required string Name { get; set; }
}

/// <summary>Who issues invoices for its sites.</summary>
public sealed class LegalEntityRow
{
    public required Guid Id { get; init; }

    public required string Name { get; set; }

    public required string LegalForm { get; set; }

    public required string Address { get; set; }

    /// <summary>Nine digits.</summary>
    public required string Siren { get; set; }

    public required string VatNumber { get; set; }

    public required string Iban { get; set; }

    /// <summary>Prefix of its invoice numbers.</summary>
    public required string InvoiceSeries { get; set; }
}

public sealed class MachineRow
{
    public required MachineId Id { get; init; }

    /// <summary>For people and topics: <c>laser-1</c>.</summary>
    public required string Code { get; set; }

    public required SiteId Site { get; set; }

    public required string Name { get; set; }

    public required MachineCategory Category { get; set; }

    public required string Model { get; set; }

    public required MachinePolicy Policy { get; set; }

    /// <summary>The pool that it is one of; <see langword="null"/> when it stands for itself.</summary>
    public PoolId? Pool { get; set; }

    /// <summary>The tariff that new reservations are priced with.</summary>
    public required TariffId Tariff { get; set; }

    /// <summary>Serves this machine; <see langword="null"/> for one without a controller.</summary>
    public Guid? Bridge { get; set; }

    public bool IsOutOfOrder { get; set; }

    public string? OutOfOrderReason { get; set; }

    /// <summary>When it is expected to be in order again; <see langword="null"/> when nobody knows.</summary>
    public Instant? OutOfOrderUntil { get; set; }

    public Outage? OutageAt(Instant now) => Outage.At(now, IsOutOfOrder, OutOfOrderUntil, OutOfOrderReason);
}

/// <summary>What a member reported to be wrong with a machine. It is closed once and never deleted.</summary>
public sealed class FaultRow
{
    /// <summary>Characters of what is wrong, and of what was done about it.</summary>
    public const int LongestText = 1000;

    public required Guid Id { get; init; }

    public required MachineId Machine { get; init; }

    public required MemberId Reporter { get; init; }

    public required Instant ReportedAt { get; init; }

    public required string Text { get; init; }

    /// <summary>As its reporter said.</summary>
    public required bool IsDangerous { get; init; }

    /// <summary>While it is open, the machine takes no bookings: at once when it is dangerous, and as staff say from then on.</summary>
    public required bool StopsBookings { get; set; }

    /// <summary><see langword="null"/> while it is open.</summary>
    public Instant? ClosedAt { get; set; }

    public MemberId? ClosedBy { get; set; }

    public string? WhatWasDone { get; set; }
}

/// <summary>What tells whether the calendar of a machine changed. The database itself makes and changes it, whoever wrote.</summary>
public sealed class MachineCalendarRow
{
    public required MachineId Machine { get; init; }

    /// <summary>Another one after each change of what a calendar shows of the machine; by chance, so that none comes back, not even after a restore.</summary>
    public required long Stamp { get; init; }
}

/// <summary>What <see cref="Fablab.Domain.Desks.MachineDesk"/> keeps of its own; one a machine.</summary>
public sealed class DeskRow
{
    public required MachineId Machine { get; init; }

    public long LastGeneration { get; set; }

    public Instant? FreeSince { get; set; }

    /// <summary>All that its sessions ever metered; what maintenance by hours counts.</summary>
    public Duration RunTotal { get; set; }

    public required Fablab.Domain.Desks.DesiredState Desired { get; set; }

    /// <summary>When the sweep must look at it next.</summary>
    public Instant? DueAt { get; set; }
}

/// <summary>A bridge of a site. Only the program that was paired with it knows its key.</summary>
public sealed class BridgeRow : IPairable
{
    public required Guid Id { get; init; }

    /// <summary>Its name at the broker, and in topics: <c>workshop</c>.</summary>
    public required string Code { get; set; }

    public required SiteId Site { get; set; }

    /// <summary>The bridge key, encrypted by data protection. Each pairing makes a new one, and so does revoking.</summary>
    public required string ProtectedKey { get; set; }

    /// <summary>Topics of MQTT devices (plugs) that belong to this bridge.</summary>
    public required IReadOnlyList<string> DeviceTopics { get; set; }

    public required Instant CreatedAt { get; init; }

    /// <summary>When a program last got the key; <see langword="null"/> before the first.</summary>
    public Instant? PairedAt { get; set; }

    /// <summary>Since when no program has its key; <see langword="null"/> while one may.</summary>
    public Instant? RevokedAt { get; set; }

    public string? PairingName { get; set; }

    public string? PairingHash { get; set; }

    public Instant? PairingEndsAt { get; set; }

    public int PairingGuesses { get; set; }
}
