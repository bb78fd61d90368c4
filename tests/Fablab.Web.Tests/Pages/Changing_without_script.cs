using System.Net;
using System.Net.Http.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Fablab.Web.Demo;

namespace Fablab.Web.Tests.Pages;

public class Changing_without_script
{
    private const string Form = "#change";
    private const string Check = "button[value=check]";
    private const string Confirm = "button[value=confirm]";

    private PagesLab lab = null!;

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new PagesLab();

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [Test]
    public async Task Goes_from_my_reservations_over_the_free_times_and_both_prices_to_the_new_time()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        var reservation = await BookedAsync(browser, "printer-1", "2027-03-02T09:00:00Z");
        await browser.GoAsync("/reservations");

        await browser.GoAsync(browser.Page.QuerySelector($"a[href='{reservation}/change']")!.GetAttribute("href")!);
        var free = browser.Text;
        await browser.SendAsync(Form, new() { ["time"] = "13:00", ["minutes"] = "120" }, Check);
        var shown = browser.Text;
        await browser.SendAsync(Form, button: Confirm);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(free, Does.Contain("Free: Tuesday 2 March").And.Contain("00:00–24:00"), "its own time counts as free");
            Assert.That(shown, Does.Contain("Tue 2 Mar, 13:00–15:00").And.Contain("€3.00 excl. VAT, €3.60 incl. VAT").And.Contain("€6.00 excl. VAT, €7.20 incl. VAT"));
            Assert.That(browser.Text, Does.Contain("The reservation is changed.").And.Contain("Tue 2 Mar, 13:00–15:00"));
        }
    }

    [TestCase("en", "This change is not possible", "Taken from Wed 3 Mar, 11:00 to Wed 3 Mar, 12:05.")]
    [TestCase("fr", "Cette modification n’est pas possible", "Pris de mer. 3 mars, 11:00 à mer. 3 mars, 12:05.")]
    public async Task Tells_every_reason_and_what_is_free_instead_and_keeps_what_was_typed(string language, string title, string reason)
    {
        using var other = await lab.OpenAsync(language, DemoIds.SecondMaker);
        var theirs = await BookedAsync(other, "printer-1", "2027-03-03T10:00:00Z");
        using var browser = await lab.OpenAsync(language, DemoIds.Maker);
        var reservation = await BookedAsync(browser, "printer-1", "2027-03-03T07:00:00Z");

        await browser.GoAsync($"{reservation}/change");
        await browser.SendAsync(Form, new() { ["time"] = "11:30" }, Check);
        var (status, text, instead) = (browser.Status, browser.Text, browser.Page.QuerySelector("#check a.opening")!.GetAttribute("href")!);
        var typed = browser.Page.QuerySelector<IHtmlInputElement>("#time")!.Value;
        var mayConfirm = browser.Page.QuerySelector(Confirm) is not null;
        await browser.GoAsync(instead);
        await browser.SendAsync(Form, button: Check);
        await browser.SendAsync(Form, button: Confirm);
        var changed = browser.Address;
        await CancelAsync(other, theirs);
        await CancelAsync(browser, reservation);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(text, Does.Contain(title).And.Contain(reason));
            Assert.That((typed, mayConfirm), Is.EqualTo(("11:30", false)));
            Assert.That(instead, Does.StartWith($"{reservation}/change?start="));
            Assert.That(changed, Is.EqualTo($"{reservation}?done=change"));
        }
    }

    [TestCase("en", "changed meanwhile: it is now Thu 4 Mar, 15:00–16:00")]
    [TestCase("fr", "modifiée entre-temps : elle est maintenant jeu. 4 mars, 15:00–16:00")]
    public async Task Of_what_somebody_changed_meanwhile_is_refused_with_what_it_is_now(string language, string told)
    {
        using var browser = await lab.OpenAsync(language, DemoIds.Maker);
        var reservation = await BookedAsync(browser, "printer-1", "2027-03-04T09:00:00Z");
        await browser.GoAsync($"{reservation}/change");
        await browser.SendAsync(Form, new() { ["time"] = "12:00" }, Check);
        var old = browser.Page;
        using var staff = await lab.OpenAsync("en", DemoIds.AtelierManager);
        await staff.GoAsync($"{reservation}/change");
        var holder = staff.Text;
        await staff.SendAsync(Form, new() { ["time"] = "15:00" }, Check);
        await staff.SendAsync(Form, button: Confirm);

        browser.GoBackTo(old);
        await browser.SendAsync(Form, button: Confirm);
        var (status, text) = (browser.Status, browser.Text);
        await browser.SendAsync(Form, button: Check);
        await browser.SendAsync(Form, button: Confirm);
        var again = browser.Text;
        await CancelAsync(browser, reservation);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(holder, Does.Contain("Booked by"));
            Assert.That(status, Is.EqualTo(HttpStatusCode.PreconditionFailed));
            Assert.That(text, Does.Contain(told));
            Assert.That(again, Does.Contain("12:00–13:00"), "after looking again it goes through");
        }
    }

    [Test]
    public async Task Sent_twice_changes_it_once()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        var reservation = await BookedAsync(browser, "printer-1", "2027-03-05T09:00:00Z");
        await browser.GoAsync($"{reservation}/change");
        await browser.SendAsync(Form, new() { ["minutes"] = "90" }, Check);
        var confirmation = browser.Page;
        await browser.SendAsync(Form, button: Confirm);

        browser.GoBackTo(confirmation);
        await browser.SendAsync(Form, button: Confirm);

        Assert.That((browser.Address, browser.Text.Contains("10:00–11:30", StringComparison.Ordinal)), Is.EqualTo(($"{reservation}?done=change", true)));
    }

    [Test]
    public async Task Asks_a_manager_again_when_the_member_confirms_what_was_shown()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        var reservation = await BookedAsync(browser, "printer-1", "2027-03-09T09:00:00Z");
        await lab.SetRulesAsync("atelier", """[{ "kind": "approval", "whenLongerThan": "3:00:00", "heldFor": "48:00:00" }]""");

        await browser.GoAsync($"{reservation}/change");
        await browser.SendAsync(Form, new() { ["minutes"] = "240" }, Check);
        var shown = browser.Text;
        await browser.SendAsync(Form, button: Confirm);
        await lab.SetRulesAsync("atelier", "[]");

        Assert.That(shown, Does.Contain("You can change it, but mind:").And.Contain("A manager has to approve this"));
        Assert.That(browser.Text, Does.Contain("kept for you until a manager answers"));
    }

    [Test]
    public async Task Keeps_who_comes_along()
    {
        await lab.SetRulesAsync("atelier", """[{ "kind": "people", "atLeast": 2 }]""");
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        using var booked = await browser.Client.PostAsJsonAsync("/api/v1/reservations", new
        {
            Machine = "printer-1",
            Start = "2027-03-10T09:00:00Z",
            End = "2027-03-10T10:00:00Z",
            Company = new[] { new { GuestName = "A friend" } },
        });
        var id = (await booked.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()).GetProperty("id").GetGuid();

        await browser.GoAsync($"/reservations/{id}/change");
        await browser.SendAsync(Form, new() { ["time"] = "14:00" }, Check);
        var shown = browser.Text;
        await browser.SendAsync(Form, button: Confirm);
        await lab.SetRulesAsync("atelier", "[]");

        Assert.That(shown, Does.Not.Contain("people must be there"));
        Assert.That(browser.Text, Does.Contain("The reservation is changed."));
    }

    [Test]
    public async Task Keeps_what_must_be_booked_along_with_it()
    {
        await lab.SetRulesAsync("atelier", $$"""[{ "kind": "companions", "scope": { "machine": "{{DemoIds.Printer1.Value}}" }, "codes": ["room-1"] }]""");
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        var parts = new[] { "printer-1", "room-1" }.Select(machine => new { Machine = machine, Start = "2027-03-15T09:00:00Z", End = "2027-03-15T11:00:00Z" });
        using var booked = await browser.Client.PostAsJsonAsync("/api/v1/reservation-bundles", new { Parts = parts });
        var id = (await booked.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()).GetProperty("reservations")[0].GetProperty("id").GetGuid();

        await browser.GoAsync($"/reservations/{id}/change");
        await browser.SendAsync(Form, new() { ["time"] = "14:00" }, Check);
        var away = browser.Text;
        await browser.SendAsync(Form, new() { ["time"] = "10:30", ["minutes"] = "90" }, Check);
        await browser.SendAsync(Form, button: Confirm);
        await lab.SetRulesAsync("atelier", "[]");

        Assert.That(away, Does.Contain("“Meeting room” must be booked along with it"));
        Assert.That(browser.Text, Does.Contain("The reservation is changed.").And.Contain("Mon 15 Mar, 10:30–12:00"));
    }

    [TestCase("en", "free of charge until Sun 14 Feb, 10:00. Using the reservation costs no more for it; cancelling it or not coming costs at least €1.50 excl. VAT.")]
    [TestCase("fr", "sans frais jusqu’à dim. 14 févr., 10:00. Utiliser la réservation ne coûte rien de plus ; l’annuler ou ne pas venir coûte au moins 1,50 € HT.")]
    public async Task Tells_what_stays_owed_when_the_time_is_given_up_late(string language, string told)
    {
        await lab.SetRulesAsync("atelier", """[{ "kind": "cancellation", "terms": { "deadline": "720:00:00", "lateFee": { "kind": "share", "percent": 50 } } }]""");
        using var browser = await lab.OpenAsync(language, DemoIds.Maker);
        var reservation = await BookedAsync(browser, "printer-1", "2027-03-16T09:00:00Z");
        await lab.SetRulesAsync("atelier", "[]");

        await browser.GoAsync($"{reservation}/change");
        await browser.SendAsync(Form, new() { ["minutes"] = "120" }, Check);
        var longer = browser.Text;
        await browser.SendAsync(Form, new() { ["time"] = "13:00" }, Check);
        var later = browser.Text;
        await CancelAsync(browser, reservation);

        Assert.That(later.Replace('\u00a0', ' ').Replace('\u202f', ' '), Does.Contain(told));
        Assert.That(longer, Does.Not.Contain("1.50").And.Not.Contain("1,50"));
    }

    [TestCase(DemoIds.SecondMaker)]
    [TestCase(DemoIds.CampusManager)]
    public async Task Of_somebody_elses_reservation_does_not_exist(string email)
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        var reservation = await BookedAsync(browser, "printer-1", "2027-03-11T09:00:00Z");
        using var other = await lab.OpenAsync("en", email);

        await other.GoAsync($"{reservation}/change");
        await CancelAsync(browser, reservation);

        Assert.That(other.Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [TestCase("en", "can no longer be changed")]
    [TestCase("fr", "ne peut plus être modifiée")]
    public async Task Of_one_that_is_over_says_so(string language, string told)
    {
        using var browser = await lab.OpenAsync(language, DemoIds.Maker);
        var reservation = await BookedAsync(browser, "printer-1", "2027-03-12T09:00:00Z");
        await CancelAsync(browser, reservation);

        await browser.GoAsync($"{reservation}/change");

        Assert.That((browser.Status, browser.Page.QuerySelector(Form)), Is.EqualTo((HttpStatusCode.Conflict, (IElement?)null)));
        Assert.That(browser.Text, Does.Contain(told));
    }

    [Test]
    public async Task Lets_one_that_is_used_end_later_and_nothing_else()
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        var reservation = await BookedAsync(browser, "room-1", "2027-03-01T08:05:00Z");
        await browser.GoAsync(reservation);
        await browser.SendAsync("#act", button: "button[value=check-in]");

        await browser.GoAsync($"{reservation}/change");
        var shown = browser.Text;
        var longer = browser.Page.QuerySelectorAll<IHtmlOptionElement>("#minutes option").Single(option => option.Text.Contains("until 10:35", StringComparison.Ordinal)).Value;
        await browser.SendAsync(Form, new() { ["minutes"] = longer }, Check);
        await browser.SendAsync(Form, button: Confirm);
        var changed = browser.Address;
        await browser.SendAsync("#act", button: "button[value=end]");

        Assert.That(shown, Does.Contain("It has begun, so it can only end later.").And.Contain("Nobody follows within a day."));
        Assert.That(changed, Is.EqualTo($"{reservation}?done=change"));
    }

    [TestCase("9999-12-31", "10:00", "60")]
    [TestCase("2027-03-28", "02:30", "60")]
    [TestCase("2027-03-10", "10:00", "2147483647")]
    [TestCase("soon", "early", "long")]
    public async Task Of_a_time_that_is_none_says_so(string date, string time, string minutes)
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);
        var reservation = await BookedAsync(browser, "printer-2", "2027-03-16T09:00:00Z");
        await browser.GoAsync($"{reservation}/change");

        await browser.SendAsync(Form, new() { ["date"] = date, ["time"] = time, ["minutes"] = minutes }, Check);
        var status = browser.Status;
        await CancelAsync(browser, reservation);

        Assert.That(status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
    }

    private static async Task<string> BookedAsync(Browser browser, string machine, string start)
    {
        await browser.GoAsync($"/machines/{machine}/book?start={start}&minutes=60");
        await browser.SendAsync("form[action$='/book']", button: Check);
        await browser.SendAsync("form[action$='/book']", button: Confirm);
        Assert.That(browser.Address, Does.EndWith("?done=booked"), browser.Text);
        return browser.Address.Split('?')[0];
    }

    private static async Task CancelAsync(Browser browser, string reservation)
    {
        await browser.GoAsync(reservation);
        await browser.SendAsync("#act", button: "button[value=cancel]");
    }
}
