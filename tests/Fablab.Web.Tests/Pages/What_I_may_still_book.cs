using System.Net.Http.Json;
using Fablab.Web.Demo;

namespace Fablab.Web.Tests.Pages;

/// <summary>Quotas and limits in plain words, among my reservations. It is Monday, 1 March 2027.</summary>
public class What_I_may_still_book
{
    private const string Rules = """
        [
          { "kind": "quota", "mostTime": "6:00:00", "period": "week", "per": "category", "scope": { "category": "printer3D" } },
          { "kind": "quota", "mostBookings": 1, "period": "month", "scope": { "category": "cncMill" } },
          { "kind": "open-bookings", "mostTime": "2:00:00" }
        ]
        """;

    private PagesLab lab = null!;

    [OneTimeSetUp]
    public async Task Open_a_lab_with_limits()
    {
        lab = new PagesLab();
        await lab.SetRulesAsync("atelier", Rules);
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        var start = lab.Clock.GetUtcNow().AddDays(1).UtcDateTime;
        using var booked = await browser.Client.PostAsJsonAsync("/api/v1/reservations", new { machine = "printer-1", start, end = start.AddHours(2) });
        booked.EnsureSuccessStatusCode();
    }

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [TestCase("en", "4 h left", "2 h of 6 h used", "This week, until Sunday 7 March included", "1 booking left", "0 of 1 booking used", "Nothing left")]
    [TestCase("fr", "Il reste 4 h", "2 h sur 6 h utilisées", "Cette semaine, jusqu’au dimanche 7 mars inclus", "Il reste 1 réservation", "0 réservation utilisée sur 1", "Plus rien de disponible")]
    public async Task Is_told_in_plain_words(string language, params string[] expected)
    {
        using var browser = await lab.OpenAsync(language, DemoIds.Maker);

        await browser.GoAsync("/reservations");

        var told = browser.Page.QuerySelector("section[aria-labelledby=limits]")!.TextContent.Replace('\u00a0', ' ');
        using (Assert.EnterMultipleScope())
        {
            foreach (var words in expected)
            {
                Assert.That(told, Does.Contain(words));
            }
        }
    }

    [Test]
    public async Task Is_not_mentioned_where_nothing_is_limited()
    {
        using var free = new PagesLab();
        using var browser = await free.OpenAsync("en", DemoIds.Maker);

        await browser.GoAsync("/reservations");

        Assert.That(browser.Page.QuerySelector("section[aria-labelledby=limits]"), Is.Null);
    }
}
