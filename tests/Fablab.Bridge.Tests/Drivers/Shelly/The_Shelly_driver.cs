using Fablab.Bridge.Drivers;

namespace Fablab.Bridge.Tests.Drivers.Shelly;

public class The_Shelly_driver
{
    private const string On = """Switch.Set {"id":0,"on":true,"toggle_after":12}""";
    private const string Off = """Switch.Set {"id":0,"on":false}""";
    private const string Question = """Switch.GetStatus {"id":0}""";

    [Test]
    public async Task Listens_to_its_own_device_alone_and_keeps_it_from_switching_on_by_itself()
    {
        await using var lab = await new ShellyOnWire().StartAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(lab.Filters, Is.EquivalentTo(new[] { "shelly/laser-1/online", "shelly/laser-1/events/rpc", "shelly/laser-1/reply/rpc" }));
            Assert.That(lab.Commands, Is.SupersetOf(new[] { "Shelly.GetStatus", """Switch.GetConfig {"id":0}""", """Switch.SetConfig {"id":0,"config":{"initial_state":"off","auto_on":false}}""" }));
        }
    }

    [Test]
    public async Task Unlocks_and_locks_and_answers_with_what_was_read_back()
    {
        await using var lab = await new ShellyOnWire().StartAsync();
        lab.Commands.Clear();

        var unlocked = await lab.SetAsync(InterlockState.Unlocked);
        var isOn = lab.Plug.IsRelayOn;
        var locked = await lab.SetAsync(InterlockState.Locked);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((unlocked, locked), Is.EqualTo((InterlockState.Unlocked, InterlockState.Locked)));
            Assert.That((isOn, lab.Plug.IsRelayOn), Is.EqualTo((true, false)));
            Assert.That(lab.Commands, Is.EqualTo(new[] { On, Question, Off, Question }));
            Assert.That(lab.IsAnythingRetained, Is.False, "a retained command would come again at every reconnect");
        }
    }

    [Test]
    public async Task Leaves_a_machine_that_locks_itself_when_nobody_renews()
    {
        await using var lab = await new ShellyOnWire().StartAsync();
        await lab.SetAsync(InterlockState.Unlocked);

        lab.Pass(11);
        var wasOn = lab.Plug.IsRelayOn;
        lab.Pass(2);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(wasOn);
            Assert.That(lab.Plug.IsRelayOn, Is.False);
            Assert.That((await lab.LookAsync()).State, Is.EqualTo(InterlockState.Locked));
        }
    }

    [Test]
    public async Task Keeps_a_machine_unlocked_by_renewing()
    {
        await using var lab = await new ShellyOnWire().StartAsync();

        for (var renewal = 0; renewal < 20; renewal++)
        {
            Assert.That(await lab.SetAsync(InterlockState.Unlocked), Is.EqualTo(InterlockState.Unlocked));
            lab.Pass(3);
            Assert.That(lab.Plug.IsRelayOn);
        }
    }

    [Test]
    public async Task Opens_a_relay_that_knows_no_dead_man_and_says_so()
    {
        await using var lab = await new ShellyOnWire().StartAsync();
        lab.Plug.Inject("no-timers");

        var answer = lab.Driver.SetAsync(InterlockState.Unlocked, lab.Limit);
        lab.Deliver();
        lab.Pass(3);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await answer, Is.EqualTo(InterlockState.Locked));
            Assert.That(lab.Plug.IsRelayOn, Is.False);
            Assert.That(lab.Log.Lines, Has.Some.Contains("without a dead-man timer"));
        }
    }

    [Test]
    public async Task Opens_what_a_person_closed_at_the_button()
    {
        await using var lab = await new ShellyOnWire().StartAsync();

        lab.Plug.Inject("button");
        lab.Deliver();
        var pressed = await lab.LookAsync();
        lab.Pass(11);

        Assert.That((pressed.State, lab.Plug.IsRelayOn), Is.EqualTo((InterlockState.Unlocked, false)));
    }

    [Test]
    public async Task Does_not_unlock_a_device_that_could_switch_on_by_itself()
    {
        await using var lab = new ShellyOnWire();
        lab.Plug.Inject("locked-settings");
        await lab.StartAsync();
        lab.Pass(130);
        var corrections = lab.Commands.Count(command => command.StartsWith("Switch.SetConfig", StringComparison.Ordinal));
        lab.Commands.Clear();

        await Assert.ThatAsync(() => lab.Driver.SetAsync(InterlockState.Unlocked, lab.Limit), Throws.TypeOf<MachineUnreachableException>().With.Message.Contains("initial_state"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(lab.Commands, Has.No.Member(On));
            Assert.That(corrections, Is.LessThanOrEqualTo(3), "once a minute");
            Assert.That(lab.Log.Lines, Has.Some.Contains("could switch on by itself"));
            Assert.That(await lab.SetAsync(InterlockState.Locked), Is.EqualTo(InterlockState.Locked), "locking is never refused");
        }
    }

    [Test]
    public async Task Does_not_know_a_relay_that_does_not_answer_and_the_device_locks_by_itself()
    {
        await using var lab = await new ShellyOnWire().StartAsync();
        await lab.SetAsync(InterlockState.Unlocked);
        lab.IsCut = true;

        var answer = await lab.SetAsync(InterlockState.Locked);
        lab.Pass(13);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer, Is.EqualTo(InterlockState.Unknown));
            Assert.That((await lab.LookAsync()).State, Is.EqualTo(InterlockState.Unknown));
            Assert.That(lab.Plug.IsRelayOn, Is.False);
        }
    }

    [Test]
    public async Task Reports_a_welded_contact_as_unlocked_and_as_locked_once_it_opens()
    {
        await using var lab = await new ShellyOnWire().StartAsync();
        await lab.SetAsync(InterlockState.Unlocked);
        lab.Plug.Weld(true);
        await lab.SetAsync(InterlockState.Locked);

        lab.Pass(6);
        var welded = await lab.LookAsync();
        var answer = await lab.SetAsync(InterlockState.Locked);
        lab.Plug.Weld(false);
        lab.Pass(10);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(welded.State, Is.EqualTo(InterlockState.Unlocked));
            Assert.That(welded.Watts, Is.GreaterThan(5));
            Assert.That(answer, Is.EqualTo(InterlockState.Unlocked), "the relay's word does not count against the meter");
            Assert.That((await lab.LookAsync()).State, Is.EqualTo(InterlockState.Locked));
        }
    }

    [Test]
    public async Task Finds_the_machine_off_after_a_power_cut()
    {
        await using var lab = await new ShellyOnWire().StartAsync();
        await lab.SetAsync(InterlockState.Unlocked);

        lab.Plug.SetMains(false);
        lab.Say("shelly/laser-1/online", "false", isRetained: true);
        var gone = await lab.LookAsync();
        lab.Pass(5);
        lab.Plug.SetMains(true);
        lab.Plug.Announce();
        lab.Deliver();
        var back = await lab.LookAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((gone.Link, gone.State, gone.Watts), Is.EqualTo((LinkState.Down, InterlockState.Unknown, (double?)null)));
            Assert.That((back.Link, back.State), Is.EqualTo((LinkState.Up, InterlockState.Locked)));
        }
    }

    [Test]
    public async Task Does_not_send_an_unlocking_after_a_device_that_is_gone()
    {
        await using var lab = await new ShellyOnWire().StartAsync();
        lab.Say("shelly/laser-1/online", "false");
        lab.Commands.Clear();

        await Assert.ThatAsync(() => lab.Driver.SetAsync(InterlockState.Unlocked, lab.Limit), Throws.TypeOf<MachineUnreachableException>());

        Assert.That(lab.Commands, Is.Empty);
    }

    [Test]
    public async Task Asks_a_silent_device_before_it_calls_it_stale()
    {
        await using var lab = await new ShellyOnWire().StartAsync();
        lab.IsCut = true;
        lab.Commands.Clear();

        lab.Pass(34);
        var asked = lab.Commands.Count(command => command == Question);
        var before = await lab.LookAsync();
        lab.Pass(1);
        var after = await lab.LookAsync();
        lab.IsCut = false;
        lab.Pass(12);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(asked, Is.GreaterThanOrEqualTo(2));
            Assert.That((before.Link, before.State), Is.EqualTo((LinkState.Up, InterlockState.Locked)));
            Assert.That((after.Link, after.State), Is.EqualTo((LinkState.Stale, InterlockState.Unknown)));
            Assert.That((await lab.LookAsync()).Link, Is.EqualTo(LinkState.Up), "it goes on asking");
        }
    }

    [Test]
    public async Task Reports_power_and_energy_of_a_working_laser_and_a_total_that_people_reset()
    {
        await using var lab = await new ShellyOnWire().StartAsync();
        lab.Plug.SetLoad(360);
        for (var second = 0; second < 99; second += 3)
        {
            await lab.SetAsync(InterlockState.Unlocked);
            lab.Pass(3);
        }

        var working = await lab.LookAsync();
        lab.Say("shelly/laser-1/events/rpc", """{"method":"NotifyStatus","params":{"switch:0":{"id":0,"aenergy":{"total":0.001}}}}""");
        var reset = await lab.LookAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(working.Watts, Is.EqualTo(360));
            Assert.That(working.WattHours, Is.EqualTo(9.9).Within(0.4), "up to one renewal late");
            Assert.That(reset.WattHours, Is.EqualTo(0.001).Within(1e-9), "as the device counts");
            Assert.That(reset.Watts, Is.EqualTo(360), "a part leaves the rest as it was");
        }
    }

    [Test]
    public async Task Hears_of_a_jump_in_power_at_once()
    {
        await using var lab = await new ShellyOnWire().StartAsync();
        lab.Plug.SetLoad(60);
        await lab.SetAsync(InterlockState.Unlocked);
        lab.Pass(1);

        lab.Plug.SetLoad(420);
        lab.Deliver();

        Assert.That((await lab.LookAsync()).Watts, Is.EqualTo(420));
    }

    [Test]
    public async Task Goes_on_after_a_failure_of_its_own()
    {
        await using var lab = await new ShellyOnWire().StartAsync();

        lab.Clock.Stumble();
        Assert.That(() => lab.Pass(1), Throws.Nothing, "it would have ended the process");
        lab.Pass(3);

        Assert.That((await lab.LookAsync()).Link, Is.EqualTo(LinkState.Up));
    }

    [Test]
    public async Task Names_what_a_device_has_when_the_relay_is_not_among_it()
    {
        await using var lab = new ShellyOnWire(options => options.Channel = 2);
        await lab.SeeAsync(_ => true);
        lab.Plug.Announce();
        lab.Deliver();

        Assert.That(lab.Log.Lines, Has.Some.Contains("it has no switch:2; it has switch:0"));
    }

    [Test]
    public async Task Tells_of_a_wrong_channel_once_and_again_only_when_it_has_lasted()
    {
        await using var lab = new ShellyOnWire(options => options.Channel = 2);
        await lab.SeeAsync(_ => true);
        lab.Plug.Announce();
        lab.Deliver();

        lab.Pass(300);
        var told = lab.Log.Lines.Where(line => line.Contains("refused", StringComparison.Ordinal) || line.Contains("it has no", StringComparison.Ordinal)).ToList();
        lab.Pass(330);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(told, Is.Unique, "it is asked every 10 s");
            Assert.That(told, Has.Some.Contains("it refused Relay").And.Some.Contains("it has no switch:2"));
            Assert.That(lab.Log.Lines.Count(line => line.Contains("it refused Relay", StringComparison.Ordinal)), Is.EqualTo(2), "once more after ten minutes");
        }
    }
}
