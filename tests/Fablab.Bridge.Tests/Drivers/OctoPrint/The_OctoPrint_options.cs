using Fablab.Bridge.Drivers.OctoPrint;

namespace Fablab.Bridge.Tests.Drivers.OctoPrint;

public class The_OctoPrint_options
{
    [Test]
    public void Are_fine_with_an_address_and_a_key()
    {
        var result = new OctoPrintOptionsValidator().Validate(null, Options());

        Assert.That(result.Failed, Is.False, result.FailureMessage);
    }

    [Test]
    public void Name_the_setting_that_is_wrong()
    {
        var options = Options();
        options.Address = null;
        options.SilenceLimit = TimeSpan.FromSeconds(1);
        options.Retries = 0;

        var result = new OctoPrintOptionsValidator().Validate(null, options);

        Assert.That(
            result.FailureMessage,
            Does.Contain(nameof(options.Address)).And.Contain(nameof(options.SilenceLimit)).And.Contain(nameof(options.Retries)));
    }

    private static OctoPrintOptions Options() => new() { Address = new Uri("http://printer-1.lan/"), ApiKey = "a-key-of-an-application" };
}
