using Fablab.Domain;
using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;
using Fablab.Simulation.Invariants;
using Fablab.Simulation.Machines;
using Fablab.Simulation.Server;
using Fablab.Simulation.World;

namespace Fablab.Simulation.People;

/// <summary>
/// A person who books, comes or does not, works, forgets things, gives up. People act on what they were answered, and click
/// again when no answer came.
/// </summary>
internal sealed class Maker(VirtualWorld world, SimulatedServer server, Observer observer, IReadOnlyList<Workplace> workplaces, string name)
{
    private const long Minute = 60_000;
    private const int Clicks = 6;

    private readonly SimulationRandom random = world.Random.Fork();
    private readonly MemberId me = new(world.Random.NewId());

    public MemberId Id => me;

    /// <summary>Comes with a wish every couple of hours until the lab closes.</summary>
    public void Live() => world.After(random.Exponential(100 * Minute), () =>
    {
        if (world.FaultsAreOn)
        {
            PlanVisit();
            Live();
        }
    });

    private void PlanVisit()
    {
        var workplace = random.Pick(workplaces);
        var job = workplace.Controller is null ? null : NewJob(workplace);
        var length = job is null ? Duration.FromMinutes(5 * random.Between(3, 19)) : SlotFor(job.Estimate!.Value);
        var start = NextGrid() + Duration.FromMinutes(5 * random.Between(0, 20));
        var wish = new BookingWish(new ReservationId(random.NewId()), workplace.Code, me, new TimeSlot(start, start + length), job);
        Book(wish, workplace);
        if (random.Percent(15))
        {
            // Somebody else clicks on the same free slot at the same moment and will not come: the loser of the race is told so.
            Book(wish with { Id = new ReservationId(random.NewId()), Member = new MemberId(random.NewId()), Job = null }, null);
        }
    }

    private void Book(BookingWish wish, Workplace? workplace) => server.Ask(() => server.Check(wish), check =>
    {
        if (check.Refusal is BookingRefused refused)
        {
            observer.BookingRefused(wish, refused);
        }

        if (!check.IsDone)
        {
            return;
        }

        Insist(Clicks, () => server.Book(wish), outcome =>
        {
            if (outcome.IsDone)
            {
                observer.BookingAcknowledged(wish);
                if (workplace is not null)
                {
                    Decide(wish, workplace);
                }
            }
        });
        if (random.Percent(10))
        {
            server.Ask(() => server.Book(wish), static _ => { });
        }
    });

    private void Decide(BookingWish wish, Workplace workplace)
    {
        var fate = random.Between(0, 100);
        if (fate < 12)
        {
            return;
        }

        if (fate < 24)
        {
            var when = Instant.Max(world.Now, wish.Slot.Start - Duration.FromMinutes(random.Between(-5, 60)));
            world.At(when, () => Insist(2, () => server.Cancel(wish.Id, wish.Machine), static _ => { }));
            return;
        }

        if (workplace.Policy.StartsUnattended && fate < 70)
        {
            world.At(wish.Slot.Start + Duration.FromMinutes(random.Between(1, 40)), () => Interfere(wish));
            return;
        }

        world.At(wish.Slot.Start + Duration.FromMinutes(random.Between(-12, 14)), () => Arrive(wish, workplace, tries: 12));
    }

    private void Arrive(BookingWish wish, Workplace workplace, int tries)
    {
        if (tries == 0 || world.Now >= wish.Slot.End)
        {
            return;
        }

        var session = new UsageSessionId(random.NewId());
        server.Ask(() => server.Wish(wish.Machine, new DeskEvent.CheckIn(me, session)), outcome =>
        {
            if (outcome.IsDone)
            {
                Work(wish, workplace);
            }
            else if (outcome.Refusal is null or TooEarly or StillInUse or MachineOutOfOrder)
            {
                world.After(random.Between(Minute, 3 * Minute), () => Arrive(wish, workplace, tries - 1));
            }
        });
    }

    private void Work(BookingWish wish, Workplace workplace)
    {
        var length = (long)wish.Slot.Length.TotalMilliseconds;
        var leaveAt = world.Milliseconds + (length * random.Between(30, 125) / 100);
        if (workplace.Relay is { } relay)
        {
            StayAt(wish, relay, leaveAt);
            UseMachine(relay, leaveAt);
        }
        else
        {
            world.After(random.Between(Minute, length), () => Interfere(wish));
        }

        if (random.Percent(70))
        {
            world.After(leaveAt - world.Milliseconds, () => Insist(3, () => server.Wish(wish.Machine, new DeskEvent.End(me, AsManager: false)), static _ => { }));
        }

        if (random.Percent(30))
        {
            // After an interruption one checks in again.
            world.After(random.Between(5 * Minute, length), () => Arrive(wish, workplace, tries: 2));
        }
    }

    private void StayAt(BookingWish wish, SimulatedRelay relay, long until)
    {
        if (world.Milliseconds >= until || !world.FaultsAreOn)
        {
            relay.Draw(0);
            return;
        }

        server.Ask(() => server.Wish(wish.Machine, new DeskEvent.ConfirmPresence(me)), static _ => { });
        world.After(random.Between(2 * Minute, random.Percent(10) ? 12 * Minute : 4 * Minute), () => StayAt(wish, relay, until));
    }

    private void UseMachine(SimulatedRelay relay, long until)
    {
        if (world.Milliseconds >= until || !world.FaultsAreOn)
        {
            relay.Draw(0);
            return;
        }

        relay.Draw(random.Percent(60) ? 120 : 0);
        world.After(random.Between(20_000L, 6 * Minute), () => UseMachine(relay, until));
    }

    /// <summary>Looks at the running job and sometimes wishes something.</summary>
    private void Interfere(BookingWish wish)
    {
        var intent = random.Between(0, 10) switch
        {
            < 2 => JobIntent.Cancel,
            < 5 => JobIntent.Pause,
            _ => JobIntent.Run,
        };
        server.Ask(() => server.Wish(wish.Machine, new DeskEvent.WishJob(me, AsManager: false, intent)), static _ => { });
        if (intent is JobIntent.Pause)
        {
            world.After(random.Between(Minute, 15 * Minute), () =>
                Insist(3, () => server.Wish(wish.Machine, new DeskEvent.WishJob(me, AsManager: false, JobIntent.Run)), static _ => { }));
        }
    }

    /// <summary>Asks again with the very same words as long as no answer comes.</summary>
    private void Insist(int clicks, Func<Refusal?> work, Action<AskOutcome> then) => server.Ask(work, outcome =>
    {
        if (outcome.IsKnown || clicks == 1)
        {
            then(outcome);
        }
        else
        {
            world.After(random.Between(1_000L, 10_000), () => Insist(clicks - 1, work, then));
        }
    });

    private MachineJob NewJob(Workplace workplace) => new()
    {
        Id = new MachineJobId(random.NewId()),
        Member = me,
        Machine = workplace.Machine,
        FileName = $"{name}.gcode",
        Sha256 = $"{random.Next():x16}{random.Next():x16}{random.Next():x16}{random.Next():x16}",
        Bytes = random.Between(10_000, 5_000_000),
        Estimate = Duration.FromMinutes(random.Between(4, 100)),
        State = MachineJobState.Waiting,
        Intent = JobIntent.Run,
    };

    private static Duration SlotFor(Duration estimate) => Duration.FromMinutes(Math.Max(15, ((long)estimate.TotalMinutes + 9) / 5 * 5));

    private Instant NextGrid() => Instant.FromUnixTimeSeconds(((world.Now.ToUnixTimeSeconds() / 300) + 1) * 300);
}
