using Fablab.Contracts;
using Fablab.Domain.Desks;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Features.LiveBoard;
using Fablab.Web.Features.Machines.Watching;
using NodaTime;

namespace Fablab.Web.Features.Machines.Managing;

/// <summary>Whether a machine does what the lab wants of it.</summary>
public enum Agreement
{
    /// <summary>Nothing to agree on: no controller.</summary>
    None,
    Agreed,

    /// <summary>Asked for a moment ago.</summary>
    Waiting,

    /// <summary>Asked for and not confirmed in time, or nobody is there to confirm it.</summary>
    NotConfirmed,
}

/// <summary>A machine as a manager sees it: the card, and who, which session, which lease, which fault.</summary>
/// <param name="Current">The reservation in use, else the one whose slot has begun.</param>
public sealed record BoardMachine(
    MachineCardModel Card, LiveMachine Live, DesiredState Desired, Agreement Agreement, Reservation? Current, string? Holder, UsageSession? Session)
{
    /// <summary>How many reported faults are open.</summary>
    public int OpenFaults { get; init; }

    public bool MayEnd => Current is { State: ReservationState.Active } && Session is not { State: UsageSessionState.Closing } && Session?.EndReason is null;

    /// <summary>The bridge that must close the session is not there. Usually it comes back; whether it will is for a person to say.</summary>
    public bool MayGiveUp => Session is not null && !Live.IsBridgeOnline;

    public Duration? LeaseLeft => Live.Twin?.LeaseLeftMilliseconds is { } left ? Duration.FromMilliseconds(left) : null;

    public ReportedTwin? Twin => Live.Twin;
}

/// <summary>
/// Remembers since when each machine's wish waits for its confirmation. In memory: after a restart the time to confirm begins
/// anew, which is when the bridge is asked anew as well.
/// </summary>
internal sealed class Agreements
{
    /// <summary>A bridge that hears the wish confirms it within a second or two.</summary>
    public static readonly Duration TimeToConfirm = Duration.FromSeconds(10);

    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, (long Version, Instant Since)> waiting = new();

    public Agreement Of(MachineCardModel card, LiveMachine live, DesiredState desired, bool hasController)
    {
        if (!hasController)
        {
            return Agreement.None;
        }

        if (live.Twin is { } twin && twin.DesiredVersion >= desired.Version && live.IsBridgeOnline)
        {
            waiting.TryRemove(card.Code, out _);
            return Agreement.Agreed;
        }

        var known = waiting.AddOrUpdate(
            card.Code, _ => (desired.Version, card.Now), (_, before) => before.Version == desired.Version ? before : (desired.Version, card.Now));
        return !live.IsBridgeOnline || card.Now - known.Since >= TimeToConfirm ? Agreement.NotConfirmed : Agreement.Waiting;
    }
}
