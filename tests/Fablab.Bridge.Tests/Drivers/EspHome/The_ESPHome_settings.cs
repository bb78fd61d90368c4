using Fablab.Bridge.Runtime;
using Microsoft.Extensions.Configuration;

namespace Fablab.Bridge.Tests.Drivers.EspHome;

public class The_ESPHome_settings
{
    [Test]
    public void Need_a_topic_and_the_time_after_which_the_relay_opens_by_itself() =>
        Assert.That(Problems(("Topic", "esphome/relay-laser-1"), ("SwitchesOffAfterSeconds", "12")), Is.Empty);

    [TestCase("Topic", "")]
    [TestCase("Topic", "esphome/#")]
    [TestCase("Switch", "Relay 1")]
    [TestCase("Switch", "")]
    [TestCase("CommandTopic", "cmnd/+/POWER")]
    [TestCase("PowerSensor", "a/b")]
    [TestCase("SwitchesOffAfterSeconds", "")]
    [TestCase("SwitchesOffAfterSeconds", "0")]
    [TestCase("SwitchesOffAfterSeconds", "60")]
    [TestCase("EnergyUnit", "7")]
    [TestCase("ReadBackSeconds", "0")]
    [TestCase("SilenceSeconds", "5")]
    [TestCase("StuckContactWatts", "0")]
    public void Name_what_is_out_of_bounds(string setting, string value) =>
        Assert.That(Problems(("Topic", "esphome/relay-laser-1"), ("SwitchesOffAfterSeconds", "12"), (setting, value)), Has.One.Contains(setting));

    private static List<string> Problems(params (string Setting, string Value)[] settings)
    {
        var values = new Dictionary<string, string?> { ["Interlock:Kind"] = "esphome" };
        foreach (var (setting, value) in settings)
        {
            values[$"Interlock:{setting}"] = value;
        }

        return [.. KnownDrivers.Create().Check(null, new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection("Interlock"))];
    }
}
