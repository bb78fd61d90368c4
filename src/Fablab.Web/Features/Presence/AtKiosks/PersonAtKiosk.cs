using Fablab.Domain;
using Fablab.Web.Api;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Presence;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Presence.Identifying;
using Fablab.Web.Features.Presence.Kiosks;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Presence.AtKiosks;

/// <summary>
/// Who stands before a machine's kiosk. They are known there for a short time after what they did last, and act as a member like any other: rights of
/// staff do not count where others stand behind them.
/// </summary>
internal sealed class PersonAtKiosk(
    FablabDb db, IdentifyAtKiosk identify, Entrance entrance, CurrentKiosk kiosk, CurrentMember me, LoadMember load, IOptions<PresenceOptions> options, LabClock clock)
{
    private static readonly IReadOnlySet<SiteId> Nowhere = new HashSet<SiteId>();

    public Duration Remembered => Duration.FromSeconds(options.Value.IdentifiedSeconds);

    /// <param name="badge"><see langword="null"/> for the other two.</param>
    public async Task<Refusal?> ArriveAsync(string? badge, string? email, string? pin, CancellationToken ct)
    {
        if (!kiosk.MayAtMachine(Right.UseMachineAtKiosk))
        {
            return new NotAllowed();
        }

        if (!(await (badge is not null ? identify.ByBadgeAsync(badge, ct) : identify.ByPinAsync(email ?? "", pin ?? "", ct))).TryGet(out var who, out var refusal))
        {
            return refusal;
        }

        if (await entrance.RefusalAsync(who.Member, kiosk.InView.Site.Id, ct) is { } refused)
        {
            return await identify.RefuseAsync(refused, who.Member, ct);
        }

        await WriteAsync(who.Member, who.By is Told.Pin, ct);
        return null;
    }

    /// <param name="pin">What they typed with it.</param>
    /// <returns>Why they cannot do it before the kiosk knows better who they are.</returns>
    public async Task<Refusal?> ProveAsync(KioskAct act, string pin, CancellationToken ct)
    {
        if (!Asks(act))
        {
            return null;
        }

        if (pin.Length == 0)
        {
            return new PinNeeded();
        }

        if (await identify.CheckPinAsync(me.Id, pin, ct) is { } refusal)
        {
            return refusal;
        }

        await WriteAsync(me.Id, typedPin: true, ct);
        kiosk.InView.Kiosk.PersonTypedPin = true;
        return null;
    }

    /// <summary>Whether they must type their PIN for it; once is enough for as long as they stand there.</summary>
    public bool Asks(KioskAct act) => !kiosk.InView.Kiosk.PersonTypedPin && KioskEvidence.AsksPin(act, kiosk.InView.Machine!.Policy.HazardClass);

    /// <summary>Makes the request theirs, when somebody is known and not suspended since.</summary>
    /// <param name="isLate">
    /// It is an end or a report, which typing takes time for: they are known for it three times as long, as their page stays for who types, unless they said that they
    /// are done or somebody else came.
    /// </param>
    public async Task<bool> BeginAsync(CancellationToken ct, bool isLate = false)
    {
        var row = kiosk.InView.Kiosk;
        if (!kiosk.MayAtMachine(Right.UseMachineAtKiosk) || row.Person is not { } person || row.PersonUntil is not { } known
            || clock.Now >= (isLate ? known + (2 * Remembered) : known)
            || await entrance.RefusalAsync(person, kiosk.InView.Site.Id, ct) is not null
            || await load.ExecuteAsync(person, ct) is not { } member)
        {
            return false;
        }

        me.Known = member with { IsAdministrator = false, IsStrong = false, ManagedSites = Nowhere, TrainerSites = Nowhere, FrontDeskSites = Nowhere, TechnicianSites = Nowhere };
        return true;
    }

    /// <summary>They did something, so they are still there.</summary>
    public Task StayAsync(CancellationToken ct)
    {
        var (id, mine, until) = (kiosk.InView.Kiosk.Id, me.Id, clock.Now + Remembered);

        // Unless somebody else stands there by now.
        return db.Kiosks.Where(row => row.Id == id && row.Person == mine && row.RevokedAt == null).ExecuteUpdateAsync(set => set.SetProperty(row => row.PersonUntil, until), ct);
    }

    public Task LeaveAsync(CancellationToken ct) => WriteAsync(null, typedPin: false, ct);

    private Task<int> WriteAsync(MemberId? person, bool typedPin, CancellationToken ct)
    {
        var (id, until) = (kiosk.InView.Kiosk.Id, person is null ? (Instant?)null : clock.Now + Remembered);
        return db.Kiosks.Where(row => row.Id == id && row.RevokedAt == null)
            .ExecuteUpdateAsync(set => set
                .SetProperty(row => row.Person, person)
                .SetProperty(row => row.PersonUntil, until)
                .SetProperty(row => row.PersonTypedPin, typedPin), ct);
    }
}
