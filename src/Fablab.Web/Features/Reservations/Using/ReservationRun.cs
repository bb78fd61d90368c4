using Fablab.Contracts;
using Fablab.Domain.Billing;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.LiveBoard;
using NodaTime;
using HazardClass = Fablab.Domain.Machines.HazardClass;

namespace Fablab.Web.Features.Reservations.Using;

/// <summary>A reservation and everything that came of it, as its page shows it.</summary>
public sealed record ReservationRun
{
    public required Reservation Reservation { get; init; }

    public required MachineRow Machine { get; init; }

    public required DateTimeZone Zone { get; init; }

    public required string Holder { get; init; }

    public required string? Project { get; init; }

    /// <summary>Title, project and file name are not the reader's to see.</summary>
    public bool IsPrivate { get; init; }

    public required Tariff Tariff { get; init; }

    public required MachineJob? Job { get; init; }

    /// <summary>Oldest first; more than one after an interruption.</summary>
    public required IReadOnlyList<UsageSession> Sessions { get; init; }

    public required IReadOnlyList<Charge> Charges { get; init; }

    public required LiveMachine Live { get; init; }

    /// <summary>When the machine came free and clean after the one before.</summary>
    public required Instant? FreeSince { get; init; }

    public required Instant Now { get; init; }

    /// <summary>The reader holds it; otherwise they look as staff.</summary>
    public required bool IsMine { get; init; }

    public UsageSession? Session => Sessions.LastOrDefault(session => session.IsOpen);

    /// <summary>What the bridge reports of the open session; another session's report does not count.</summary>
    public ReportedSession? Reported => Session is { } open && Live.Twin?.Session is { } session && session.Id == open.Id.Value ? session : null;

    public ReportedJob? ReportedJob => Job is { } job && Live.Twin?.Job is { } reported && reported.Id == job.Id.Value ? reported : null;

    public Instant CheckInOpensAt => Instant.Max(Reservation.Slot.Start - Machine.Policy.CheckInLead, FreeSince ?? Instant.MinValue);

    public bool MayCheckIn => IsMine && Session is null && Now < Reservation.Slot.End && !Machine.IsOutOfOrder
        && Reservation.State is ReservationState.Confirmed or ReservationState.Active;

    public bool IsCheckInOpen => Now >= CheckInOpensAt;

    public bool MayCancel => Reservation.State is ReservationState.Requested or ReservationState.Confirmed;

    /// <summary>Staff look at a request that waits for their yes or no.</summary>
    public bool MayAnswer => !IsMine && Reservation.State is ReservationState.Requested && Reservation.Awaits.HasFlag(Approvals.Site);

    public bool MayChange => MayCancel || MayEnd;

    public bool MayEnd => Reservation.State is ReservationState.Active && Session is not { State: UsageSessionState.Closing } && Session?.EndReason is null;

    public bool MaySteerJob => Reservation.State is ReservationState.Active && Job is { IsOver: false, Intent: not JobIntent.Cancel };

    public bool MustConfirmPresence => IsMine && Machine.Policy.HazardClass is HazardClass.H && Session is { State: UsageSessionState.Authorised or UsageSessionState.Armed };

    public Instant? PresenceEnds => Session is { } open ? open.PresenceConfirmedAt + Machine.Policy.PresenceLimit : null;

    public Duration Used => Reported is { } live ? Duration.FromMilliseconds(live.TotalMilliseconds) : Session?.Total ?? Duration.Zero;

    /// <summary>What the open session costs so far, by the engine that will charge it.</summary>
    public Rated? CostSoFar => Session is not { } open ? null : Rating.Rate(
        new Usage(
            Reservation.BookedSlot.Length,
            Used,
            Reported is { } live ? Duration.FromMilliseconds(live.ActiveMilliseconds) : open.Active,
            Reported?.WattHours is { } hours ? (long)(hours * 3600) : open.WattSeconds),
        Tariff);
}
