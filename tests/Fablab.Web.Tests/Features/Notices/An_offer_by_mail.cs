using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Tests.Pages;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Notices;

public sealed partial class An_offer_by_mail(StorageProvider provider) : MailTest(provider)
{
    private int days;

    [Test]
    public async Task Is_taken_with_one_click_and_without_signing_in()
    {
        var (reader, link) = await OfferedAsync();
        using var browser = await OpenAsync();

        await browser.GoAsync(link);
        var (shown, before) = (browser.Text, await HeldOrBookedAsync(reader));
        await browser.SendAsync("form[action^='/offers/']", button: "button[value=accept]");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(shown, Does.Contain("Time is kept for you"));
            Assert.That(before, Is.EqualTo(ReservationState.Held), "opening the link changes nothing");
            Assert.That(browser.Text, Does.Contain("It is booked."));
            Assert.That(await HeldOrBookedAsync(reader), Is.EqualTo(ReservationState.Confirmed));
        }
    }

    [Test]
    public async Task Is_answered_once_and_opens_nothing_else()
    {
        var (_, link) = await OfferedAsync();
        using var browser = await OpenAsync();
        await browser.GoAsync(link);
        var left = browser.Page;
        await browser.SendAsync("form[action^='/offers/']", button: "button[value=decline]");
        var declined = browser.Text;

        browser.GoBackTo(left);
        await browser.SendAsync("form[action^='/offers/']", button: "button[value=accept]");
        var late = browser.Text;
        await browser.GoAsync("/reservations");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(declined, Does.Contain("no longer kept for you"));
            Assert.That(late, Does.Contain("no longer kept for you"));
            Assert.That(browser.Address, Does.StartWith("/sign-in"));
        }
    }

    [Test]
    public async Task That_lapsed_is_no_longer_mailed()
    {
        var waiting = await PersonAsync();
        await OfferAsync(waiting);
        Lab.Clock.Advance(TimeSpan.FromHours(30));

        await SendAllAsync();

        Assert.That(Mail.To(waiting).Where(mail => mail.Subject!.Contains("time is kept", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("nonsense")]
    [TestCase("AAAA")]
    public async Task With_a_made_up_key_is_not_found(string key)
    {
        using var visitor = Lab.Visitor();

        using var answer = await visitor.GetAsync($"/offers/{key}");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private Task<Browser> OpenAsync() => Browser.OpenAsync(Lab.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = true }), "en", null);

    private async Task<(string Reader, string Link)> OfferedAsync()
    {
        var waiting = await PersonAsync();
        await OfferAsync(waiting);
        await SendAllAsync();
        var mail = Mail.To(waiting).Single();
        return (waiting, new Uri(Link().Match(mail.TextBody!).Value).PathAndQuery);
    }

    /// <summary>Somebody books, another one waits for that time, and the first one cancels.</summary>
    private async Task OfferAsync(string waiting)
    {
        var nine = new DateTimeOffset(Lab.Clock.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero).AddDays(3 + (++days * 2)).AddHours(9);
        using var holder = await Lab.ClientOfAsync(await PersonAsync());
        using var reader = await Lab.ClientOfAsync(waiting);
        using var booked = await holder.PostAsJsonAsync("/api/v1/reservations", new { machine = "room-1", start = nine.UtcDateTime, end = nine.AddHours(1).UtcDateTime });
        Assert.That(booked.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        using var joined = await reader.PostAsJsonAsync(
            "/api/v1/waiting-list", new { machine = "room-1", windowStart = nine.UtcDateTime, windowEnd = nine.AddHours(1).UtcDateTime, seconds = 3600 });
        Assert.That(joined.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        using var cancelled = await holder.PostAsync($"{booked.Headers.Location}/cancel", null);
        Assert.That(cancelled.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    private Task<ReservationState> HeldOrBookedAsync(string email) => Lab.WithDbAsync(db => (
        from reservation in db.Reservations
        join user in db.Users on (Guid)(object)reservation.Member equals user.Id
        where user.Email == email
        select reservation.State).SingleAsync());

    [GeneratedRegex(@"http://localhost:5080/offers/\S+")]
    private static partial Regex Link();
}
