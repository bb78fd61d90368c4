using Fablab.Contracts;
using Fablab.Domain.Machines;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.LiveBoard;
using Fablab.Web.Features.Reservations;
using NodaTime;

namespace Fablab.Web.Features.Machines.Watching;

/// <summary>What a machine is to people, in one word.</summary>
public enum MachineStatus
{
    Free,

    /// <summary>Somebody's slot has begun; nobody uses the machine yet.</summary>
    Reserved,

    /// <summary>Unlocked for somebody, not working.</summary>
    InUse,
    Preparing,
    Running,
    Paused,
    NeedsAttention,
    Fault,

    /// <summary>Nobody uses it, and a fault that was reported stops bookings.</summary>
    FaultReported,

    /// <summary>Nobody uses it, and maintenance that is due stops bookings.</summary>
    MaintenanceDue,
    OutOfOrder,

    /// <summary>The bridge is connected and cannot reach the machine.</summary>
    Unreachable,

    /// <summary>The bridge is away: what is shown is what it said last.</summary>
    BridgeOffline,

    /// <summary>Nothing was heard of it since the program started.</summary>
    Unheard,
}

internal static class MachineStatusRules
{
    /// <summary>The most important thing first: a machine that nobody hears is not free, whatever the calendar says.</summary>
    public static MachineStatus Of(MachineRow machine, LiveMachine live, bool isTakenNow, BookingStop? stop = null) => (Of(machine, live, isTakenNow), stop) switch
    {
        (MachineStatus.Free, BookingStop.Fault) => MachineStatus.FaultReported,
        (MachineStatus.Free, BookingStop.Maintenance) => MachineStatus.MaintenanceDue,
        var (status, _) => status,
    };

    public static bool IsWorking(this MachineStatus status) => status is MachineStatus.Preparing or MachineStatus.Running or MachineStatus.Paused;

    /// <summary>What is shown may have changed since it was heard.</summary>
    public static bool IsOld(this MachineStatus status) => status is MachineStatus.BridgeOffline or MachineStatus.Unreachable;

    /// <summary>One may not count on it at the moment.</summary>
    public static bool IsTrouble(this MachineStatus status) =>
        status is MachineStatus.NeedsAttention or MachineStatus.Fault or MachineStatus.FaultReported or MachineStatus.MaintenanceDue or MachineStatus.OutOfOrder || status.IsOld();

    private static MachineStatus Of(MachineRow machine, LiveMachine live, bool isTakenNow)
    {
        if (machine.IsOutOfOrder)
        {
            return MachineStatus.OutOfOrder;
        }

        if (machine.Bridge is null)
        {
            return isTakenNow ? MachineStatus.Reserved : MachineStatus.Free;
        }

        if (live.Twin is not { } twin)
        {
            return MachineStatus.Unheard;
        }

        if (!live.IsBridgeOnline)
        {
            return MachineStatus.BridgeOffline;
        }

        return OfTwin(twin, isTakenNow);
    }

    private static MachineStatus OfTwin(ReportedTwin twin, bool isTakenNow) => twin switch
    {
        { Fault: not null } or { Activity: ReportedActivity.Error } => MachineStatus.Fault,
        { Link: ReportedLink.Down or ReportedLink.Stale or ReportedLink.Connecting } => MachineStatus.Unreachable,
        { Activity: ReportedActivity.NeedsAttention } => MachineStatus.NeedsAttention,
        { Activity: ReportedActivity.Running or ReportedActivity.Finishing } => MachineStatus.Running,
        { Activity: ReportedActivity.Paused } => MachineStatus.Paused,
        { Activity: ReportedActivity.Preparing } => MachineStatus.Preparing,
        { Mode: MachineMode.InSession } => MachineStatus.InUse,
        _ => isTakenNow ? MachineStatus.Reserved : MachineStatus.Free,
    };
}

/// <summary>A machine as its card shows it; everything that is drawn is in here.</summary>
/// <param name="FreeUntil">Free now, and next taken then; <see langword="null"/> when nothing is booked within sight.</param>
/// <param name="BusyUntil">When the slots that follow each other from now on end.</param>
/// <param name="StoppedBy">Why nobody books it now, also while somebody uses it.</param>
/// <param name="EndsAt">When the running job ends, by the controller's own estimate.</param>
public sealed record MachineCardModel(
    string Code,
    string Name,
    string Model,
    MachineCategory Category,
    string SiteCode,
    DateTimeZone Zone,
    Instant Now,
    MachineStatus Status,
    string? Note,
    double? Progress,
    Duration? Left,
    Instant? EndsAt,
    Instant? FreeUntil,
    Instant? BusyUntil,
    Instant? HeardAt,
    BookingStop? StoppedBy = null)
{
    /// <summary>Out of order, and expected to be back then; <see langword="null"/> when nobody knows.</summary>
    public Instant? BackAt { get; init; }
}
