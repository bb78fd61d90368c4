using Fablab.Bridge.Drivers;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;

namespace Fablab.Bridge.Tests.Supervision;

public class A_lease
{
    [Test]
    public void Is_asked_for_with_a_nonce_of_this_boot_when_a_session_is_desired()
    {
        var bench = Bench.Printer();
        bench.Desire(bench.Twin(1, generation: 4));

        var request = bench.Effects.OfType<SupervisorEffect.AskLease>().Single().Request;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(request.Nonce, Is.EqualTo("1-1"));
            Assert.That(request.Session, Is.EqualTo(Bench.Session(4)));
            Assert.That(request.Generation, Is.EqualTo(4));
        }
    }

    [Test]
    public void Lives_from_the_moment_it_was_asked_for_however_late_the_answer_comes()
    {
        var bench = Bench.Printer();
        bench.Desire(bench.Twin(1, generation: 1)).Pass(4_000).Grant(ttl: 15_000);

        Assert.That(bench.State.Leasing.Lease!.EndsAt, Is.EqualTo(bench.Mono + 11_000));
    }

    [Test]
    public void Is_not_taken_from_an_answer_to_another_nonce_or_twice_from_the_same()
    {
        var bench = Bench.Printer();
        bench.Desire(bench.Twin(1, generation: 1));
        bench.Do(new SupervisorEvent.LeaseAnswered(bench.Answer(nonce: "1-99")));
        Assert.That(bench.State.Leasing.Lease, Is.Null);

        var answer = bench.Answer();
        bench.Do(new SupervisorEvent.LeaseAnswered(answer));
        var first = bench.State.Leasing.Lease;
        bench.Pass(3_000).Do(new SupervisorEvent.LeaseAnswered(answer with { TtlMilliseconds = 60_000 }));

        Assert.That(bench.State.Leasing.Lease, Is.EqualTo(first));
    }

    [Test]
    public void Is_not_taken_from_an_answer_to_the_boot_before()
    {
        var bench = Bench.Laser();
        bench.Desire(bench.Twin(1, generation: 1));
        var answer = bench.Answer();
        bench.CrashAndBoot().Do(new SupervisorEvent.LeaseAnswered(answer));

        Assert.That(bench.State.Leasing.Lease, Is.Null);
    }

    [Test]
    public void Of_another_session_or_generation_is_not_taken()
    {
        var bench = Bench.Printer();
        bench.Desire(bench.Twin(1, generation: 2));
        bench.Do(new SupervisorEvent.LeaseAnswered(bench.Answer() with { Generation = 1 }));
        bench.Do(new SupervisorEvent.LeaseAnswered(bench.Answer() with { Session = Bench.Session(9) }));

        Assert.That(bench.State.Leasing.Lease, Is.Null);
    }

    [Test]
    public void Is_renewed_after_a_third_of_its_length()
    {
        var bench = Bench.Printer();
        bench.Desire(bench.Twin(1, generation: 1)).Grant(ttl: 15_000);

        Assert.That(bench.Wait(4).Wants<SupervisorEffect.AskLease>(), Is.False);
        Assert.That(bench.Wait(1).Wants<SupervisorEffect.AskLease>(), Is.True);
    }

    [Test]
    public void Is_never_believed_to_be_longer_than_its_class_allows()
    {
        var bench = Bench.Laser();
        bench.Desire(bench.Twin(1, generation: 1)).Grant(ttl: 86_400_000);

        Assert.That(bench.State.Leasing.Lease!.EndsAt, Is.EqualTo(bench.Mono + 15_000));
    }

    [Test]
    public void Refused_stops_an_armed_machine_at_once()
    {
        var bench = Bench.Laser().Arm();
        bench.Wait(5).Refuse();

        Assert.That(bench.WantsRelay(InterlockState.Locked), Is.True);
        bench.AnswerInterlock(InterlockState.Locked, InterlockState.Locked);
        Assert.That(bench.Turns.Last(), Has.Property("Turn").EqualTo(SessionTurn.Closed).And.Property("Reason").EqualTo("lease-refused"));
    }

    [Test]
    public void Refused_before_anything_was_armed_is_asked_for_again()
    {
        var bench = Bench.Printer();
        bench.Desire(bench.Twin(1, generation: 1)).Refuse();

        Assert.That(bench.Reported.LeaseRefusal, Is.EqualTo("no-session"));
        Assert.That(bench.Wait(5).Wants<SupervisorEffect.AskLease>(), Is.True);
        Assert.That(bench.Turns, Is.Empty);
    }

    [Test]
    public void That_runs_out_locks_a_hazard_within_five_seconds_and_closes_its_session()
    {
        var bench = Bench.Laser().Arm();
        bench.Wait(20);

        var locked = bench.Effects.OfType<SupervisorEffect.SetInterlock>().First(set => set.Wanted is InterlockState.Locked);
        Assert.That(locked, Is.Not.Null);
        bench.AnswerInterlock(InterlockState.Locked, InterlockState.Locked);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(bench.Turns.Last().Reason, Is.EqualTo("lease-lost"));
            Assert.That(bench.Alarms.Select(alarm => alarm.Event), Does.Contain("lease-expired"));
            Assert.That(bench.Phase, Is.EqualTo(SupervisorPhase.Locked));
        }
    }

    [Test]
    public void Is_void_when_the_clocks_jump()
    {
        var bench = Bench.Laser().Arm().Do(new SupervisorEvent.ClockJumped());

        Assert.That(bench.WantsRelay(InterlockState.Locked), Is.True);
        Assert.That(bench.State.Memory.Session!.ClosingReason, Is.EqualTo("lease-lost"));
    }

    [Test]
    public void Is_asked_for_anew_after_an_idle_printer_lost_it_and_its_session_goes_on()
    {
        var bench = Bench.Printer();
        bench.Desire(bench.Twin(1, generation: 1)).Grant().Wait(60);
        var total = bench.State.Memory.Session!.TotalMilliseconds;

        bench.Grant();

        Assert.That(total, Is.InRange(15_000, 16_000));
        Assert.That(bench.Turns.Select(turn => turn.Turn), Is.EqualTo(new[] { SessionTurn.Armed }));
        Assert.That(bench.Phase, Is.EqualTo(SupervisorPhase.Armed));
    }

    [Test]
    public void Of_low_risk_that_runs_out_leaves_the_relay_closed_until_the_person_rests()
    {
        var bench = Bench.SolderingStation().Arm();
        bench.Wait(610, () => bench.SeeRelay(InterlockState.Unlocked, watts: 50));
        Assert.That(bench.State.Relay.Asked, Is.EqualTo(InterlockState.Unlocked));

        bench.Wait(17, () => bench.SeeRelay(InterlockState.Unlocked, watts: 1));

        Assert.That(bench.State.Relay.Asked, Is.EqualTo(InterlockState.Locked));
    }

    [Test]
    public void Is_not_asked_for_a_new_session_while_the_spool_is_full()
    {
        var bench = Bench.Printer().Do(new SupervisorEvent.SpoolFull());
        bench.Desire(bench.Twin(1, generation: 1));
        Assert.That(bench.Wants<SupervisorEffect.AskLease>(), Is.False);

        Assert.That(bench.Do(new SupervisorEvent.SpoolOk()).Wants<SupervisorEffect.AskLease>(), Is.True);
        Assert.That(bench.Alarms.Single().Event, Is.EqualTo("spool-full"));
    }
}
