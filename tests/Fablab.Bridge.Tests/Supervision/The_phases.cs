using System.Runtime.CompilerServices;
using System.Text;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;

namespace Fablab.Bridge.Tests.Supervision;

/// <summary>Walks every phase with every event and compares the table with the approved one, which is also the documentation.</summary>
public class The_phases
{
    private static readonly (string Name, Func<Bench> Reach)[] Phases =
    [
        ("printer locked", () => Bench.Printer().See(ControllerState.Idle)),
        ("printer waiting", () => Bench.Printer().See(ControllerState.Idle).DesireSession()),
        ("printer armed", () => Bench.Printer().See(ControllerState.Idle).DesireSession().Grant()),
        ("printer starting", () => Bench.Printer().Start()),
        ("printer running", () => Bench.Printer().Run()),
        ("printer running alone", () => Bench.Printer().Run().Wait(16, () => { })),
        ("laser locked", () => Bench.Laser().AnswerInterlock(InterlockState.Locked, InterlockState.Locked)),
        ("laser waiting", () => Bench.Laser().AnswerInterlock(InterlockState.Locked, InterlockState.Locked).DesireSession()),
        ("laser unlocking", () => Bench.Laser().AnswerInterlock(InterlockState.Locked, InterlockState.Locked).DesireSession().Grant()),
        ("laser armed", () => Bench.Laser().Arm()),
        ("laser stopping", () => Bench.Laser().Arm().DesireNothing()),
        ("laser fault", () => Bench.Laser().Arm().DesireNothing().AnswerInterlock(InterlockState.Locked, InterlockState.Unlocked).Wait(3).SeeRelay(InterlockState.Unlocked)),
    ];

    private static readonly (string Name, Action<Bench> Happen)[] Events =
    [
        ("session desired", bench => bench.Desire(bench.Twin(5, generation: 1))),
        ("next session desired", bench => bench.Desire(bench.Twin(5, generation: 2))),
        ("no session desired", bench => bench.Desire(bench.Twin(5))),
        ("job cancelled", bench => bench.Desire(bench.Twin(5, generation: 1, wish: JobWish.Cancel))),
        ("lease granted", bench => Answered(bench, isGranted: true)),
        ("lease refused", bench => Answered(bench, isGranted: false)),
        ("20 s without an answer", bench => bench.Wait(20)),
        ("relay read closed", bench => bench.AnswerInterlock(InterlockState.Unlocked, InterlockState.Unlocked)),
        ("relay read open", bench => bench.AnswerInterlock(InterlockState.Locked, InterlockState.Locked)),
        ("our job seen running", bench => bench.See(ControllerState.Running, Bench.FileName)),
        ("our job seen completed", bench => bench.See(ControllerState.Idle, lastEnd: Bench.End(RunOutcome.Completed))),
        ("controller lost", bench => bench.See(ControllerState.Unknown, link: LinkState.Down)),
        ("clocks jumped", bench => bench.Do(new SupervisorEvent.ClockJumped())),
        ("spool full", bench => bench.Do(new SupervisorEvent.SpoolFull())),
        ("fault cleared", bench => bench.Do(new SupervisorEvent.FaultCleared())),
        ("bridge restarted", bench => bench.CrashAndBoot()),
    ];

    [Test]
    public void Follow_the_approved_table()
    {
        var table = new StringBuilder();
        foreach (var (phase, reach) in Phases)
        {
            table.Append(phase).Append(" [").Append(reach().Phase).AppendLine("]");
            foreach (var (name, happen) in Events)
            {
                var bench = reach();
                var before = bench.Ever.Count;
                happen(bench);
                table.Append("  ").Append(name.PadRight(24)).Append(" -> ").Append(bench.Phase.ToString().PadRight(13)).AppendLine(Describe(bench.Ever.Skip(before)));
            }
        }

        Approve(table.ToString());
    }

    private static void Answered(Bench bench, bool isGranted)
    {
        if (bench.Count<SupervisorEffect.AskLease>() > 0)
        {
            bench.Do(new SupervisorEvent.LeaseAnswered(bench.Answer(isGranted)));
        }
    }

    private static string Describe(IEnumerable<SupervisorEffect> effects)
    {
        var words = effects.SelectMany(effect => effect switch
        {
            SupervisorEffect.Save save => save.Records.Select(record => record switch
            {
                { Session: { } session } => $"session {session.Turn.ToString().ToLowerInvariant()}{(session.Reason is { } reason ? $" ({reason})" : "")}",
                { Job: { } job } => $"job {job.State.ToString().ToLowerInvariant()}{(job.Reason is { } reason ? $" ({reason})" : "")}",
                { Safety: { } safety } => $"alarm {safety.Event}",
                _ => "slice",
            }),
            SupervisorEffect.Report => [],
            SupervisorEffect.SetInterlock set => [set.Wanted is InterlockState.Locked ? "LOCK" : "UNLOCK"],
            SupervisorEffect.AskLease => ["ask lease"],
            _ => [effect.GetType().Name],
        }).Distinct();
        var text = string.Join(", ", words);
        return text.Length == 0 ? "" : $"  {text}";
    }

    private static void Approve(string actual, [CallerFilePath] string caller = "")
    {
        var approved = Path.ChangeExtension(caller, ".approved.txt");
        var received = Path.ChangeExtension(caller, ".received.txt");
        actual = actual.ReplaceLineEndings("\n");
        if (File.Exists(approved) && File.ReadAllText(approved).ReplaceLineEndings("\n") == actual)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, actual);
        Assert.Fail($"The table is not the approved one. Compare {Path.GetFileName(received)} with {Path.GetFileName(approved)}; if it is right, rename it.");
    }
}

internal static class Desires
{
    public static Bench DesireSession(this Bench bench) => bench.Desire(bench.Twin(1, generation: 1));

    public static Bench DesireNothing(this Bench bench) => bench.Desire(bench.Twin(2));
}
