using System.Text;
using Fablab.Bridge.Drivers.Mqtt;

namespace Fablab.Bridge.Tests.Drivers.Mqtt;

public class What_an_MQTT_relay_says
{
    private static readonly MqttRelayOptions Plain = new()
    {
        StateTopic = "lamp/state",
        AvailabilityTopic = "lamp/status",
        PowerTopic = "lamp/power",
        PowerUnit = PowerUnit.KW,
        EnergyTopic = "lamp/energy",
    };

    private static readonly MqttRelayOptions Json = new()
    {
        StateTopic = "zigbee2mqtt/lamp 1",
        StatePath = "state",
        AvailabilityTopic = "zigbee2mqtt/lamp 1/availability",
        AvailabilityPath = "state",
        PowerTopic = "zigbee2mqtt/lamp 1",
        PowerPath = "meter.power",
        EnergyTopic = "zigbee2mqtt/lamp 1",
        EnergyPath = "energy",
    };

    [TestCase("ON", true)]
    [TestCase(" OFF\n", false)]
    public void Is_its_relay_in_the_words_of_the_settings(string payload, bool isOn) => Assert.That(Read(Plain, "lamp/state", payload)!.IsRelayOn, Is.EqualTo(isOn));

    [TestCase("on")]
    [TestCase("unavailable")]
    public void Is_strange_in_other_words(string payload)
    {
        var news = Read(Plain, "lamp/state", payload)!;

        Assert.That((news.IsRelayOn, news.StrangeState), Is.EqualTo(((bool?)null, payload)));
    }

    [TestCase("0.36", 360)]
    [TestCase("-0.36", 360)]
    [TestCase("3.6e-1", 360)]
    [TestCase("nan", null)]
    [TestCase("unknown", null)]
    [TestCase("1e300", null)]
    [TestCase("0,36", null)]
    public void Is_its_power_in_watts_whatever_it_is_told_in(string payload, double? watts) => Assert.That(Read(Plain, "lamp/power", payload)!.Watts, Is.EqualTo(watts).Within(1e-9));

    [TestCase("1.5", 1_500)]
    [TestCase("-1", null)]
    public void Is_its_energy_in_watt_hours(string payload, double? wattHours) => Assert.That(Read(Plain, "lamp/energy", payload)!.WattHours, Is.EqualTo(wattHours));

    [Test]
    public void May_all_be_in_one_message()
    {
        var news = Read(Json, "zigbee2mqtt/lamp 1", """{"state":"ON","meter":{"power":41.5},"energy":"1.2","linkquality":90}""")!;

        Assert.That((news.IsRelayOn, news.Watts, news.WattHours, news.IsOnline), Is.EqualTo(((bool?)true, (double?)41.5, (double?)1_200, (bool?)null)));
    }

    [TestCase("""{"state":null}""")]
    [TestCase("""{"state":{"state":"ON"}}""")]
    [TestCase("""["ON"]""")]
    [TestCase("ON")]
    [TestCase("")]
    public void Is_nothing_where_the_path_leads_nowhere(string payload)
    {
        var news = Read(Json, "zigbee2mqtt/lamp 1", payload)!;

        Assert.That((news.IsRelayOn, news.Watts, news.WattHours), Is.EqualTo(((bool?)null, (double?)null, (double?)null)));
    }

    [Test]
    public void Counts_as_present_only_for_what_the_broker_itself_keeps_true()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Read(Json, "zigbee2mqtt/lamp 1/availability", """{"state":"offline"}""", isRetained: true)!.IsOnline, Is.False);
            Assert.That(Read(Plain, "lamp/status", "online", isRetained: true)!.IsOnline, Is.True);
            Assert.That(Read(Plain, "lamp/state", "ON", isRetained: true), Is.Null);
        }
    }

    [Test]
    public void May_be_anything_at_all()
    {
        var samples = new[] { """{"state":"ON","meter":{"power":41.5},"energy":1.2}""", "ON", "1.5" }.Select(Encoding.UTF8.GetBytes).ToList();
        foreach (var payload in Mutations.Of(samples, 20_000, seed: 7))
        {
            foreach (var (options, topic) in new[] { (Json, "zigbee2mqtt/lamp 1"), (Plain, "lamp/state"), (Plain, "lamp/power"), (Plain, "lamp/energy") })
            {
                var news = MqttRelayNews.Read(options, topic, payload, isRetained: false);
                Assert.That(news?.Watts is null or (>= 0 and <= 1_000_000) && news?.WattHours is null or (>= 0 and <= 1e12), topic);
            }
        }
    }

    private static MqttRelayNews? Read(MqttRelayOptions options, string topic, string payload, bool isRetained = false) =>
        MqttRelayNews.Read(options, topic, Encoding.UTF8.GetBytes(payload), isRetained);
}
