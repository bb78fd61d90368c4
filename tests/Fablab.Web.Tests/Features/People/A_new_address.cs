using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Features.Members.Accounts;
using Fablab.Web.Tests.Pages;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.People;

public sealed class A_new_address(StorageProvider provider) : AddressTest(provider)
{
    [Test]
    public async Task Counts_once_its_link_is_opened_and_the_button_pressed()
    {
        var (old, wanted) = (FreshAddress(), FreshAddress());
        using var program = await JoinedAsync(old);
        using var browser = await SignedInAsync(old);
        using var other = await SignedInAsync(old);

        await AskAsync(browser, wanted);
        var asked = browser.Text;
        await browser.GoAsync(await LinkAsync(wanted, Confirm));
        var opened = (browser.Text, await AddressOfAsync(program));
        await browser.SendAsync("form[action^='/change-address/']");
        var done = browser.Text;
        await other.GoAsync("/account");
        var (byOld, byNew) = (await SignInAsync(old), await SignInAsync(wanted.ToUpperInvariant()));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(asked, Does.Contain("Nothing changes before you open it"));
            Assert.That(opened.Text, Does.Contain($"From now on you sign in with {wanted}"));
            Assert.That(opened.Item2, Is.EqualTo(old), "opening a link changes nothing");
            Assert.That(done, Does.Contain("Your address is changed"));
            Assert.That((await AddressOfAsync(program), other.Address), Is.EqualTo((wanted, "/account")), "nobody is signed out");
            Assert.That((byOld, byNew), Is.EqualTo((HttpStatusCode.Unauthorized, HttpStatusCode.Created)));
        }
    }

    [Test]
    public async Task Is_told_to_the_old_mailbox_first_and_to_both_at_the_end_and_stands_in_no_audit()
    {
        var (old, wanted) = (FreshAddress(), FreshAddress());
        using var program = await JoinedAsync(old);
        using var browser = await SignedInAsync(old);
        await AskAsync(browser, wanted);
        await browser.GoAsync(await LinkAsync(wanted, Confirm));
        await browser.SendAsync("form[action^='/change-address/']");
        await SendAllAsync();
        var told = Mail.To(old).Where(mail => mail.Subject == "A change of your address was asked for").Select(mail => mail.TextBody!).Single();
        var id = await IdOfAsync(wanted);
        var audit = await Lab.WithDbAsync(db => db.Audit.AsNoTracking().Where(row => row.Concerns == id).ToListAsync());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(told, Does.Contain("j…@f….example").And.Contain("change your password").And.Not.Contain(wanted));
            Assert.That(Mail.To(old).Last().Subject, Is.EqualTo("Your account has another address now"));
            Assert.That(Mail.To(wanted).Select(mail => mail.Subject), Is.EqualTo([Confirm, "The address of your account was changed"]));
            Assert.That(audit.Select(row => row.Action), Does.Contain("address-change-asked").And.Contain("address-changed"));
            Assert.That(JsonSerializer.Serialize(audit), Does.Not.Contain(old).And.Not.Contain(wanted));
        }
    }

    [Test]
    public async Task Leaves_no_open_invitation_at_the_old_one_and_none_of_others_is_touched()
    {
        var (old, wanted, stranger) = (FreshAddress(), FreshAddress(), FreshAddress());
        using var program = await JoinedAsync(old);
        using var owner = await Lab.ClientOfAsync(DemoIds.Owner);
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        foreach (var email in new[] { old, stranger })
        {
            using var toOrganisation = await owner.PostAsJsonAsync($"/api/v1/organisations/{DemoIds.Startup}/invitations", new { email, role = "member" });
            using var toSite = await manager.PostAsJsonAsync("/api/v1/sites/atelier/invitations", new { email });
            Assert.That((toOrganisation.StatusCode, toSite.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.Created)), await toSite.Content.ReadAsStringAsync());
        }

        using var browser = await SignedInAsync(old);
        await AskAsync(browser, wanted);
        await browser.GoAsync(await LinkAsync(wanted, Confirm));
        await browser.SendAsync("form[action^='/change-address/']");
        var (organisations, sites) = (
            await owner.GetStringAsync($"/api/v1/organisations/{DemoIds.Startup}/invitations"), await manager.GetStringAsync("/api/v1/sites/atelier/invitations"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(organisations, Does.Not.Contain(old).And.Not.Contain(wanted).And.Contain(stranger));
            Assert.That(sites, Does.Not.Contain(old).And.Not.Contain(wanted).And.Contain(stranger));
        }
    }

    [Test]
    public async Task Is_taken_through_the_api_by_a_browser_and_by_no_access_token()
    {
        var (old, wanted) = (FreshAddress(), FreshAddress());
        using var program = await JoinedAsync(old);
        using var browser = await SignedInAsync(old);

        using var byToken = await program.PostAsJsonAsync(Ask, new { email = wanted });
        using var asked = await browser.Client.PostAsJsonAsync(Ask, new { email = wanted });
        var key = (await LinkAsync(wanted, Confirm)).Split('/')[^1];
        using var confirmedByToken = await program.PostAsJsonAsync($"{Ask}/confirm", new { key });
        using var confirmed = await browser.Client.PostAsJsonAsync($"{Ask}/confirm", new { key });
        using var again = await browser.Client.PostAsJsonAsync($"{Ask}/confirm", new { key });

        Assert.That(
            (byToken.StatusCode, asked.StatusCode, confirmedByToken.StatusCode, confirmed.StatusCode, again.StatusCode),
            Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.Accepted, HttpStatusCode.Forbidden, HttpStatusCode.NoContent, HttpStatusCode.NotFound)));
        Assert.That(await AddressOfAsync(program), Is.EqualTo(wanted));
    }

    [Test]
    public async Task Is_asked_for_by_who_proved_a_moment_ago_to_be_there()
    {
        var old = FreshAddress();
        using var program = await JoinedAsync(old);
        using var browser = await SignedInAsync(old);
        Lab.Clock.Advance(TimeSpan.FromMinutes(6));

        await browser.GoAsync("/account/address");
        var page = browser.Address;
        using var asked = await browser.Client.PostAsJsonAsync(Ask, new { email = FreshAddress() });
        await browser.SendAsync("form[action='/account/confirm']", new() { ["password"] = Password });

        Assert.That((page, asked.StatusCode, browser.Address), Is.EqualTo(("/account/confirm?returnUrl=%2Faccount%2Faddress&strong=true", HttpStatusCode.Forbidden, "/account/address")));
    }

    [Test]
    public async Task That_somebody_has_is_answered_alike_and_told_to_its_owner_alone()
    {
        var (old, known, unknown) = (FreshAddress(), await PersonAsync(), FreshAddress());
        using var program = await JoinedAsync(old);
        using var browser = await SignedInAsync(old);

        await AskAsync(browser, known.ToUpperInvariant());
        var taken = browser.Text.Replace(known.ToUpperInvariant(), "", StringComparison.Ordinal);
        await AskAsync(browser, unknown);
        var free = browser.Text.Replace(unknown, "", StringComparison.Ordinal);
        await SendAllAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(taken, Is.EqualTo(free));
            Assert.That(Mail.To(known).Select(mail => mail.Subject), Is.EqualTo(["You have an account already"]));
            Assert.That(Mail.To(known.ToUpperInvariant()), Is.Empty);
            Assert.That(Mail.To(old).Count(mail => mail.Subject == "A change of your address was asked for"), Is.EqualTo(2));
        }
    }

    [Test]
    public async Task That_somebody_confirmed_meanwhile_stays_theirs()
    {
        var (old, wanted) = (FreshAddress(), FreshAddress());
        using var program = await JoinedAsync(old);
        using var browser = await SignedInAsync(old);
        await AskAsync(browser, wanted);
        await browser.GoAsync(await LinkAsync(wanted, Confirm));
        using var theirs = await JoinedAsync(wanted);

        await browser.SendAsync("form[action^='/change-address/']");
        await SendAllAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((browser.Status, browser.Text.Contains("no longer works", StringComparison.Ordinal)), Is.EqualTo((HttpStatusCode.UnprocessableEntity, true)));
            Assert.That(await AddressOfAsync(program), Is.EqualTo(old));
            Assert.That(Mail.To(wanted).Select(mail => mail.Subject), Does.Contain("You have an account already"));
        }
    }

    [Test]
    public async Task That_somebody_registered_with_and_never_confirmed_goes_to_who_reads_its_mailbox()
    {
        var (old, wanted) = (FreshAddress(), FreshAddress());
        using var program = await JoinedAsync(old);
        using var browser = await SignedInAsync(old);
        using var registered = await RegisterAsync(wanted);
        var squatter = await IdOfAsync(wanted);
        var theirs = await LinkAsync(wanted, "Confirm your address");

        await AskAsync(browser, wanted);
        await browser.GoAsync(await LinkAsync(wanted, Confirm));
        await browser.SendAsync("form[action^='/change-address/']");
        using var visitor = await OpenAsync();
        await visitor.GoAsync(theirs);
        await visitor.SendAsync("form[action^='/confirm-address/']", new() { ["password"] = Password });

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await AddressOfAsync(program), Is.EqualTo(wanted));
            Assert.That(visitor.Text, Does.Contain("no longer works"));
            Assert.That(await Lab.WithDbAsync(db => db.Erasures.CountAsync(row => row.Member == squatter && row.DueAt != null)), Is.EqualTo(1), "nobody can enter it any more");
        }
    }

    [Test]
    public async Task Is_one_account_s_when_two_take_it_at_the_same_moment()
    {
        var (first, second, wanted) = (FreshAddress(), FreshAddress(), FreshAddress());
        using var one = await JoinedAsync(first);
        using var two = await JoinedAsync(second);
        using var here = await SignedInAsync(first);
        using var there = await SignedInAsync(second);
        using var askedHere = await here.Client.PostAsJsonAsync(Ask, new { email = wanted });
        var hers = (await LinkAsync(wanted, Confirm)).Split('/')[^1];
        using var askedThere = await there.Client.PostAsJsonAsync(Ask, new { email = wanted });
        var his = (await LinkAsync(wanted, Confirm)).Split('/')[^1];

        var answers = await Task.WhenAll(
            here.Client.PostAsJsonAsync($"{Ask}/confirm", new { key = hers }), there.Client.PostAsJsonAsync($"{Ask}/confirm", new { key = his }));

        Assert.That(answers.Select(answer => answer.StatusCode), Is.EquivalentTo([HttpStatusCode.NoContent, HttpStatusCode.NotFound]));
        Assert.That(await Lab.WithDbAsync(db => db.Users.CountAsync(user => user.Email == wanted)), Is.EqualTo(1));
    }

    [Test]
    public async Task Ends_every_link_that_was_mailed_before()
    {
        var (old, first, second) = (FreshAddress(), FreshAddress(), FreshAddress());
        using var program = await JoinedAsync(old);
        using var browser = await SignedInAsync(old);
        using var visitor = Lab.Visitor();
        using var reset = await visitor.PostAsJsonAsync("/api/v1/password-reset", new { email = old });
        var forgotten = (await LinkAsync(old, "A new password")).Split('/')[^1];
        await AskAsync(browser, first);
        await AskAsync(browser, second);
        var (used, left) = (await LinkAsync(first, Confirm), await LinkAsync(second, Confirm));

        await browser.GoAsync(used);
        await browser.SendAsync("form[action^='/change-address/']");
        await browser.GoAsync(used);
        var again = browser.Text;
        await browser.GoAsync(left);
        var other = browser.Text;
        using var password = await visitor.PostAsJsonAsync("/api/v1/password-reset/set", new { key = forgotten, password = "le goéland mange la frite" });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((again, other), Is.EqualTo((again, again)));
            Assert.That(again, Does.Contain("no longer works"));
            Assert.That(password.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        }
    }

    [Test]
    public async Task Is_stopped_by_another_password_before_its_mail_has_gone_and_after()
    {
        var (old, gone, waiting) = (FreshAddress(), FreshAddress(), FreshAddress());
        using var program = await JoinedAsync(old);
        using var browser = await SignedInAsync(old);
        await AskAsync(browser, gone);
        var link = await LinkAsync(gone, Confirm);
        Post.IsDown = true;
        await AskAsync(browser, waiting);

        await browser.GoAsync("/account/security");
        await browser.SendAsync("form[action$='/password']", new() { ["password"] = "le goéland mange la frite" });
        Post.IsDown = false;
        Lab.Clock.Advance(TimeSpan.FromMinutes(2));
        await SendAllAsync();
        await browser.GoAsync(link);

        Assert.That(browser.Text, Does.Contain("no longer works"));
        Assert.That(Mail.To(waiting), Is.Empty);
    }

    [Test]
    public async Task Is_taken_by_nobody_but_who_asked_and_for_a_day()
    {
        var (old, wanted) = (FreshAddress(), FreshAddress());
        using var program = await JoinedAsync(old);
        using var browser = await SignedInAsync(old);
        await AskAsync(browser, wanted);
        var link = await LinkAsync(wanted, Confirm);
        var stranger = FreshAddress();
        using var strangers = await JoinedAsync(stranger);
        using var another = await SignedInAsync(stranger);
        using var nobody = await OpenAsync();

        await another.GoAsync(link);
        await nobody.GoAsync(link);
        using var answer = await another.Client.PostAsJsonAsync($"{Ask}/confirm", new { key = link.Split('/')[^1] });
        Lab.Clock.Advance(TimeSpan.FromHours(25));
        using var later = await SignedInAsync(old);
        await later.GoAsync(link);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(another.Text, Does.Contain("no longer works").And.Not.Contain(wanted));
            Assert.That(nobody.Address, Does.StartWith("/sign-in?returnUrl="));
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(later.Text, Does.Contain("no longer works"));
        }
    }

    [Test]
    public async Task Is_asked_for_three_times_a_day_and_mailed_three_times_whoever_asks()
    {
        var (old, wanted, second) = (FreshAddress(), FreshAddress(), FreshAddress());
        using var program = await JoinedAsync(old);
        using var browser = await SignedInAsync(old);
        for (var i = 0; i < AddressChange.MostAsked; i++)
        {
            await AskAsync(browser, wanted);
        }

        using var tooMany = await browser.Client.PostAsJsonAsync(Ask, new { email = FreshAddress() });
        await browser.GoAsync("/account/address");
        await browser.SendAsync("form[action='/account/address']", new() { ["email"] = wanted });
        var page = (browser.Status, browser.Text, browser.Page.QuerySelector("#email")!.GetAttribute("value"));
        using var others = await JoinedAsync(second);
        using var another = await SignedInAsync(second);
        using var alike = await another.Client.PostAsJsonAsync(Ask, new { email = wanted.ToUpperInvariant() });
        await SendAllAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((tooMany.StatusCode, alike.StatusCode), Is.EqualTo((HttpStatusCode.TooManyRequests, HttpStatusCode.Accepted)));
            Assert.That(await tooMany.Content.ReadAsStringAsync(), Does.Contain("too-many-address-changes"));
            Assert.That((page.Status, page.Item3), Is.EqualTo((HttpStatusCode.TooManyRequests, wanted)));
            Assert.That(page.Text, Does.Contain("Try again tomorrow"));
            Assert.That(Mail.To(wanted).Concat(Mail.To(wanted.ToUpperInvariant())).Count(), Is.EqualTo(AddressChange.MostSent));
        }

        Lab.Clock.Advance(TimeSpan.FromHours(25));
        using var tomorrow = await SignedInAsync(old);
        using var again = await tomorrow.Client.PostAsJsonAsync(Ask, new { email = FreshAddress() });
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
    }

    [Test]
    public async Task Is_neither_none_nor_one_s_own_nor_one_s_guardian_s()
    {
        var old = FreshAddress();
        using var program = await JoinedAsync(old);
        using var browser = await SignedInAsync(old);
        await Lab.WithDbAsync(db => db.Users.Where(user => user.Email == old).ExecuteUpdateAsync(set => set.SetProperty(user => user.GuardianEmail, "Guardian@fablab.example")));

        var answers = new List<string>();
        foreach (var email in new[] { "nobody", old, "guardian@fablab.example" })
        {
            using var answer = await browser.Client.PostAsJsonAsync(Ask, new { email });
            answers.Add($"{(int)answer.StatusCode} {(await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("facts").GetProperty("reasons")[0]}");
        }

        Assert.That(answers, Is.EqualTo(["422 address-invalid", "422 address-own", "422 guardian-address-own"]));
    }

    [Test]
    public async Task May_be_the_old_one_written_otherwise_and_needs_no_password()
    {
        var old = FreshAddress();
        using var program = await JoinedAsync(old);
        using var browser = await SignedInAsync(old);

        // As who came from a sign-in elsewhere.
        await Lab.WithDbAsync(db => db.Users.Where(user => user.Email == old).ExecuteUpdateAsync(set => set.SetProperty(user => user.PasswordHash, (string?)null)));
        var wanted = old.Replace("joins", "Joins", StringComparison.Ordinal);

        await AskAsync(browser, wanted);
        await browser.GoAsync(await LinkAsync(wanted, Confirm));
        await browser.SendAsync("form[action^='/change-address/']");

        Assert.That(await AddressOfAsync(program), Is.EqualTo(wanted));
    }
}
