using Fablab.Bridge.Drivers;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;
using Fablab.Simulation.Machines;

namespace Fablab.Simulation.Bridges;

/// <summary>The bridge's hands: what it sees of its devices and asks of them, one thing after another.</summary>
internal sealed partial class SimulatedBridge
{
    /// <summary>The drivers look every few seconds, so that silence can be told from health.</summary>
    private void PollLater(MachineNode machine, long mine)
    {
        var minePoll = ++machine.PollCount;
        world.After(machine.IsBusy ? BusyPoll : IdleTick, () =>
        {
            if (incarnation == mine && machine.PollCount == minePoll)
            {
                Guarded(() => Look(machine));
                if (incarnation == mine && machine.PollCount == minePoll)
                {
                    PollLater(machine, mine);
                }
            }
        });
    }

    private void Listen(MachineNode machine)
    {
        if (machine.Workplace.Controller is { } controller)
        {
            controller.Changed = () => Later(random.Between(20L, 400), () => Look(machine));
            controller.Started = (file, count) =>
            {
                observer.Figures.JobStarts++;
                observer.Jobs.Started(machine.Code, file, count);
            };
        }

        if (machine.Workplace.Relay is { } relay)
        {
            relay.Moved = () => observer.Relays.Moved(machine.Code);
            relay.Changed = () =>
            {
                if (!relay.HasLink)
                {
                    observer.Relays.Trouble(machine.Code);
                }

                Later(random.Between(20L, 400), () => Look(machine));
            };
        }
    }

    private void Look(MachineNode machine)
    {
        if (machine.Workplace.Controller is { } controller)
        {
            Step(machine, new SupervisorEvent.ControllerSeen(controller.Observe()));
        }

        if (machine.Workplace.Relay is { } relay)
        {
            Step(machine, new SupervisorEvent.InterlockSeen(relay.Observe()));
        }
    }

    /// <summary>One wish at a time, and of those that wait only the latest means anything.</summary>
    private void SetInterlock(MachineNode machine, InterlockState wanted)
    {
        var isBusy = machine.WaitingInterlockWish is not null || machine.IsInterlockBusy;
        machine.WaitingInterlockWish = wanted;
        if (!isBusy)
        {
            NextInterlockWish(machine, machine.Workplace.Relay!);
        }
    }

    private void NextInterlockWish(MachineNode machine, SimulatedRelay relay)
    {
        if (machine.WaitingInterlockWish is not { } wanted)
        {
            return;
        }

        machine.WaitingInterlockWish = null;
        machine.IsInterlockBusy = true;
        var mine = incarnation;
        world.After(random.Between(20L, 500), () =>
        {
            var seen = relay.Set(wanted);
            if (seen is null)
            {
                observer.Relays.Trouble(machine.Code);
            }

            LaterIn(mine, random.Between(20L, 300), () =>
            {
                machine.IsInterlockBusy = false;
                NextInterlockWish(machine, relay);
                Step(machine, new SupervisorEvent.InterlockAnswered(wanted, seen));
            });
        });
    }

    private void Fetch(MachineNode machine, Guid job)
    {
        var mine = incarnation;
        server.Ask(static () => null, outcome =>
        {
            if (mine == incarnation)
            {
                Guarded(() => Step(machine, outcome.IsKnown && link.IsReachable
                    ? new SupervisorEvent.JobFetched(job, $"/spool/{job:N}")
                    : new SupervisorEvent.JobFetchFailed(job, "no answer", IsWorthAnotherTry: true)));
            }
        });
    }

    /// <summary>The controller is asked one thing after another.</summary>
    private void Command(MachineNode machine, SimulatedController controller, SupervisorEffect effect)
    {
        machine.Wishes.Enqueue(effect);
        if (machine.Wishes.Count == 1)
        {
            NextWish(machine, controller);
        }
    }

    private void NextWish(MachineNode machine, SimulatedController controller)
    {
        var (wish, mine) = (machine.Wishes.Peek(), incarnation);
        world.After(random.Between(20L, 800), () =>
        {
            // On its way to the device it happens even if we die meanwhile; only the answer finds nobody.
            var answer = Ask(controller, wish);
            LaterIn(mine, random.Between(20L, 300), () =>
            {
                machine.Wishes.Dequeue();
                if (machine.Wishes.Count > 0)
                {
                    NextWish(machine, controller);
                }

                Step(machine, answer);
            });
        });
    }

    private static SupervisorEvent Ask(SimulatedController controller, SupervisorEffect wish) => wish switch
    {
        SupervisorEffect.UploadJob upload => controller.Upload(upload.File.Name) is WishAnswer.Accepted
            ? new SupervisorEvent.JobUploaded(upload.Job)
            : new SupervisorEvent.JobUploadFailed(upload.Job, "no answer", IsWorthAnotherTry: true),
        SupervisorEffect.StartJob start => new SupervisorEvent.StartAnswered(start.Job, controller.Start(start.FileName), null),
        SupervisorEffect.PauseJob => new SupervisorEvent.WishAnswered(ControllerWish.Pause, controller.Pause(), null),
        SupervisorEffect.ResumeJob => new SupervisorEvent.WishAnswered(ControllerWish.Resume, controller.Resume(), null),
        SupervisorEffect.CancelJob => new SupervisorEvent.WishAnswered(ControllerWish.Cancel, controller.Cancel(), null),
        SupervisorEffect.RemoveFile remove => new SupervisorEvent.WishAnswered(ControllerWish.Remove, controller.Remove(remove.FileName), remove.FileName),
        _ => throw new ArgumentOutOfRangeException(nameof(wish), wish, "No wish for a controller"),
    };

    private static MachineSetup Setup(Workplace workplace) => new()
    {
        Machine = workplace.Code,
        HazardClass = Enum.Parse<HazardClass>(workplace.Policy.HazardClass.ToString()),
        HasInterlock = workplace.Relay is not null,
        HasJobControl = workplace.Controller is not null,
        HasMeter = workplace.Relay is not null,
        ActiveWatts = workplace.Relay is null ? null : 40,
        ControllerSilenceMilliseconds = 3 * IdleTick,
        InterlockSilenceMilliseconds = 3 * IdleTick,
    };
}
