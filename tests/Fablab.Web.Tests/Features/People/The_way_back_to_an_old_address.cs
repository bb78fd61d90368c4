using System.Net;
using Fablab.Web.Data;
using Fablab.Web.Features.Notices;
using Fablab.Web.Tests.Pages;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Tests.Features.People;

public sealed class The_way_back_to_an_old_address(StorageProvider provider) : AddressTest(provider)
{
    private const string Left = "Your account has another address now";
    private const string Undo = "form[action^='/undo-address/']";

    [Test]
    public async Task Gives_the_account_back_to_who_reads_the_old_mailbox_and_to_nobody_who_knows_the_password()
    {
        var (old, thiefs) = (FreshAddress(), FreshAddress());
        using var program = await JoinedAsync(old);
        using var thief = await SignedInAsync(old);
        await ChangeAsync(thief, thiefs);

        using var owner = await OpenAsync();
        await owner.GoAsync(await LinkAsync(old, Left));
        var opened = (owner.Text, await AddressOfAsync(program));
        await owner.SendAsync(Undo);
        var done = owner.Text;
        await owner.GoAsync(await LinkAsync(old, "A new password"));
        await owner.SendAsync("form[action^='/reset-password/']", new() { ["password"] = "le goéland mange la frite" });
        await thief.GoAsync("/account");
        using var byToken = await program.GetAsync("/api/v1/members/me");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(opened.Text, Does.Contain($"The account goes back to {old}"));
            Assert.That(opened.Item2, Is.EqualTo(thiefs), "opening a link changes nothing");
            Assert.That(done, Does.Contain("The account is back at your address"));
            Assert.That(thief.Address, Does.StartWith("/sign-in"));
            Assert.That(byToken.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
            Assert.That((await SignInAsync(old), await SignInAsync(thiefs)), Is.EqualTo((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)), "with what the thief knew");
            Assert.That(await SignInAsync(old, "le goéland mange la frite"), Is.EqualTo(HttpStatusCode.Created));
        }
    }

    [Test]
    public async Task Outlives_what_the_thief_does_next_and_no_link_of_theirs_outlives_it()
    {
        var (old, first, second) = (FreshAddress(), FreshAddress(), FreshAddress());
        using var program = await JoinedAsync(old);
        using var thief = await SignedInAsync(old);
        await ChangeAsync(thief, first);
        await thief.GoAsync("/account/security");
        await thief.SendAsync("form[action$='/password']", new() { ["password"] = "le goéland mange la frite" });
        await ChangeAsync(thief, second);
        var (owners, thiefs) = (await LinkAsync(old, Left), await LinkAsync(first, Left));

        using var owner = await OpenAsync();
        await owner.GoAsync(owners);
        await owner.SendAsync(Undo);
        await thief.GoAsync(thiefs);
        var stolen = thief.Text;
        await owner.GoAsync(owners);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(stolen, Does.Contain("no longer works"));
            Assert.That(owner.Text, Does.Contain("no longer works"), "it works once");
            Assert.That(await Lab.WithDbAsync(db => db.Users.CountAsync(user => user.Email == old)), Is.EqualTo(1));
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Takes_a_second_factor_with_it_unless_it_is_older_than_the_link_lives(bool isOld)
    {
        var (old, wanted) = (FreshAddress(), FreshAddress());
        using var program = await JoinedAsync(old);
        using var browser = await SignedInAsync(old);
        await AskAsync(browser, wanted);
        await browser.GoAsync(await LinkAsync(wanted, Confirm));
        var member = await IdOfAsync(old);
        await Lab.WithDbAsync(async db =>
        {
            (await db.Users.SingleAsync(user => user.Id == member.Value)).ProtectedTotpKey = "a key";
            db.SendMail(member, "security-changed", new Dictionary<string, string>(), Instant.FromDateTimeOffset(Lab.Clock.GetUtcNow()) - Duration.FromDays(isOld ? 8 : 6));
            return await db.SaveChangesAsync();
        });
        await browser.SendAsync("form[action^='/change-address/']");
        var link = await LinkAsync(old, Left);

        using var owner = await OpenAsync();
        await owner.GoAsync(link);
        await owner.SendAsync(Undo);

        Assert.That(await Lab.WithDbAsync(db => db.Users.Where(user => user.Id == member.Value).Select(user => user.ProtectedTotpKey).SingleAsync()), Is.EqualTo(isOld ? "a key" : null));
    }

    [Test]
    public async Task Ends_after_a_week_and_where_somebody_else_has_confirmed_the_address()
    {
        var (old, wanted, other, else_) = (FreshAddress(), FreshAddress(), FreshAddress(), FreshAddress());
        using var program = await JoinedAsync(old);
        using var browser = await SignedInAsync(old);
        await ChangeAsync(browser, wanted);
        var late = await LinkAsync(old, Left);
        using var second = await JoinedAsync(other);
        using var there = await SignedInAsync(other);
        await ChangeAsync(there, else_);
        var taken = await LinkAsync(other, Left);
        using var newcomer = await JoinedAsync(other);

        using var visitor = await OpenAsync();
        await visitor.GoAsync(taken);
        await visitor.SendAsync(Undo);
        var refused = (visitor.Status, visitor.Text);
        Lab.Clock.Advance(TimeSpan.FromDays(8));
        await visitor.GoAsync(late);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.Status, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
            Assert.That(refused.Text, Does.Contain("no longer works"));
            Assert.That(visitor.Text, Does.Contain("no longer works").And.Not.Contain(old));
            Assert.That(await Lab.WithDbAsync(db => db.Users.Where(user => user.Email == else_ || user.Email == wanted).CountAsync()), Is.EqualTo(2));
        }
    }
}
