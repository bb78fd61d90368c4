using CsCheck;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;

namespace Fablab.Bridge.Tests.Supervision;

/// <summary>Whatever happens in whatever order, with crashes in between. A failure prints the seed that repeats it.</summary>
public class Random_events
{
    private const int Sequences = 500;

    private static readonly Gen<Action<World>> Happening = Gen.Frequency<Action<World>>(
        (6, Gen.Int[100, 3_000].Select<int, Action<World>>(milliseconds => world => world.Bench.Pass(milliseconds).Do(new SupervisorEvent.Tick()))),
        (1, Gen.Int[5_000, 40_000].Select<int, Action<World>>(milliseconds => world => world.Bench.Pass(milliseconds).Do(new SupervisorEvent.Tick()))),
        (2, Gen.Select<int, int, Action<World>>(Gen.Int[0, 3], Gen.Int[0, 3], (session, wish) => world => world.Desire(session, wish))),
        (5, Gen.Bool.Select<bool, Action<World>>(withJob => world => world.Answer(isGranted: true, withJob))),
        (1, Gen.Const<Action<World>>(world => world.Answer(isGranted: false, withJob: false))),
        (5, Gen.Select<int, int, Action<World>>(Gen.Int[0, 6], Gen.Int[0, 2], (state, file) => world => world.See((ControllerState)state, file))),
        (1, Gen.Int[0, 3].Select<int, Action<World>>(outcome => world => world.End((RunOutcome)outcome))),
        (1, Gen.Const<Action<World>>(world => world.Bench.See(ControllerState.Unknown, link: LinkState.Down))),
        (5, Gen.Int[0, 9].Select<int, Action<World>>(obeys => world => world.AnswerInterlock(obeys))),
        (2, Gen.Int[0, 2].Select<int, Action<World>>(state => world => world.Bench.SeeRelay((InterlockState)state, watts: state * 100))),
        (3, Gen.Const<Action<World>>(world => world.Bench.Do(new SupervisorEvent.JobFetched(World.Job(world.LastJob), "/jobs/1")))),
        (3, Gen.Const<Action<World>>(world => world.Bench.Do(new SupervisorEvent.JobUploaded(World.Job(world.LastJob))))),
        (2, Gen.Int[0, 3].Select<int, Action<World>>(answer => world => world.Bench.Do(new SupervisorEvent.StartAnswered(World.Job(world.LastJob), (WishAnswer)answer, null)))),
        (1, Gen.Int[0, 60].Select<int, Action<World>>(seconds => world => world.Bench.CrashAndBoot(seconds))),
        (1, Gen.Const<Action<World>>(world => world.Bench.CrashAfterSaving(new SupervisorEvent.JobUploaded(World.Job(world.LastJob))))),
        (1, Gen.Const<Action<World>>(world => world.Bench.Do(new SupervisorEvent.ClockJumped()))),
        (1, Gen.Const<Action<World>>(world => world.Bench.Do(new SupervisorEvent.FaultCleared()))),
        (1, Gen.Bool.Select<bool, Action<World>>(isFull => world => world.Bench.Do(isFull ? new SupervisorEvent.SpoolFull() : new SupervisorEvent.SpoolOk()))));

    [TestCase("printer")]
    [TestCase("printer behind a plug")]
    [TestCase("laser")]
    [TestCase("mill")]
    [TestCase("soldering station")]
    public void Never_break_a_rule(string machine) =>
        Happening.Array[1, 120].Sample(
            happenings =>
            {
                var world = new World(machine switch
                {
                    "printer" => Bench.Printer(),
                    "printer behind a plug" => Bench.PrinterBehindPlug(),
                    "laser" => Bench.Laser(),
                    "mill" => Bench.Mill(),
                    _ => Bench.SolderingStation(),
                });
                foreach (var happening in happenings)
                {
                    happening(world);
                    world.CheckStep();
                }

                world.CheckAll();
            },
            iter: Sequences,
            threads: 1);

    private sealed class World(Bench bench)
    {
        private long _version;
        private long _generation;
        private int _checked;
        private bool _isKeptUnlocked;
        private bool _hadRun;

        public Bench Bench { get; } = bench;

        public int LastJob { get; private set; } = 1;

        public static Guid Job(int number) => new($"0190a000-0000-7000-8000-{number:D12}");

        public void Desire(int session, int wish)
        {
            if (session == 1)
            {
                _generation++;
                LastJob = 1 + (int)(_generation % 3);
            }

            _version++;
            Bench.Desire(session == 0 || _generation == 0
                ? Bench.Twin(_version)
                : Bench.Twin(_version, generation: _generation, wish: wish < 3 ? (JobWish)wish : null, job: Job(LastJob)));
        }

        public void Answer(bool isGranted, bool withJob)
        {
            if (Bench.Count<SupervisorEffect.AskLease>() > 0)
            {
                Bench.Do(new SupervisorEvent.LeaseAnswered(Bench.Answer(isGranted, withJob: withJob)));
            }
        }

        public void See(ControllerState state, int file) =>
            Bench.See(state, file switch { 0 => null, 1 => "other.gcode", _ => $"{Job(LastJob):N}-aaaaaaaa.gcode" }, jobMilliseconds: 1_000);

        public void End(RunOutcome outcome) =>
            Bench.See(ControllerState.Idle, lastEnd: new RunEnd($"{Job(LastJob):N}-aaaaaaaa.gcode", outcome, 1_000, null));

        public void AnswerInterlock(int obeys)
        {
            if (Bench.State.Relay.Asked is { } asked)
            {
                Bench.AnswerInterlock(asked, obeys == 0 ? null : obeys == 1 ? InterlockState.Locked : asked);
            }
        }

        /// <summary>What must hold after each step.</summary>
        public void CheckStep()
        {
            var state = Bench.State;
            foreach (var effect in Bench.Effects)
            {
                if (effect is SupervisorEffect.SetInterlock { Wanted: var wanted })
                {
                    // What may finish alone is kept unlocked, and never unlocked anew.
                    if (wanted is InterlockState.Unlocked && !state.IsLeaseLive(Bench.Now) && !(state.Setup.MayFinishAlone && _isKeptUnlocked))
                    {
                        throw new InvalidOperationException("unlocked without a live lease");
                    }

                    if (wanted is InterlockState.Locked && _isKeptUnlocked && _hadRun
                        && state is { Setup.MayFinishAlone: true, RunUnderWay: not null, Memory.Session.ClosingReason: null })
                    {
                        throw new InvalidOperationException("a job that may finish alone was cut off");
                    }

                    _isKeptUnlocked = wanted is InterlockState.Unlocked;
                }

                if (effect is SupervisorEffect.StartJob && !state.IsLeaseLive(Bench.Now))
                {
                    throw new InvalidOperationException("started without a live lease");
                }
            }

            _hadRun = state.RunUnderWay is not null;
            if (Bench.Effects.FindIndex(effect => effect is SupervisorEffect.Save) > 0)
            {
                throw new InvalidOperationException("something left before it was saved");
            }

            foreach (var slice in Bench.Slices.Skip(_checked))
            {
                var before = _checked == 0 ? null : Bench.Slices.Take(_checked).LastOrDefault(other => other.Session == slice.Session);
                if (slice.DeltaMilliseconds <= 0 || slice.TotalMilliseconds != (before?.TotalMilliseconds ?? 0) + slice.DeltaMilliseconds
                    || slice.ActiveMilliseconds < (before?.ActiveMilliseconds ?? 0))
                {
                    throw new InvalidOperationException($"a total went wrong: {before} then {slice}");
                }

                _checked++;
            }
        }

        /// <summary>What must hold of everything that was ever said.</summary>
        public void CheckAll()
        {
            var twice = Bench.Ever.OfType<SupervisorEffect.StartJob>().GroupBy(start => start.Job).FirstOrDefault(starts => starts.Count() > 1);
            if (twice is not null)
            {
                throw new InvalidOperationException($"job {twice.Key} was started {twice.Count()} times");
            }

            var totals = new Bridge.Spool.SessionTotals();
            var ended = new HashSet<Guid>();
            foreach (var record in Bench.Records)
            {
                if (totals.Add(record) is { } problem)
                {
                    throw new InvalidOperationException(problem);
                }

                if (record.Job is { } job && !(job.State is JobState.Succeeded or JobState.Failed or JobState.Cancelled or JobState.Rejected or JobState.Unknown
                    ? ended.Add(job.Job)
                    : !ended.Contains(job.Job)))
                {
                    throw new InvalidOperationException($"job {job.Job} moved after its end");
                }
            }
        }
    }
}
