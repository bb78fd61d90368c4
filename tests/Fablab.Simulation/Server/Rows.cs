using System.Collections.Immutable;
using Fablab.Contracts;
using Fablab.Domain.Billing;
using Fablab.Domain.Desks;
using Fablab.Domain.Journals;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;

namespace Fablab.Simulation.Server;

/// <summary>One machine's own row; the rest of its desk is found by the ids in it.</summary>
internal sealed record MachineRow
{
    public required MachineId Id { get; init; }

    public required string Code { get; init; }

    public required BridgeAddress Bridge { get; init; }

    public required MachinePolicy Policy { get; init; }

    public required DesiredState Desired { get; init; }

    public bool IsOutOfOrder { get; init; }

    public long LastGeneration { get; init; }

    public Instant? FreeSince { get; init; }

    public UsageSessionId? Session { get; init; }

    /// <summary>When the sweep must look again; the row is the truth about every time-out.</summary>
    public Instant? DueAt { get; init; }
}

/// <summary>Everything that is committed. Sorted tables, so that walking over them is the same in every run.</summary>
internal sealed record DatabaseState
{
    public ImmutableSortedDictionary<string, MachineRow> Machines { get; init; } = ImmutableSortedDictionary.Create<string, MachineRow>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<Guid, Reservation> Reservations { get; init; } = ImmutableSortedDictionary<Guid, Reservation>.Empty;

    /// <summary>Reservations by machine, in the order of booking.</summary>
    public ImmutableSortedDictionary<Guid, ImmutableList<ReservationId>> ReservationsOf { get; init; } = ImmutableSortedDictionary<Guid, ImmutableList<ReservationId>>.Empty;

    public ImmutableSortedDictionary<Guid, UsageSession> Sessions { get; init; } = ImmutableSortedDictionary<Guid, UsageSession>.Empty;

    public ImmutableSortedDictionary<Guid, MachineJob> Jobs { get; init; } = ImmutableSortedDictionary<Guid, MachineJob>.Empty;

    /// <summary>Members whose machine authorisation is withdrawn, by machine.</summary>
    public ImmutableSortedSet<(Guid Machine, Guid Member)> Withdrawn { get; init; } = [];

    /// <summary>What is known of every boot of every bridge.</summary>
    public ImmutableSortedDictionary<(Guid Spool, long Epoch), SpoolEpoch> Epochs { get; init; } = ImmutableSortedDictionary<(Guid, long), SpoolEpoch>.Empty;

    public ImmutableSortedDictionary<(Guid Spool, long Epoch, long Sequence), JournalRow> Journal { get; init; } = ImmutableSortedDictionary<(Guid, long, long), JournalRow>.Empty;

    /// <summary>Why something was put aside for a person, each reason of a bridge once.</summary>
    public ImmutableSortedSet<string> PutAside { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<string, ReportedTwin> Reported { get; init; } = ImmutableSortedDictionary.Create<string, ReportedTwin>(StringComparer.Ordinal);

    public ImmutableSortedDictionary<Guid, Charge> Charges { get; init; } = ImmutableSortedDictionary<Guid, Charge>.Empty;

    public ImmutableSortedSet<Guid> Uninvoiced { get; init; } = [];

    public ImmutableList<InvoiceRow> Invoices { get; init; } = [];

    public ImmutableList<LedgerEntry> Ledger { get; init; } = [];

    public long InvoiceCounter { get; init; }
}

/// <param name="At">When it happened by the server's reckoning.</param>
internal sealed record JournalRow(string Hash, JournalContent Content, Instant At);

internal sealed record InvoiceRow(long Number, InvoiceTotals Totals, ImmutableList<ChargeId> Charges);

/// <summary>What a person asks to book; the id is theirs, so a repeat is recognised.</summary>
internal sealed record BookingWish(ReservationId Id, string Machine, MemberId Member, TimeSlot Slot, MachineJob? Job);
