using Fablab.Bridge.Runtime;
using Fablab.Contracts;
using Microsoft.Extensions.Configuration;

namespace Fablab.Bridge.Tests.Runtime;

public class The_bridge_settings
{
    private Dictionary<string, string?> _settings = null!;

    [SetUp]
    public void Begin() => _settings = new Dictionary<string, string?>
    {
        ["Bridge:Site"] = "lab",
        ["Bridge:Id"] = "bridge-1",
        ["Bridge:Key"] = BridgeKey.Create().Reveal(),
        ["Bridge:Server"] = "http://127.0.0.1:5080/",
        ["Bridge:Machines:0:Code"] = "printer-1",
        ["Bridge:Machines:0:HazardClass"] = "R",
        ["Bridge:Machines:0:JobControl:Kind"] = "octoprint",
        ["Bridge:Machines:0:JobControl:Address"] = "http://127.0.0.1:5000/",
        ["Bridge:Machines:0:JobControl:ApiKey"] = "0123456789abcdef",
        ["Bridge:Machines:1:Code"] = "cnc-1",
        ["Bridge:Machines:1:JobControl:Kind"] = "grbl",
        ["Bridge:Machines:1:JobControl:Address"] = "tcp://127.0.0.1:2323",
        ["Bridge:Machines:1:Interlock:Kind"] = "tasmota",
        ["Bridge:Machines:1:Interlock:Topic"] = "plug-cnc-1",
    };

    [Test]
    public void Compose_machines_from_their_devices()
    {
        var read = Read();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Address, Is.EqualTo(new BridgeAddress("lab", "bridge-1")));
            Assert.That(read.Machines[0].Setup, Has.Property("HazardClass").EqualTo(HazardClass.R).And.Property("HasJobControl").True.And.Property("HasInterlock").False);
            Assert.That(read.Machines[1].Setup.HazardClass, Is.EqualTo(HazardClass.H), "the strictest when nothing is said");
        }
    }

    [TestCase("Bridge:Site", "Not A Code", "Bridge:Site")]
    [TestCase("Bridge:Key", "short", "Bridge:Key")]
    [TestCase("Bridge:Server", "lab.example", "Bridge:Server")]
    [TestCase("Bridge:Broker:Port", "70000", "Bridge:Broker:Port")]
    [TestCase("Bridge:KeepDays", "0", "Bridge:KeepDays")]
    [TestCase("Bridge:KeepDays", "many", "KeepDays")]
    [TestCase("Bridge:Machines:0:JobControl:Kind", "teleport", "Bridge:Machines:0:JobControl:Kind")]
    [TestCase("Bridge:Machines:0:JobControl:ApiKey", "x", "ApiKey")]
    [TestCase("Bridge:Machines:1:Code", "printer-1", "Bridge:Machines")]
    [TestCase("Bridge:Machines:1:ActiveWatts", "-1", "Bridge:Machines:1:ActiveWatts")]
    [TestCase("Bridge:Machines:0:LearnIdleWatts", "perhaps", "LearnIdleWatts")]
    [TestCase("Bridge:Machines:1:ActiveWatts", "much", "Bridge:Machines:1:ActiveWatts")]
    [TestCase("Bridge:Machines:0:LearnIdleWatts", "true", "there is no Interlock whose meter")]
    [TestCase("Bridge:Machines:0:HazardClass", "H", "Bridge:Machines:0:Interlock")]
    public void That_are_wrong_stop_the_start_and_are_named(string setting, string value, string named)
    {
        _settings[setting] = value;

        Assert.That(Read, Throws.InstanceOf<BridgeSettingsException>().With.Message.Contains(named));
    }

    [Test]
    public void Take_a_limit_of_power_or_learn_it()
    {
        _settings["Bridge:Machines:1:LearnIdleWatts"] = "true";
        Assert.That(Read().Machines[1].Setup.LearnsIdleWatts);

        _settings["Bridge:Machines:1:ActiveWatts"] = "100";
        Assert.That(Read, Throws.InstanceOf<BridgeSettingsException>().With.Message.Contains("say the limit or let it be learned"));
    }

    [Test]
    public void Never_show_the_key()
    {
        _settings["Bridge:Site"] = "";

        Assert.That(Read, Throws.InstanceOf<BridgeSettingsException>().With.Message.Not.Contains(_settings["Bridge:Key"]!));
    }

    private BridgeSettings Read() => BridgeSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(_settings).Build().GetSection(BridgeOptions.Section), KnownDrivers.Create());
}
