using Fablab.Domain;
using Fablab.Domain.Billing;
using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;
using Fablab.Simulation.Invariants;

namespace Fablab.Simulation.Server;

/// <summary>Booking, people's wishes and time-outs: load the desk, let the rules decide, save it whole, publish.</summary>
internal sealed partial class SimulatedServer
{
    private const int SweepRounds = 8;
    private static readonly Duration NotConfirmedAfter = Duration.FromSeconds(10);

    private readonly SortedDictionary<string, Instant> notConfirmedSince = new(StringComparer.Ordinal);

    /// <summary>The dry run. Between it and <see cref="Book"/> others may book: the constraint decides then.</summary>
    public Refusal? Check(BookingWish wish)
    {
        var transaction = database.Begin();
        var machine = transaction.State.Machines[wish.Machine];
        var facts = new BookingFacts
        {
            Policy = machine.Policy,
            Outage = machine.IsOutOfOrder ? new Outage(null, null) : null,
            Clashes = transaction.Taken(machine.Id.Value).Where(other => cores.IsClash(Wanted(wish), other)).Select(other => other.Kept).ToList(),
            IsAuthorised = IsAuthorised(transaction.State, machine, wish.Member),
            JobEstimate = wish.Job?.Estimate,
        };
        var problems = cores.Check(new WantedBooking(machine.Id, wish.Slot), facts, Now);
        return problems.Any(problem => problem.LiftedBy is not "member") ? new BookingRefused(problems) : null;
    }

    /// <summary>Inserts under the exclusion constraint. The id makes a repeat harmless: it gets the first one's answer.</summary>
    public Refusal? Book(BookingWish wish)
    {
        var refusal = Insert(wish);
        Booked?.Invoke(wish, refusal);
        return refusal;
    }

    /// <summary>Whether a person who looks at the calendar now may have this time.</summary>
    public bool IsFree(string machine, TimeSlot slot) => !database.Begin().Taken(database.State.Machines[machine].Id.Value)
        .Any(other => cores.IsClash(Wanted(new BookingWish(default, machine, default, slot, null)), other));

    private Refusal? Insert(BookingWish wish)
    {
        var transaction = database.Begin();
        if (cores.KnowsRepeats && transaction.State.Reservations.ContainsKey(wish.Id.Value))
        {
            return null;
        }

        var reservation = Wanted(wish);
        if (cores.GuardsInsert && transaction.Taken(reservation.Machine.Value).FirstOrDefault(other => cores.IsClash(reservation, other)) is { } clash)
        {
            return new BookingRefused([BookingRules.Taken(clash.Kept)]);
        }

        transaction.Save(reservation);
        if (wish.Job is { } job)
        {
            transaction.Save(job);
        }

        PlanNext(transaction, wish.Machine);
        Commit(transaction, "booking");
        return null;
    }

    public Refusal? Cancel(ReservationId id, string machine)
    {
        var transaction = database.Begin();
        if (!transaction.State.Reservations.TryGetValue(id.Value, out var reservation)
            || ReservationLifecycle.Next(reservation.State, ReservationEvent.Cancel) is not { } cancelled)
        {
            return new NoReservation();
        }

        transaction.Save(reservation with { State = cancelled });
        PlanNext(transaction, machine);
        Commit(transaction, "cancellation");
        return null;
    }

    /// <summary>A person's wish at the desk.</summary>
    public Refusal? Wish(string machine, DeskEvent happened)
    {
        var transaction = database.Begin();
        if (HandleDesk(transaction, machine, happened) is { } refusal)
        {
            return refusal;
        }

        Commit(transaction, happened.GetType().Name);
        return null;
    }

    public Refusal? SetAuthorised(string machine, MemberId member, bool isAuthorised)
    {
        var transaction = database.Begin();
        var key = (transaction.State.Machines[machine].Id.Value, member.Value);
        var withdrawn = transaction.State.Withdrawn;
        transaction.State = transaction.State with { Withdrawn = isAuthorised ? withdrawn.Remove(key) : withdrawn.Add(key) };
        PlanNext(transaction, machine);
        Commit(transaction, "authorisation");
        return null;
    }

    /// <summary>When the machine is due by its rules, whatever the row says.</summary>
    public Instant? DueOf(string machine) => LoadDesk(database.Begin(), machine).DueAt;

    private void Sweep()
    {
        foreach (var code in database.State.Machines.Keys)
        {
            for (var round = 0; database.State.Machines[code].DueAt <= Now; round++)
            {
                if (round == SweepRounds)
                {
                    throw new InvariantBrokenException("L3", $"the sweep of {code} does not come to rest");
                }

                var transaction = database.Begin();
                HandleDesk(transaction, code, new DeskEvent.TimePassed(new UsageSessionId(random.NewId())));
                Commit(transaction, "sweep");
                if (!transaction.HasChanges)
                {
                    break;
                }
            }
        }

        RepeatUnconfirmedDesired();
    }

    /// <summary>A retained publish may be lost before the broker has it, so what is not confirmed is said again.</summary>
    private void RepeatUnconfirmedDesired()
    {
        foreach (var machine in database.State.Machines.Values)
        {
            if (database.State.Reported.TryGetValue(machine.Code, out var reported) && reported.DesiredVersion >= machine.Desired.Version)
            {
                notConfirmedSince.Remove(machine.Code);
            }
            else if (!notConfirmedSince.TryGetValue(machine.Code, out var since))
            {
                notConfirmedSince[machine.Code] = Now;
            }
            else if (Now - since >= NotConfirmedAfter)
            {
                notConfirmedSince[machine.Code] = Now;
                PublishDesired(machine);
            }
        }
    }

    private Refusal? HandleDesk(ServerTransaction transaction, string machine, DeskEvent happened)
    {
        var desk = LoadDesk(transaction, machine);
        if (!cores.Handle(desk, happened, Now).TryGet(out var decision, out var refusal))
        {
            return refusal;
        }

        SaveDesk(transaction, desk, decision.Desk, decision.Effects);
        return null;
    }

    private static MachineDesk LoadDesk(ServerTransaction transaction, string code)
    {
        var state = transaction.State;
        var row = state.Machines[code];
        var current = Current(transaction, row);
        return new MachineDesk
        {
            Machine = row.Id,
            Policy = row.Policy,
            IsOutOfOrder = row.IsOutOfOrder,
            Current = current,
            Session = row.Session is { } session ? state.Sessions[session.Value] : null,
            Job = current?.Job is { } job ? state.Jobs[job.Value] : null,
            IsAuthorised = current is null || IsAuthorised(state, row, current.Member),
            LastGeneration = row.LastGeneration,
            FreeSince = row.FreeSince,
            Desired = row.Desired,
        };
    }

    private static Reservation? Current(ServerTransaction transaction, MachineRow row)
    {
        Reservation? earliest = null;
        foreach (var reservation in transaction.ReservationsOf(row.Id.Value))
        {
            if (reservation.State is ReservationState.Active)
            {
                return reservation;
            }

            if (reservation.State is ReservationState.Confirmed && (earliest is null || reservation.Slot.Start < earliest.Slot.Start))
            {
                earliest = reservation;
            }
        }

        return earliest;
    }

    private void SaveDesk(ServerTransaction transaction, MachineDesk before, MachineDesk after, IReadOnlyList<DeskEffect> effects)
    {
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case DeskEffect.ReservationChanged changed:
                    transaction.Save(changed.Reservation);
                    break;
                case DeskEffect.JobLeft left:
                    transaction.Save(left.Job);
                    break;
                case DeskEffect.SessionEnded ended:
                    transaction.Save(ended.Session);
                    Charge(transaction, ended.Session);
                    break;
            }
        }

        if (after.Current is { } current && current != before.Current)
        {
            transaction.Save(current);
        }

        if (after.Session is { } session && session != before.Session)
        {
            transaction.Save(session);
        }

        if (after.Job is { } job && job != before.Job)
        {
            transaction.Save(job);
        }

        SaveRow(transaction, after);
    }

    private static void SaveRow(ServerTransaction transaction, MachineDesk after)
    {
        var (code, row) = transaction.State.Machines.First(pair => pair.Value.Id == after.Machine);
        var saved = row with
        {
            IsOutOfOrder = after.IsOutOfOrder,
            LastGeneration = after.LastGeneration,
            FreeSince = after.FreeSince,
            Session = after.Session?.Id,
            Desired = after.Desired,
        };
        if (saved != row)
        {
            transaction.Save(saved);
        }

        PlanNext(transaction, code);
    }

    /// <summary>The due time is part of every change that may move it.</summary>
    private static void PlanNext(ServerTransaction transaction, string code)
    {
        var row = transaction.State.Machines[code];
        var due = LoadDesk(transaction, code).DueAt;
        if (due != row.DueAt)
        {
            transaction.Save(row with { DueAt = due });
        }
    }

    private static bool IsAuthorised(DatabaseState state, MachineRow machine, MemberId member) =>
        !machine.Policy.RequiresAuthorisation || !state.Withdrawn.Contains((machine.Id.Value, member.Value));

    public static TimeSlot KeptFor(MachineRow machine, TimeSlot slot) => new(slot.Start, slot.End + machine.Policy.CleanUp);

    private Reservation Wanted(BookingWish wish) => new()
    {
        Id = wish.Id,
        Machine = database.State.Machines[wish.Machine].Id,
        Member = wish.Member,
        BookedBy = wish.Member,
        Slot = wish.Slot,
        Kept = KeptFor(database.State.Machines[wish.Machine], wish.Slot),
        BookedSlot = wish.Slot,
        State = ReservationState.Confirmed,
        BookedAt = Now,
        Tariff = SimulatedPrices.Tariff.Id,
        Job = wish.Job?.Id,
    };

    private void ForgetTimers()
    {
        var transaction = database.Begin();
        foreach (var machine in transaction.State.Machines.Values)
        {
            transaction.Save(machine with { DueAt = null });
        }

        transaction.Commit();
    }
}
