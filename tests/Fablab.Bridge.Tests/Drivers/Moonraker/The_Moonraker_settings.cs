using Fablab.Bridge.Runtime;
using Microsoft.Extensions.Configuration;

namespace Fablab.Bridge.Tests.Drivers.Moonraker;

public class The_Moonraker_settings
{
    [Test]
    public void Need_only_an_address() => Assert.That(Problems(("Address", "http://printer-1.lan:7125/")), Is.Empty);

    [TestCase("Address", "")]
    [TestCase("Address", "printer-1.lan:7125")]
    [TestCase("Address", "ftp://printer-1.lan/")]
    [TestCase("Address", "http://me:secret@printer-1.lan/")]
    [TestCase("PollInterval", "00:10:00")]
    [TestCase("SilenceLimit", "00:00:01")]
    [TestCase("CommandTimeout", "00:00:00")]
    [TestCase("Retries", "0")]
    public void Name_what_is_wrong(string setting, string value)
    {
        var problems = Problems(("Address", "http://printer-1.lan:7125/"), (setting, value));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(problems, Has.One.Contains(setting));
            Assert.That(problems, Has.None.Contains("secret"));
        }
    }

    private static List<string> Problems(params (string Setting, string Value)[] settings)
    {
        var values = new Dictionary<string, string?> { ["JobControl:Kind"] = "moonraker" };
        foreach (var (setting, value) in settings)
        {
            values[$"JobControl:{setting}"] = value;
        }

        var section = new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection("JobControl");
        return [.. KnownDrivers.Create().Check(section, null)];
    }
}
