using Fablab.Domain.Members;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.People;
using Fablab.Web.Features.Reservations;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Exchange.Importing;

/// <summary>
/// Reservations, known by external id, or by machine, member and start. What is over comes in as completed and costs nothing; what is
/// to come is confirmed. Once here, it is changed in the calendar and not by a file.
/// </summary>
internal sealed class ImportReservations(
    FablabDb db, ImportedThings things, KeptNeighbours neighbours, DeskDue due, CurrentMember me, AuditTrail audit, LabClock clock) : IImportKind
{
    private static readonly Duration Longest = Duration.FromDays(31);

    private readonly Dictionary<MachineId, List<TakenTime>> pretended = [];
    private (MachineId Machine, TakenTime Time)? planned;

    public string Name => "reservations";

    public IReadOnlyList<ImportColumn> Columns { get; } =
    [
        new("externalId", "reference number", "reservation id", "id"),
        ImportedThings.MemberEmail with { Instead = ["memberExternalId", "memberName"] },
        ImportedThings.MemberExternalId,
        new("memberName", "user", "customer", "client"),
        ImportedThings.Machine,
        new("start", "begin", "start time", "start date", "début") { IsNeeded = true },
        new("end", "end time", "end date", "fin") { IsNeeded = true },
        new("title"),
        new("state"),
        new("cancelled"),
    ];

    public bool IsAllowed => me.MayAtSomeSite(Right.ImportAtSite);

    public async Task<ImportPlan> PlanAsync(ImportRow row, ImportDefaults defaults, CancellationToken ct)
    {
        planned = null;
        var external = row.Text("externalId", ExternalIdRow.Longest);
        var (machine, member) = (await things.MachineAsync(row, ct), await things.MemberAsync(row, ct, "memberName"));
        var title = row.Text("title", BookingWish.LongestTitle);
        var isCancelled = row.Flag("cancelled") == true;
        var state = row.OneOf<ReservationState>("state");
        if (machine is null || SlotOf(row, machine.Zone) is not { } slot || member is not { } holder || row.Errors.Count > 0)
        {
            return ImportPlan.Refused(external);
        }

        var key = external ?? $"{machine.Row.Code} · {holder} · {slot.Start}";
        if (StateOf(row, slot, isCancelled ? ReservationState.Cancelled : state) is not { } becomes)
        {
            return ImportPlan.Refused(key);
        }

        return await KnownAsync(external, machine.Row, holder, slot, ct) is { } known
            ? Again(row, key, known, machine.Row, slot)
            : await NewAsync(row, key, external, machine.Row, NewReservation(machine.Row, holder, slot, becomes, title), ct);
    }

    public void Pretend(ImportRow row, ImportPlan plan)
    {
        if (planned is { } one)
        {
            pretended.TryAdd(one.Machine, []);
            pretended[one.Machine].Add(one.Time);
        }
    }

    private static ImportPlan Again(ImportRow row, string key, Reservation known, MachineRow machine, TimeSlot slot)
    {
        if (known.BookedSlot == slot && (known.Machine == machine.Id || known.Pool is not null))
        {
            return ImportPlan.Unchanged(key);
        }

        row.Refuse("differs-here", null);
        return ImportPlan.Refused(key);
    }

    private async Task<ImportPlan> NewAsync(ImportRow row, string key, string? external, MachineRow machine, Reservation wanted, CancellationToken ct)
    {
        var plan = new KeptTimePlan(wanted.Slot, [], []);
        if (wanted.TakesTheSlot)
        {
            var (setUp, cleanUp) = wanted.IsOver ? (Duration.Zero, Duration.Zero) : (machine.Policy.SetUp, machine.Policy.CleanUp);
            var around = await db.TakenTimesAsync(machine.Id, new TimeSlot(wanted.Slot.Start - setUp, wanted.Slot.End + cleanUp), ct);
            plan = KeptTime.Plan(wanted.Slot, setUp, cleanUp, wanted.Member, [.. around, .. pretended.GetValueOrDefault(machine.Id, [])]);
            if (wanted.IsOver)
            {
                // What is over keeps what it was, and what touches it is not changed any more.
                plan = plan with { Neighbours = [] };
            }
        }

        if (plan.Clashes.Count > 0)
        {
            row.Refuse("slot-taken", "start");
            return ImportPlan.Refused(key);
        }

        var booked = wanted with { Kept = plan.Kept };
        planned = booked.TakesTheSlot ? (machine.Id, new TakenTime(booked.Id, booked.Member, booked.Slot, booked.Kept)) : null;
        return new ImportPlan(ImportOutcome.Create, key) { Held = [machine.Id.Value], Write = token => WriteAsync(booked, plan, external, machine.Site, token) };
    }

    private async Task WriteAsync(Reservation booked, KeptTimePlan plan, string? external, SiteId site, CancellationToken ct)
    {
        await db.JoinAsync(site, booked.Member, MembershipOrigin.Booking, clock.Now, ct);
        await neighbours.MakeRoomAsync(plan, ct);
        db.Add(booked);
        if (external is not null)
        {
            things.Remember(ExternalIdRow.Reservation, site.Value, external, booked.Id.Value);
        }

        audit.Note("reservation-imported", $"reservation/{booked.Id}", booked.Machine, concerns: booked.Member, after: AuditFacts.Of(booked));
        await db.SaveChangesAsync(ct);
        if (!booked.IsOver)
        {
            await due.ComesNoLaterThanAsync(booked.Machine, booked.Slot.Start, ct);
        }
    }

    private Reservation NewReservation(MachineRow machine, MemberId member, TimeSlot slot, ReservationState state, string? title) => new()
    {
        Id = new ReservationId(Guid.CreateVersion7()), Machine = machine.Id, Member = member, BookedBy = me.Id, Slot = slot, Kept = slot, BookedSlot = slot, State = state,
        Title = title, BookedAt = clock.Now, Tariff = machine.Tariff,
    };

    private async Task<Reservation?> KnownAsync(string? external, MachineRow machine, MemberId member, TimeSlot slot, CancellationToken ct)
    {
        if (external is not null)
        {
            return await things.TargetAsync(ExternalIdRow.Reservation, machine.Site.Value, external, ct) is { } target
                ? await OneAsync(new ReservationId(target), ct)
                : null;
        }

        var (id, start, end) = (machine.Id, slot.Start, slot.End);
        return await db.Reservations.AsNoTracking()
            .FirstOrDefaultAsync(r => r.Machine == id && r.Member == member && r.BookedSlot.Start == start && r.BookedSlot.End == end, ct);
    }

    private Task<Reservation?> OneAsync(ReservationId id, CancellationToken ct) => db.Reservations.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, ct);

    private static TimeSlot? SlotOf(ImportRow row, DateTimeZone zone)
    {
        _ = (row.Needed("start", 40), row.Needed("end", 40));
        if (row.At("start", zone) is not { } start || row.At("end", zone) is not { } end)
        {
            return null;
        }

        if (end <= start)
        {
            row.Refuse("ends-before-start", "end");
            return null;
        }

        if (end - start > Longest)
        {
            row.Refuse("slot-too-long", "end", (int)Longest.TotalDays);
            return null;
        }

        return new TimeSlot(start, end);
    }

    /// <summary>What is running at this moment is left to people: nobody could check in to it in time.</summary>
    private ReservationState? StateOf(ImportRow row, TimeSlot slot, ReservationState? told)
    {
        if (told is ReservationState.Cancelled or ReservationState.Released or ReservationState.Declined or ReservationState.Displaced or ReservationState.Lapsed)
        {
            return told;
        }

        var now = clock.Now;
        if (slot.Start <= now && slot.End > now)
        {
            row.Refuse("running-now", "start");
            return null;
        }

        return slot.End <= now ? ReservationState.Completed : ReservationState.Confirmed;
    }
}
