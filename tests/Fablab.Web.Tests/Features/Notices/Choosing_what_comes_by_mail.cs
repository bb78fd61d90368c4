using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using NodaTime;

namespace Fablab.Web.Tests.Features.Notices;

public sealed class Choosing_what_comes_by_mail(StorageProvider provider) : MailTest(provider)
{
    [Test]
    public async Task Leaves_the_notice_on_the_page_and_sends_no_mail()
    {
        var email = await PersonAsync();
        using var maker = await Lab.ClientOfAsync(email);
        using var chosen = await WantsAsync(maker, new { unwanted = new[] { "bookings" } });
        Assert.That(chosen.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await TellAsync(email);
        await TellAsync(email, "handover-accepted");

        await SendAllAsync();

        var shown = await maker.GetFromJsonAsync<JsonElement>("/api/v1/notices");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Mail.To(email).Single().Subject, Does.Contain("your booking was taken over"));
            Assert.That(shown.GetProperty("items").EnumerateArray().Select(notice => notice.GetProperty("code").GetString()), Is.EquivalentTo(["request-approved", "handover-accepted"]));
        }
    }

    [Test]
    public async Task Lets_mail_wait_until_the_quiet_hours_are_over()
    {
        var email = await PersonAsync();
        using var maker = await Lab.ClientOfAsync(email);
        using var chosen = await WantsAsync(maker, new { unwanted = Array.Empty<string>(), quietFrom = Paris(-1), quietUntil = Paris(+1) });
        Assert.That(chosen.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await TellAsync(email);

        await SweepAsync();
        Lab.Clock.Advance(TimeSpan.FromMinutes(59));
        await SweepAsync();
        var during = await StateAsync(email);
        Lab.Clock.Advance(TimeSpan.FromMinutes(1));
        await SendAllAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(during, Is.EqualTo(MailState.Waiting));
            Assert.That(Mail.To(email).Count(), Is.EqualTo(1));
        }
    }

    private string Paris(int hours) => Now.Plus(Duration.FromHours(hours)).InZone(DateTimeZoneProviders.Tzdb["Europe/Paris"]).TimeOfDay.ToString("HH:mm:ss", null);

    [TestCase("""{"unwanted":["weather"]}""")]
    [TestCase("""{"unwanted":[],"quietFrom":"22:00:00"}""")]
    public async Task Refuses_what_it_cannot_keep(string preferences)
    {
        var email = await PersonAsync();
        using var maker = await Lab.ClientOfAsync(email);

        using var answer = await WantsAsync(maker, JsonDocument.Parse(preferences).RootElement);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString(), Is.EqualTo("mail-preferences-refused"));
    }
}
