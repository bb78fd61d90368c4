using Fablab.Bridge.Runtime;
using Microsoft.Extensions.Configuration;

namespace Fablab.Bridge.Tests.Drivers.Shelly;

public class The_Shelly_settings
{
    [Test]
    public void Need_only_a_topic() => Assert.That(Problems(("Topic", "shelly/laser-1")), Is.Empty);

    [TestCase("Topic", "")]
    [TestCase("Topic", "shelly/#")]
    [TestCase("Topic", "+")]
    [TestCase("DeadManSeconds", "13")]
    [TestCase("ReadBackSeconds", "0")]
    [TestCase("SilenceSeconds", "5")]
    [TestCase("Channel", "8")]
    [TestCase("StuckContactWatts", "0")]
    public void Name_what_is_out_of_bounds(string setting, string value) =>
        Assert.That(Problems(("Topic", "shelly/laser-1"), (setting, value)), Has.One.Contains(setting));

    private static List<string> Problems(params (string Setting, string Value)[] settings)
    {
        var values = new Dictionary<string, string?> { ["Interlock:Kind"] = "shelly" };
        foreach (var (setting, value) in settings)
        {
            values[$"Interlock:{setting}"] = value;
        }

        var section = new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection("Interlock");
        return [.. KnownDrivers.Create().Check(null, section)];
    }
}
