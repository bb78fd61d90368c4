using Fablab.Bridge.Runtime;
using Microsoft.Extensions.Configuration;

namespace Fablab.Bridge.Tests.Drivers.Mqtt;

public class The_MQTT_relay_settings
{
    private static readonly (string Setting, string Value)[] Least = [("StateTopic", "lab/lamp/state"), ("CommandTopic", "lab/lamp/set"), ("SwitchesOffAfterSeconds", "12")];

    [Test]
    public void Need_two_topics_and_the_time_after_which_the_relay_opens_by_itself() => Assert.That(Problems(), Is.Empty);

    [TestCase("StateTopic", "")]
    [TestCase("StateTopic", "lab/+/state")]
    [TestCase("StateTopic", "$SYS/uptime")]
    [TestCase("CommandTopic", "#")]
    [TestCase("CommandTopic", "/lab")]
    [TestCase("QueryTopic", "lab/#")]
    [TestCase("StatePath", "a..b")]
    [TestCase("StatePath", "a.b.c.d.e.f.g.h.i")]
    [TestCase("StateOn", "")]
    [TestCase("CommandOff", "")]
    [TestCase("PowerTopic", "a+b")]
    [TestCase("PowerUnit", "hp")]
    [TestCase("EnergyUnit", "7")]
    [TestCase("SwitchesOffAfterSeconds", "")]
    [TestCase("SwitchesOffAfterSeconds", "5")]
    [TestCase("SwitchesOffAfterSeconds", "300")]
    [TestCase("ReadBackSeconds", "60")]
    [TestCase("SilenceSeconds", "5")]
    [TestCase("StuckContactWatts", "0")]
    public void Name_what_is_out_of_bounds(string setting, string value) => Assert.That(Problems((setting, value)), Has.One.Contains(setting));

    [TestCase("StateOn", "OFF", "must differ")]
    [TestCase("CommandTopic", "lab/lamp/state", "would read as the device's own word")]
    [TestCase("QueryTopic", "lab/lamp/state", "would read as the device's own word")]
    [TestCase("CommandTopic", "fablab/v1/lab/bridge-1/down/cmd/laser-1", "are Fablab's own")]
    [TestCase("PowerPath", "power", "there is no PowerTopic")]
    public void Say_what_does_not_fit_together(string setting, string value, string words) => Assert.That(Problems((setting, value)), Has.One.Contains(words));

    [TestCase("H", "0", false)]
    [TestCase("H", "12", true)]
    [TestCase("L", "0", true)]
    public void Keep_a_relay_that_never_opens_by_itself_from_hazards(string hazardClass, string seconds, bool isFine)
    {
        var values = Settings("Bridge:Machines:0:Interlock", ("SwitchesOffAfterSeconds", seconds));
        foreach (var (setting, value) in new[]
        {
            ("Site", "lab"), ("Id", "bridge-1"), ("Key", new string('A', 43)), ("Server", "http://127.0.0.1/"), ("Machines:0:Code", "lamp-1"), ("Machines:0:HazardClass", hazardClass),
        })
        {
            values[$"Bridge:{setting}"] = value;
        }

        var section = new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection("Bridge");
        Assert.That(
            () => BridgeSettings.Read(section, KnownDrivers.Create()),
            isFine ? Throws.Nothing : Throws.TypeOf<BridgeSettingsException>().With.Message.Contains("does not open by itself when nobody renews"));
    }

    private static List<string> Problems(params (string Setting, string Value)[] settings) =>
        [.. KnownDrivers.Create().Check(null, new ConfigurationBuilder().AddInMemoryCollection(Settings("Interlock", settings)).Build().GetSection("Interlock"))];

    private static Dictionary<string, string?> Settings(string path, params (string Setting, string Value)[] settings)
    {
        var values = new Dictionary<string, string?> { [$"{path}:Kind"] = "mqtt" };
        foreach (var (setting, value) in Least.Concat(settings))
        {
            values[$"{path}:{setting}"] = value;
        }

        return values;
    }
}
