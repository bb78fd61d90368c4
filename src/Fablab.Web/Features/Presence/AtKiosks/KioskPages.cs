using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Domain.Presence;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Features.Desks;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Machines.Mending;
using Fablab.Web.Features.Machines.Watching;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.Presence.Kiosks;
using Fablab.Web.Features.Reservations;
using Fablab.Web.Features.Reservations.Changing;
using Fablab.Web.Features.Reservations.Rules;
using Fablab.Web.Features.Reservations.Using;
using Fablab.Web.Features.Reservations.WalkingUp;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Presence.AtKiosks;

/// <summary>The one address of a kiosk. What it shows follows from the device that asks: a door, a machine, or nothing yet.</summary>
internal static class KioskPages
{
    public const string Address = "/kiosk";

    public static void MapKioskPages(this IEndpointRouteBuilder pages)
    {
        // Open to whoever has no account: the device shows by its cookie what it is.
        var kiosk = pages.MapGroup(Address).AllowAnonymous().AddEndpointFilter(KioskGate.ForPagesAsync);
        kiosk.MapGet("", (string? done, KioskScreen screen, CancellationToken ct) => screen.ShowAsync(done, ct));
        kiosk.MapPost("/pair", PairAsync).RequireRateLimiting(SignInLimit.Policy);
        kiosk.MapGet("/pair", () => Go.To(Address));
        kiosk.MapPost("", ActAsync);
    }

    private static async Task<IResult> PairAsync([FromForm] string? code, PairKiosk pair, KioskGate gate, HttpContext http, CancellationToken ct)
    {
        if (!(await pair.ExecuteAsync(code ?? "", ct)).TryGet(out var paired, out _))
        {
            return KioskScreen.AskForCode(hasFailed: true);
        }

        gate.Keep(http, paired.Token);
        return Go.To(Address);
    }

    private static async Task<IResult> ActAsync(HttpContext http, CurrentKiosk kiosk, KioskScreen screen, CancellationToken ct)
    {
        if (kiosk.Known is not { } known)
        {
            return KioskScreen.AskForCode(hasFailed: false, StatusCodes.Status401Unauthorized);
        }

        var form = await http.Request.ReadFormAsync(ct);
        return known.IsAtMachine ? await screen.ActAtMachineAsync(form, http.Request, ct) : await screen.TapAsync(form, ct);
    }
}

/// <summary>Puts the pages of kiosks together.</summary>
internal sealed class KioskScreen(
    CurrentKiosk kiosk, TapAtDoor tap, PersonAtKiosk person, ReadMachines machines, MachineCards cards, ReservationRuns runs, UseDesk desk, WalkUp walkUp, ChangeReservation change,
    ReportFault report, RuleFacts rules, IdempotentRequest idempotent, CurrentMember me, FablabDb db, IOptions<PresenceOptions> options, IOptions<WebOptions> web, IDateTimeZoneProvider zones, LabClock clock)
{
    private static readonly Duration[] Extensions = [Duration.FromMinutes(15), Duration.FromMinutes(30), Duration.FromHours(1)];

    public static IResult AskForCode(bool hasFailed, int? status = null) => PageResults.Page<PairKioskPage>(
        new { HasFailed = hasFailed }, status ?? (hasFailed ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK));

    public async Task<IResult> ShowAsync(string? done, CancellationToken ct) => kiosk.Known switch
    {
        null => AskForCode(hasFailed: false),
        { IsAtMachine: true } => await MachineAsync(ct, done: done),
        _ => Door(null),
    };

    public async Task<IResult> TapAsync(IFormCollection form, CancellationToken ct)
    {
        var (badge, email, pin) = ProofOf(form);
        if (!(await tap.ExecuteAsync(badge, email, pin, ct)).TryGet(out var done, out var refusal))
        {
            return Door(refusal);
        }

        var (member, site, zone) = (done.Who.Member, kiosk.InView.Site.Id, Zone);
        var today = clock.Now.InZone(zone).Date;
        var (begins, ends) = (zone.AtStartOfDay(today).ToInstant(), zone.AtStartOfDay(today.PlusDays(1)).ToInstant());
        var bookings = await (
            from r in db.Reservations.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on r.Machine equals machine.Id
            where r.Member == member && machine.Site == site && r.Slot.Start < ends && r.Slot.End > begins && (r.State == ReservationState.Confirmed || r.State == ReservationState.Active)
            orderby r.Slot.Start
            select new BookedToday(r.Slot.Start, r.Slot.End, machine.Name)).ToListAsync(ct);
        return PageResults.Page<GreetingPage>(new { InView = kiosk.InView, Done = done, Bookings = bookings, Zone = zone, clock.Now, Seconds = options.Value.GreetingSeconds });
    }

    public async Task<IResult> ActAtMachineAsync(IFormCollection form, HttpRequest request, CancellationToken ct)
    {
        var act = form["act"].ToString();
        if (act is "identify")
        {
            var (badge, email, pin) = ProofOf(form);
            return await person.ArriveAsync(badge, email, pin, ct) is { } refusal ? await MachineAsync(ct, refusal) : Go.To(KioskPages.Address);
        }

        if (act is "done")
        {
            await person.LeaveAsync(ct);
            return Go.To(KioskPages.Address);
        }

        if (!await person.BeginAsync(ct, isLate: act is "fault" or "end"))
        {
            return await MachineAsync(ct, isKnown: false, isForgotten: true);
        }

        var refused = ActOf(act) is { } kind && await person.ProveAsync(kind, PinOf(form), ct) is { } unproved ? unproved : await ActAsync(act, form, request, ct);
        await person.StayAsync(ct);
        return refused is null ? Go.To($"{KioskPages.Address}?done={act}") : await MachineAsync(ct, refused, isKnown: true, form: FaultForm.Read(form));
    }

    private async Task<Refusal?> ActAsync(string act, IFormCollection form, HttpRequest request, CancellationToken ct)
    {
        var code = kiosk.InView.Machine!.Code;
        if (act is "walk-up")
        {
            var booked = await walkUp.ExecuteAsync(code, null, null, ct);
            if (!booked.TryGet(out var made, out var refusal))
            {
                return refusal;
            }

            // Two use cases in one request: the second reads anew what the first wrote.
            db.ChangeTracker.Clear();
            return (await desk.CheckInAsync(me.Id, new ReservationId(made.Id), ct)).Refusal;
        }

        if (act is "fault")
        {
            var fault = FaultForm.Read(form);
            if (!fault.IsReadable)
            {
                return new NoSuchThing("text");
            }

            idempotent.Begin(me.Id, fault.Key, request, fault);
            return (await idempotent.OnceAsync(() => report.ExecuteAsync(code, fault.Text, fault.IsDangerous, ct), reported => reported.Id)).Refusal;
        }

        // Only what is booked at this very machine can be acted on here, and of it what the buttons were shown for.
        if (!Guid.TryParse(form["reservation"].ToString(), out var id) || await MineAsync(new ReservationId(id), ct) is not { } mine)
        {
            return new Fablab.Domain.Desks.NoReservation();
        }

        // Who taps twice wants it once.
        return act switch
        {
            "start" => mine.State is ReservationState.Active ? null : (await desk.CheckInAsync(me.Id, mine.Id, ct)).Refusal,
            "presence" => (await desk.ConfirmPresenceAsync(me.Id, mine.Id, ct)).Refusal,
            "end" => mine.State is ReservationState.Completed ? null : (await desk.EndAsync(me.Id, asManager: false, mine.Id, ct)).Refusal,
            "extend" => await ExtendAsync(mine, form, ct),
            _ => new NoSuchThing("action"),
        };
    }

    /// <summary>The buttons say until when, and not for how much longer.</summary>
    private async Task<Refusal?> ExtendAsync(Reservation mine, IFormCollection form, CancellationToken ct)
    {
        if (!InstantPattern.ExtendedIso.Parse(form["until"].ToString()).TryGetValue(Instant.MinValue, out var until))
        {
            return new NoSuchThing("action");
        }

        if (!LabClock.IsPlausible(until))
        {
            return new NoSuchThing("action");
        }

        return until <= mine.Slot.End ? null : (await change.ExecuteAsync(mine.Id, null, null, until, [], null, ct)).Refusal;
    }

    /// <summary>What of it may cost or start something.</summary>
    private static KioskAct? ActOf(string act) => act switch
    {
        "walk-up" => KioskAct.WalkUp,
        "extend" => KioskAct.Extend,
        "start" => KioskAct.Start,
        "presence" => KioskAct.ConfirmPresence,
        "end" => KioskAct.End,
        _ => null,
    };

    private async Task<IResult> MachineAsync(CancellationToken ct, Refusal? refusal = null, string? done = null, bool? isKnown = null, FaultForm? form = null, bool isForgotten = false)
    {
        var view = (await machines.MachineAsync(kiosk.InView.Machine!.Code, ct))!;
        var knows = isKnown ?? (refusal is null && await person.BeginAsync(ct));
        var mine = knows ? await MineAsync(ct) : null;
        return PageResults.Page<MachineKioskPage>(
            new
            {
                InView = kiosk.InView,
                Card = (await cards.CardsAsync([view], ct))[0],
                Taken = await TakenAsync(ct),
                Who = knows ? me.Member.DisplayName.Split(' ', 2)[0] : null,
                Run = mine is null ? null : (await runs.OneAsync(me, mine.Id, ct)).TryGet(out var run, out _) ? run : null,
                MayWalkUp = mine is null && knows && await MayWalkUpAsync(ct),
                Address = new Uri(web.Value.Address, $"/machines/{view.Machine.Code}").AbsoluteUri,
                Refusal = refusal,
                IsForgotten = isForgotten,
                Done = done,
                Report = form ?? FaultForm.Empty,
                Extensions,
                Asks = (Func<KioskAct, bool>)person.Asks,
                Zone,
                clock.Now,
                Seconds = knows ? (int)person.Remembered.TotalSeconds : refusal is null ? null : (int?)options.Value.GreetingSeconds,
            },
            refusal is null && !isForgotten ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }

    private async Task<bool> MayWalkUpAsync(CancellationToken ct)
    {
        var machine = kiosk.InView.Machine!;
        return (await rules.ReadAsync([machine.Site], me.Id, null, clock.Now, ct)).At(machine).Rules.WalkUp is { Value.Use: not WalkUpKind.Forbidden };
    }

    /// <summary>The slot at hand and the next one, without whose they are.</summary>
    private async Task<IReadOnlyList<TimeSlot>> TakenAsync(CancellationToken ct)
    {
        var (machine, now) = (kiosk.InView.Machine!.Id, clock.Now);
        return await db.Reservations.AsNoTracking()
            .Where(r => r.Machine == machine && (r.State == ReservationState.Confirmed || r.State == ReservationState.Active) && r.Slot.End > now)
            .OrderBy(r => r.Slot.Start).Take(2).Select(r => new TimeSlot(r.Slot.Start, r.Slot.End)).ToListAsync(ct);
    }

    private Task<Reservation?> MineAsync(CancellationToken ct)
    {
        var (machine, mine, now) = (kiosk.InView.Machine!.Id, me.Id, clock.Now);
        return db.Reservations.AsNoTracking()
            .Where(r => r.Machine == machine && r.Member == mine && (r.State == ReservationState.Active || (r.State == ReservationState.Confirmed && r.Slot.End > now)))
            .OrderBy(r => r.Slot.Start).FirstOrDefaultAsync(ct);
    }

    private Task<Reservation?> MineAsync(ReservationId id, CancellationToken ct)
    {
        var (machine, mine) = (kiosk.InView.Machine!.Id, me.Id);
        return db.Reservations.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id && r.Machine == machine && r.Member == mine, ct);
    }

    private IResult Door(Refusal? refusal) => PageResults.Page<DoorPage>(
        new { InView = kiosk.InView, Refusal = refusal, Zone, clock.Now, Seconds = options.Value.GreetingSeconds },
        refusal is null ? StatusCodes.Status200OK : RefusalTable.StatusOf(refusal));

    private DateTimeZone Zone => zones[kiosk.InView.Site.TimeZone];

    /// <summary>A badge, or an address and a PIN.</summary>
    private static (string? Badge, string? Email, string? Pin) ProofOf(IFormCollection form)
    {
        var badge = Short(form["badge"].ToString());
        return badge.Length > 0 || form["email"].Count == 0 ? (badge, null, null) : (null, Short(form["email"].ToString()), PinOf(form));
    }

    private static string PinOf(IFormCollection form) => Short(form["pin"].ToString());

    private static string Short(string text) => text.Length <= 256 ? text : "";
}

/// <summary>Of whoever comes in.</summary>
public sealed record BookedToday(Instant Start, Instant End, string Machine);
