using Fablab.Bridge.Drivers;

namespace Fablab.Bridge.Tests.Drivers.EspHome;

public class The_ESPHome_driver
{
    [Test]
    public async Task Listens_to_its_own_node_alone()
    {
        await using var lab = await new EspHomeOnWire().StartAsync();

        Assert.That(lab.Filters, Is.EquivalentTo(new[]
        {
            "esphome/relay-laser-1/switch/relay/state", "esphome/relay-laser-1/status",
            "esphome/relay-laser-1/sensor/power/state", "esphome/relay-laser-1/sensor/energy/state",
        }));
    }

    [Test]
    public async Task Unlocks_and_locks_and_answers_with_what_was_read_back()
    {
        await using var lab = await new EspHomeOnWire().StartAsync();

        var unlocked = await lab.SetAsync(InterlockState.Unlocked);
        var isOn = lab.Plug.IsRelayOn;
        var locked = await lab.SetAsync(InterlockState.Locked);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((unlocked, locked), Is.EqualTo((InterlockState.Unlocked, InterlockState.Locked)));
            Assert.That((isOn, lab.Plug.IsRelayOn), Is.EqualTo((true, false)));
            Assert.That(lab.Commands, Is.EqualTo(new[] { "ON", "OFF" }));
            Assert.That(lab.IsAnythingRetained, Is.False, "a retained command would come again at every reconnect");
        }
    }

    [Test]
    public async Task Leaves_a_machine_that_locks_itself_when_nobody_renews()
    {
        await using var lab = await new EspHomeOnWire().StartAsync();
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
        await using var lab = await new EspHomeOnWire().StartAsync();

        for (var renewal = 0; renewal < 20; renewal++)
        {
            Assert.That(await lab.SetAsync(InterlockState.Unlocked), Is.EqualTo(InterlockState.Unlocked));
            lab.Pass(3);
            Assert.That(lab.Plug.IsRelayOn);
        }
    }

    [Test]
    public async Task Does_not_know_a_renewed_relay_whose_node_lacks_the_automation()
    {
        await using var lab = await new EspHomeOnWire().StartAsync();
        await lab.SetAsync(InterlockState.Unlocked);
        lab.Plug.Inject("no-automation");

        var answer = lab.Driver.SetAsync(InterlockState.Unlocked, lab.Limit);
        lab.Deliver();
        lab.Pass(3);

        Assert.That(await answer, Is.EqualTo(InterlockState.Unknown), "the node tells of changes only, and what opens the relay is missing with what answers");
    }

    [Test]
    public async Task Finds_the_machine_off_after_a_power_cut()
    {
        await using var lab = await new EspHomeOnWire().StartAsync();
        await lab.SetAsync(InterlockState.Unlocked);

        lab.Plug.SetMains(false);
        lab.Say("esphome/relay-laser-1/status", "offline", isRetained: true);
        var gone = await lab.LookAsync();
        await Assert.ThatAsync(() => lab.Driver.SetAsync(InterlockState.Unlocked, lab.Limit), Throws.TypeOf<MachineUnreachableException>());
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
    public async Task Does_not_believe_what_the_broker_kept_of_an_earlier_time()
    {
        await using var lab = new EspHomeOnWire();
        await lab.SeeAsync(_ => true);

        lab.Say("esphome/relay-laser-1/status", "online", isRetained: true);
        lab.Say("esphome/relay-laser-1/switch/relay/state", "OFF", isRetained: true);

        var seen = await lab.LookAsync();
        Assert.That((seen.Link, seen.State), Is.EqualTo((LinkState.Connecting, InterlockState.Unknown)));
    }

    [Test]
    public async Task Reports_power_and_energy_and_a_welded_contact()
    {
        await using var lab = await new EspHomeOnWire().StartAsync();
        lab.Plug.SetLoad(360);
        for (var second = 0; second < 99; second += 3)
        {
            await lab.SetAsync(InterlockState.Unlocked);
            lab.Pass(3);
        }

        var working = await lab.LookAsync();
        lab.Plug.Weld(true);
        await lab.SetAsync(InterlockState.Locked);
        lab.Pass(8);
        var welded = await lab.LookAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(working.Watts, Is.EqualTo(360));
            Assert.That(working.WattHours, Is.EqualTo(9.9).Within(0.4));
            Assert.That((welded.State, welded.Watts), Is.EqualTo((InterlockState.Unlocked, 360d)), "the relay's word does not count against the meter");
            Assert.That(lab.Log.Lines, Has.Some.Contains("its contact is stuck"));
        }
    }

    [Test]
    public async Task Calls_a_silent_node_stale()
    {
        await using var lab = await new EspHomeOnWire().StartAsync();
        lab.IsCut = true;

        lab.Pass(34);
        var before = await lab.LookAsync();
        lab.Pass(2);
        var after = await lab.LookAsync();
        lab.IsCut = false;
        lab.Pass(11);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((before.Link, before.State), Is.EqualTo((LinkState.Up, InterlockState.Locked)));
            Assert.That((after.Link, after.State), Is.EqualTo((LinkState.Stale, InterlockState.Unknown)));
            Assert.That((await lab.LookAsync()).State, Is.EqualTo(InterlockState.Locked));
        }
    }
}
