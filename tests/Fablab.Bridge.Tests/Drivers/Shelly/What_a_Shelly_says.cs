using System.Text;
using System.Text.Json.Nodes;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.Shelly;

namespace Fablab.Bridge.Tests.Drivers.Shelly;

public class What_a_Shelly_says
{
    /// <summary>Broken messages in the normal run; the same for the same seed.</summary>
    private const int Messages = 20_000;

    private const int Seed = 20_261_130;

    private static readonly ShellyOptions Options = new() { Topic = "p" };

    /// <summary>As Shelly's documentation shows them.</summary>
    private static readonly string[] Samples =
    [
        """{"src":"shellyplus1pm-a8032ab12345","dst":"p/events","method":"NotifyStatus","params":{"ts":1795465450.12,"switch:0":{"id":0,"output":true,"source":"MQTT","timer_started_at":1795465450.1,"timer_duration":12}}}""",
        """{"src":"shellyplus1pm-a8032ab12345","dst":"p/events","method":"NotifyStatus","params":{"ts":1795465450.12,"switch:0":{"id":0,"apower":418.9,"current":1.83}}}""",
        """{"src":"shellyplus1pm-a8032ab12345","dst":"p/events","method":"NotifyStatus","params":{"ts":1795465500.00,"switch:0":{"id":0,"aenergy":{"by_minute":[6987.1,6991.8,0.0],"minute_ts":1795465440,"total":1234.567}}}}""",
        """{"src":"shellyplus1pm-a8032ab12345","dst":"p/events","method":"NotifyEvent","params":{"ts":1795465500.00,"events":[{"component":"switch:0","id":0,"event":"config_changed","restart_required":false,"ts":1795465500.00}]}}""",
        """{"id":2,"src":"shellyplus1pm-a8032ab12345","dst":"p/reply","result":{"id":0,"source":"timer","output":false,"apower":0.0,"voltage":230.1,"current":0.0,"aenergy":{"total":1234.567,"by_minute":[0.0,0.0,0.0],"minute_ts":1795465440},"temperature":{"tC":42.1,"tF":107.8},"errors":["overpower"]}}""",
        """{"id":3,"src":"shellyplus1pm-a8032ab12345","dst":"p/reply","result":{"id":0,"name":null,"in_mode":"follow","initial_state":"restore_last","auto_on":false,"auto_off":false}}""",
        """{"id":1,"src":"shellyplus1pm-a8032ab12345","dst":"p/reply","result":{"switch:0":{"id":0,"output":true,"apower":60.0,"aenergy":{"total":1.0}},"sys":{"uptime":5}}}""",
        """{"id":4,"src":"shellyplus1pm-a8032ab12345","dst":"p/reply","error":{"code":-105,"message":"Argument 'id', value 7 not found!"}}""",
    ];

    [TestCase(0, true, null, null)]
    [TestCase(1, null, 418.9, null)]
    [TestCase(2, null, null, 1234.567)]
    public void In_a_part_leaves_out_what_has_not_changed(int sample, bool? isOn, double? watts, double? wattHours)
    {
        var relay = ((ShellyNews.Notified)Read("p/events/rpc", Samples[sample])!).Relay!;

        Assert.That((relay.IsOn, relay.Watts, relay.WattHours), Is.EqualTo((isOn, watts, wattHours)));
    }

    [TestCase("p/online", "true", true)]
    [TestCase("p/online", "false", false)]
    public void Counts_when_it_is_its_last_will_even_if_the_broker_kept_it(string topic, string payload, bool isOnline) =>
        Assert.That(Read(topic, payload, isRetained: true), Is.EqualTo(new ShellyNews.Online(isOnline)));

    [Test]
    public void Does_not_count_when_the_broker_kept_it_of_an_earlier_time() =>
        Assert.That(Read("p/events/rpc", Samples[0], isRetained: true), Is.Null);

    [TestCase("q/events/rpc")]
    [TestCase("p/rpc")]
    [TestCase("p/status/switch:0")]
    public void Under_other_names_is_not_its_word(string topic) => Assert.That(Read(topic, Samples[0]), Is.Null);

    [TestCase(-420.0, 420.0)]
    [TestCase(1e9, null)]
    public void Of_its_power_is_how_much_flows_whichever_way(double told, double? watts)
    {
        var report = RelayReport.From(LooseJson.Parse(Encoding.UTF8.GetBytes(new JsonObject { ["apower"] = told }.ToJsonString()))!.Value);

        Assert.That(report.Watts, Is.EqualTo(watts));
    }

    [Test]
    public void In_answer_to_an_earlier_question_is_no_read_back()
    {
        var state = Step(new ShellyState(), new ShellyEvent.Started(1)).State;
        var question = Step(state, new ShellyEvent.Wished(InterlockState.Unlocked)).State.NextId - 1;

        var answered = Step(state, new ShellyEvent.Heard(Read("p/reply/rpc", Samples[6])!)).State;

        Assert.That(answered.RelayReadBy, Is.LessThan(question));
    }

    [Test]
    public void Twice_under_one_number_counts_once()
    {
        var state = Step(new ShellyState(), new ShellyEvent.Started(3)).State;
        state = Step(state, new ShellyEvent.Heard(Read("p/reply/rpc", Samples[6].Replace("\"id\":1", "\"id\":3", StringComparison.Ordinal))!)).State;
        var again = Step(state, new ShellyEvent.Heard(Read("p/reply/rpc", Samples[6].Replace("\"id\":1", "\"id\":3", StringComparison.Ordinal).Replace("true", "false", StringComparison.Ordinal))!)).State;

        Assert.That(again.IsRelayOn, Is.True);
    }

    [Test]
    public void Never_breaks_the_picture_however_broken_it_is()
    {
        var samples = Samples.Select(Encoding.UTF8.GetBytes).ToList();
        var random = new Random(Seed);
        var state = Step(new ShellyState(), new ShellyEvent.Started(1)).State;
        var now = TimeSpan.Zero;
        var commands = 0;
        foreach (var payload in Mutations.Of(samples, Messages, Seed))
        {
            now += TimeSpan.FromMilliseconds(50);
            var numbered = Renumber(payload, state, random);
            foreach (var topic in new[] { "p/events/rpc", "p/reply/rpc", "p/online" })
            {
                if (ShellyNews.Read(Options, topic, numbered, isRetained: false) is { } news)
                {
                    Take(new ShellyEvent.Heard(news), numbered);
                }
            }

            Take(random.Next(20) == 0 ? new ShellyEvent.Wished(random.Next(2) == 0 ? InterlockState.Locked : InterlockState.Unlocked) : new ShellyEvent.Ticked(), numbered);
        }

        Assert.That(commands, Is.LessThan(Messages), "no message makes it ask without end");

        void Take(ShellyEvent happened, byte[] payload)
        {
            var step = ShellyRelay.Step(state, happened, now, Options);
            state = step.State;
            commands += step.Commands.Count;
            if (state.Picture is { Watts: < 0 } or { WattHours: < 0 } || (state.Picture.State is InterlockState.Locked && state.IsRelayOn is not false) || state.Open.Count > 32)
            {
                Assert.Fail($"{state.Picture} after {Encoding.UTF8.GetString(payload)}");
            }
        }
    }

    /// <summary>Answers to questions that are open reach further than answers to none.</summary>
    private static byte[] Renumber(byte[] payload, ShellyState state, Random random) => state.Open.Count > 0 && payload.AsSpan().StartsWith("{\"id\":"u8)
        ? [.. "{\"id\":"u8, .. Encoding.UTF8.GetBytes($"{state.Open.Keys.ElementAt(random.Next(state.Open.Count))}"), .. payload.SkipWhile(b => b != (byte)',')]
        : payload;

    private static ShellyStep Step(ShellyState state, ShellyEvent happened) => ShellyRelay.Step(state, happened, TimeSpan.FromSeconds(100), Options);

    private static ShellyNews? Read(string topic, string payload, bool isRetained = false) => ShellyNews.Read(Options, topic, Encoding.UTF8.GetBytes(payload), isRetained);
}
