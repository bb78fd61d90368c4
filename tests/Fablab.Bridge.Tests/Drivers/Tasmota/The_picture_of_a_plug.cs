using System.Text;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.Tasmota;

namespace Fablab.Bridge.Tests.Drivers.Tasmota;

public class The_picture_of_a_plug
{
    private static readonly TasmotaOptions Options = new() { Topic = "p" };

    private readonly List<string> _commands = [];
    private readonly List<string> _notices = [];
    private TasmotaState _state = new();
    private TimeSpan _now;

    [SetUp]
    public void Begin()
    {
        (_state, _now) = (new TasmotaState(), TimeSpan.Zero);
        Happen(new TasmotaEvent.Started());
        _commands.Clear();
        _notices.Clear();
    }

    [Test]
    public void Arms_the_dead_man_before_it_unlocks()
    {
        Happen(new TasmotaEvent.Wished(InterlockState.Unlocked));

        Assert.That(_commands, Is.EqualTo(new[] { "PulseTime 112", "POWER ON" }));
    }

    [Test]
    public void Is_not_known_by_a_wish_but_only_by_what_is_read()
    {
        Hear("stat/p/POWER", "OFF");
        Happen(new TasmotaEvent.Wished(InterlockState.Unlocked));
        var wished = _state.Contact;
        Hear("stat/p/POWER", "ON");

        Assert.That((wished, _state.Contact), Is.EqualTo((InterlockState.Locked, InterlockState.Unlocked)));
    }

    [Test]
    public void Is_down_when_the_plug_was_never_heard()
    {
        Wait(35);

        Assert.That((_state.Link, _state.Contact), Is.EqualTo((LinkState.Down, InterlockState.Unknown)));
    }

    [Test]
    public void Is_unknown_after_a_greeting_until_the_relay_is_read_anew()
    {
        Hear("stat/p/POWER", "ON");
        Wait(5);
        _commands.Clear();
        Hear("tele/p/LWT", "Online");
        var greeted = _state.Contact;
        Hear("stat/p/POWER", "OFF");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(greeted, Is.EqualTo(InterlockState.Unknown));
            Assert.That(_state.Contact, Is.EqualTo(InterlockState.Locked));
            Assert.That(_commands, Is.SupersetOf(new[] { "POWER", "Status 8", "PowerOnState 0" }));
        }
    }

    [Test]
    public void Answers_a_flood_of_greetings_with_one_question()
    {
        Wait(5);
        _commands.Clear();
        for (var greeting = 0; greeting < 1_000; greeting++)
        {
            Hear("tele/p/LWT", "Online");
        }

        Assert.That(_commands, Is.EqualTo(new[] { "POWER", "Status 8" }));
    }

    [Test]
    public void Forgets_a_relay_of_which_a_talking_plug_says_nothing()
    {
        Hear("stat/p/POWER", "OFF");
        for (var second = 0; second < 40; second += 10)
        {
            Hear("tele/p/SENSOR", """{"ENERGY":{"Power":0}}""");
            Wait(10);
        }

        Assert.That((_state.Link, _state.Contact), Is.EqualTo((LinkState.Up, InterlockState.Unknown)));
    }

    [Test]
    public void Does_not_call_a_contact_stuck_for_what_the_meter_shows_right_after_opening()
    {
        Hear("stat/p/POWER", "ON");
        Hear("stat/p/POWER", "OFF");
        Wait(4);
        Hear("tele/p/SENSOR", """{"ENERGY":{"Power":400}}""");
        var early = _state.Contact;
        Wait(1);
        var questions = _commands.TakeLast(2).ToList();
        Hear("stat/p/STATUS8", """{"StatusSNS":{"ENERGY":{"Power":400}}}""");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(early, Is.EqualTo(InterlockState.Locked));
            Assert.That(questions, Is.EqualTo(new[] { "POWER", "Status 8" }), "it looks again when the meter has settled");
            Assert.That(_state.Contact, Is.EqualTo(InterlockState.Unlocked));
            Assert.That(_notices, Has.One.Contains("400 W"));
        }
    }

    [Test]
    public void Does_not_call_a_contact_stuck_for_the_noise_of_a_meter()
    {
        Hear("stat/p/POWER", "OFF");
        Wait(10);
        Hear("tele/p/SENSOR", """{"ENERGY":{"Power":3}}""");

        Assert.That(_state.Contact, Is.EqualTo(InterlockState.Locked));
    }

    [Test]
    public void Says_once_that_the_dead_man_is_not_ours()
    {
        Hear("stat/p/RESULT", """{"PulseTime1":{"Set":112,"Remaining":112}}""");
        Hear("stat/p/RESULT", """{"PulseTime1":{"Set":0,"Remaining":0}}""");
        Hear("stat/p/RESULT", """{"PulseTime1":{"Set":0,"Remaining":0}}""");

        Assert.That(_notices, Has.One.Contains("PulseTime 0"));
    }

    [Test]
    public void Ends_the_same_whatever_is_said_twice()
    {
        Hear("stat/p/POWER", "ON");
        Hear("tele/p/SENSOR", """{"ENERGY":{"Power":100,"Total":1}}""");
        var once = _state.Picture;
        Hear("tele/p/SENSOR", """{"ENERGY":{"Power":100,"Total":1}}""");
        Hear("stat/p/POWER", "ON");

        Assert.That(_state.Picture, Is.EqualTo(once));
    }

    private void Hear(string topic, string payload) =>
        Happen(new TasmotaEvent.Heard(TasmotaNews.Read("p", topic, Encoding.UTF8.GetBytes(payload), isRetained: false)!));

    private void Wait(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            _now += TimeSpan.FromSeconds(1);
            Happen(new TasmotaEvent.Ticked());
        }
    }

    private void Happen(TasmotaEvent happened)
    {
        var step = TasmotaPlug.Step(_state, happened, _now, Options);
        _state = step.State;
        _commands.AddRange(step.Commands.Select(command => $"{command.Name} {command.Payload}".TrimEnd()));
        if (step.Notice is { } notice)
        {
            _notices.Add(notice);
        }
    }
}
