using Fablab.Bridge.Drivers;

namespace Fablab.Bridge.Tests.Drivers.Tasmota;

public class The_Tasmota_driver
{
    [Test]
    public async Task Listens_to_its_own_plug_alone_and_sets_it_up()
    {
        await using var lab = await new PlugOnWire().StartAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(lab.Filters, Is.EquivalentTo(new[] { "stat/plug-laser-1/#", "tele/plug-laser-1/#" }));
            Assert.That(lab.Commands, Is.SupersetOf(new[] { "POWER", "Status 8", "TelePeriod 10", "PowerOnState 0", "PowerDelta 120", "SetOption21 1" }));
        }
    }

    [Test]
    public async Task Unlocks_and_locks_and_answers_with_what_was_read_back()
    {
        await using var lab = await new PlugOnWire().StartAsync();

        var unlocked = await lab.SetAsync(InterlockState.Unlocked);
        var isOn = lab.Plug.IsRelayOn;
        var locked = await lab.SetAsync(InterlockState.Locked);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(unlocked, Is.EqualTo(InterlockState.Unlocked));
            Assert.That(isOn);
            Assert.That(locked, Is.EqualTo(InterlockState.Locked));
            Assert.That(lab.Plug.IsRelayOn, Is.False);
            Assert.That(lab.IsAnythingRetained, Is.False, "a retained command would come again at every reconnect");
        }
    }

    [Test]
    public async Task Goes_on_after_a_failure_of_its_own()
    {
        await using var lab = await new PlugOnWire().StartAsync();

        lab.Clock.Stumble();
        Assert.That(() => lab.Pass(1), Throws.Nothing, "it would have ended the process");
        lab.Plug.Announce();
        lab.IsCut = true;
        lab.Pass(40);

        Assert.That(await lab.SeeAsync(seen => seen.State is InterlockState.Unknown), Has.Property("Link").EqualTo(LinkState.Stale));
    }

    [Test]
    public async Task Speaks_more_often_than_its_longest_silence()
    {
        await using var lab = await new PlugOnWire().StartAsync();

        Assert.That(lab.Driver.LongestSilence, Is.EqualTo(TimeSpan.FromSeconds(9)), "three heartbeats");
    }

    [Test]
    public async Task Leaves_a_machine_that_locks_itself_when_nobody_renews()
    {
        await using var lab = await new PlugOnWire().StartAsync();
        await lab.SetAsync(InterlockState.Unlocked);

        lab.Pass(11);
        var wasOn = lab.Plug.IsRelayOn;
        lab.Pass(1);

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
        await using var lab = await new PlugOnWire().StartAsync();

        for (var renewal = 0; renewal < 20; renewal++)
        {
            await lab.SetAsync(InterlockState.Unlocked);
            lab.Pass(3);
            Assert.That(lab.Plug.IsRelayOn);
        }
    }

    [Test]
    public async Task Does_not_know_a_relay_that_does_not_answer_and_the_plug_locks_by_itself()
    {
        await using var lab = await new PlugOnWire().StartAsync();
        await lab.SetAsync(InterlockState.Unlocked);
        lab.IsCut = true;

        var answer = await lab.SetAsync(InterlockState.Locked);
        lab.Pass(12);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(answer, Is.EqualTo(InterlockState.Unknown));
            Assert.That((await lab.LookAsync()).State, Is.EqualTo(InterlockState.Unknown));
            Assert.That(lab.Plug.IsRelayOn, Is.False);
        }
    }

    [Test]
    public async Task Tells_of_a_relay_that_does_not_answer_when_it_begins_every_ten_minutes_and_when_it_is_over()
    {
        await using var lab = await new PlugOnWire().StartAsync();
        lab.IsCut = true;
        for (var second = 0; second < 24 * 60; second += 3)
        {
            await lab.SetAsync(InterlockState.Locked);
            lab.Pass(1);
        }

        lab.IsCut = false;
        lab.Plug.Announce();
        lab.Deliver();
        await lab.SetAsync(InterlockState.Locked);
        await lab.SetAsync(InterlockState.Locked);

        Assert.That(lab.Log.Lines.Where(line => !line.Contains("link", StringComparison.Ordinal)), Is.EqualTo(new[]
        {
            "Warning Relay plug-laser-1 should be Locked but reads Unknown",
            "Warning Relay plug-laser-1 should be Locked but reads Unknown",
            "Warning Relay plug-laser-1 should be Locked but reads Unknown",
            "Information Relay plug-laser-1 does what it is told again: Locked",
        }));
    }

    [Test]
    public async Task Reports_a_welded_contact_as_unlocked_and_as_locked_once_it_opens()
    {
        await using var lab = await new PlugOnWire().StartAsync();
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
        await using var lab = await new PlugOnWire().StartAsync();
        await lab.SetAsync(InterlockState.Unlocked);

        lab.Plug.SetMains(false);
        lab.Say("tele/plug-laser-1/LWT", "Offline");
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
    public async Task Does_not_send_an_unlocking_after_a_plug_that_is_gone()
    {
        await using var lab = await new PlugOnWire().StartAsync();
        lab.Say("tele/plug-laser-1/LWT", "Offline");
        lab.Commands.Clear();

        await Assert.ThatAsync(() => lab.Driver.SetAsync(InterlockState.Unlocked, lab.Limit), Throws.TypeOf<MachineUnreachableException>());

        Assert.That(lab.Commands, Is.Empty);
    }

    [Test]
    public async Task Asks_a_silent_plug_before_it_calls_it_stale()
    {
        await using var lab = await new PlugOnWire().StartAsync();
        lab.IsCut = true;
        lab.Commands.Clear();

        lab.Pass(34);
        var asked = lab.Commands.Count(command => command == "POWER");
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
    public async Task Shows_a_picture_every_few_seconds_even_if_nothing_changes()
    {
        await using var lab = await new PlugOnWire().StartAsync();

        List<InterlockObservation> seen = [];
        for (var beat = 0; beat < 3; beat++)
        {
            lab.Pass(3);
            seen.Add(await lab.SeeAsync(_ => true));
        }

        Assert.That(seen, Is.All.Matches<InterlockObservation>(picture => picture is { Link: LinkState.Up, State: InterlockState.Locked }));
    }

    [Test]
    public async Task Reports_power_and_energy_of_a_working_laser_and_a_total_that_people_reset()
    {
        await using var lab = await new PlugOnWire().StartAsync();
        lab.Plug.SetLoad(360);
        for (var second = 0; second < 100; second += 10)
        {
            await lab.SetAsync(InterlockState.Unlocked);
            lab.Pass(10);
        }

        var working = await lab.LookAsync();
        lab.Say("tele/plug-laser-1/SENSOR", """{"ENERGY":{"Total":0.001,"Power":360}}""");
        var reset = await lab.LookAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(working.Watts, Is.EqualTo(360));
            Assert.That(working.WattHours, Is.EqualTo(10).Within(1.01), "up to one report late");
            Assert.That(reset.WattHours, Is.EqualTo(1).Within(1e-9), "as the plug counts");
        }
    }

    [Test]
    public async Task Hears_of_a_jump_in_power_at_once()
    {
        await using var lab = await new PlugOnWire().StartAsync();
        lab.Plug.SetLoad(60);
        await lab.SetAsync(InterlockState.Unlocked);
        lab.Pass(1);

        lab.Plug.SetLoad(420);
        lab.Deliver();

        Assert.That((await lab.LookAsync()).Watts, Is.EqualTo(420));
    }

    [Test]
    public async Task Survives_every_payload()
    {
        await using var lab = await new PlugOnWire().StartAsync();
        byte[][] payloads =
        [
            [], [0xff, 0xfe], "null"u8.ToArray(), "[]"u8.ToArray(), "{"u8.ToArray(), "\"\\ud800\""u8.ToArray(),
            "{\"POWER\":7,\"ENERGY\":[1]}"u8.ToArray(), "{\"POWER\":\"\\ud800\"}"u8.ToArray(), "{\"\\ud800\":1,\"ENERGY\":{\"Power\":\"\\ud800\"}}"u8.ToArray(),
            "{\"ENERGY\":{\"Power\":1e999,\"Total\":-1}}"u8.ToArray(), "{\"ENERGY\":{\"Power\":[[1]],\"Total\":\"NaN\"}}"u8.ToArray(),
            "{\"StatusSNS\":{\"ENERGY\":null},\"PulseTime1\":{\"Set\":1e300}}"u8.ToArray(), new byte[1_000_000],
            [.. Enumerable.Repeat((byte)'[', 10_000)],
        ];
        string[] topics =
        [
            "stat/plug-laser-1/POWER", "stat/plug-laser-1/RESULT", "stat/plug-laser-1/STATUS8", "tele/plug-laser-1/SENSOR", "tele/plug-laser-1/STATE",
            "tele/plug-laser-1/LWT", "stat/plug-laser-1", "tele/plug-laser-1/", "tele/plug-laser-1/a/b",
        ];

        foreach (var topic in topics)
        {
            foreach (var payload in payloads)
            {
                lab.Say(topic, payload);
            }
        }

        var picture = await lab.LookAsync();
        Assert.That((picture.Link, picture.State, picture.Watts), Is.EqualTo((LinkState.Up, InterlockState.Locked, (double?)0)));
    }
}
