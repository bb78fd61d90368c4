using Fablab.Bridge.Runtime;
using Microsoft.Extensions.Configuration;

namespace Fablab.Bridge.Tests.Drivers.PrusaLink;

public class The_PrusaLink_settings
{
    [Test]
    public void Need_an_address_and_a_key_or_a_password() => Assert.That(Problems(("Address", "http://mk4-1.lan/"), ("ApiKey", "k")), Is.Empty);

    [TestCase("Address", "")]
    [TestCase("Address", "printer-1.lan:7125")]
    [TestCase("Address", "ftp://printer-1.lan/")]
    [TestCase("Address", "http://me:secret@printer-1.lan/")]
    [TestCase("PollInterval", "00:10:00")]
    [TestCase("SilenceLimit", "00:00:01")]
    [TestCase("Storage", "../x")]
    [TestCase("Password", "both")]
    [TestCase("ApiKey", "")]
    [TestCase("Retries", "0")]
    public void Name_what_is_wrong(string setting, string value)
    {
        var problems = Problems(("Address", "http://mk4-1.lan/"), ("ApiKey", "k"), (setting, value));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(problems, Has.One.Contains(setting));
            Assert.That(problems, Has.None.Contains("secret"));
        }
    }

    private static List<string> Problems(params (string Setting, string Value)[] settings)
    {
        var values = new Dictionary<string, string?> { ["JobControl:Kind"] = "prusalink" };
        foreach (var (setting, value) in settings)
        {
            values[$"JobControl:{setting}"] = value;
        }

        var section = new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection("JobControl");
        return [.. KnownDrivers.Create().Check(section, null)];
    }
}
