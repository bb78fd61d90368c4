using System.Globalization;
using Fablab.Web.Features.Reservations.Using;
using Fablab.Web.Resources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace Fablab.Web.Tests.Pages;

/// <summary>Codes that bridge and desk give as reasons, as the pages say them.</summary>
[TestFixture("en-GB")]
[TestFixture("fr-FR")]
public sealed class The_reasons_in_words(string culture) : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddLogging().AddLocalization().BuildServiceProvider();
    private readonly CultureInfo before = CultureInfo.CurrentUICulture;

    private IStringLocalizer<ReservationTexts> Texts => services.GetRequiredService<IStringLocalizer<ReservationTexts>>();

    [SetUp]
    public void Speak_the_language() => CultureInfo.CurrentUICulture = new(culture);

    [TearDown]
    public void Speak_as_before() => CultureInfo.CurrentUICulture = before;

    [Test]
    public void Have_a_text_for_every_code_that_is_known()
    {
        var said = ReasonsInWords.Leases.Select(code => ReasonsInWords.Lease(Texts, code))
            .Concat(ReasonsInWords.Ends.Select(code => ReasonsInWords.End(Texts, code)))
            .Concat(ReasonsInWords.Jobs.Select(code => ReasonsInWords.Job(Texts, code)));

        // A text that is missing would be its own key, such as Lease.disputed.
        Assert.That(said, Has.All.Not.Match(@"^\w+\.[\w-]+$"));
    }

    [Test]
    public void Keep_a_controllers_own_words_and_stay_general_about_a_code_of_tomorrow()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ReasonsInWords.Job(Texts, "start-refused: Printer is not operational"), Is.EqualTo("start-refused: Printer is not operational"));
            Assert.That(ReasonsInWords.Lease(Texts, "of-tomorrow"), Is.EqualTo(Texts["Lease.other"].Value));
            Assert.That(ReasonsInWords.End(Texts, null), Is.EqualTo(Texts["End.other"].Value));
        }
    }

    public void Dispose() => services.Dispose();
}
