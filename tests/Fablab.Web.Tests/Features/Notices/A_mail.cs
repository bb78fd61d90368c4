using System.Net;
using System.Net.Http.Json;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Features.Notices;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Notices;

public sealed class A_mail(StorageProvider provider) : MailTest(provider)
{
    [Test]
    public async Task Tells_managers_of_the_site_what_a_member_reported_as_text_and_as_HTML()
    {
        using var maker = await Lab.ClientOfAsync(DemoIds.Maker);
        using var answer = await maker.PostAsJsonAsync("/api/v1/machines/printer-1/faults", new { text = "The belt is loose", isDangerous = false });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created));

        await SendAllAsync();

        var mail = Mail.To(DemoIds.AtelierManager).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Mail.To(DemoIds.CampusManager), Is.Empty, "the other site's manager has nothing to do with it");
            Assert.That(mail.From.ToString(), Does.Contain("lab@fablab.example"));
            Assert.That(mail.Subject, Does.Contain("un problème est signalé"));
            Assert.That(mail.TextBody, Does.Contain("Bonjour Gwenn Manager").And.Contain("http://localhost:5080/machines/printer-1"));
            Assert.That(mail.HtmlBody, Does.Contain("<html lang=\"fr\">").And.Contain("href=\"http://localhost:5080/machines/printer-1\""));
            Assert.That(mail.TextBody, Does.Not.Contain("belt"), "what a member wrote stays in the lab");
            Assert.That(mail.Headers["Auto-Submitted"], Is.EqualTo("auto-generated"));
        }
    }

    [Test]
    public async Task Is_in_the_language_that_its_readers_browser_spoke_last_when_they_chose_none()
    {
        var (english, silent) = (await PersonAsync(language: null), await PersonAsync(language: null));
        await Lab.WithDbAsync(async db =>
        {
            var hash = await db.Users.Where(user => user.Email == DemoIds.Maker).Select(user => user.PasswordHash).SingleAsync();
            return await db.Users.Where(user => user.Email == english).ExecuteUpdateAsync(set => set.SetProperty(user => user.PasswordHash, hash).SetProperty(user => user.EmailConfirmed, true));
        });
        using var browser = await Pages.Browser.OpenAsync(Lab.CreateClient(new Microsoft.AspNetCore.Mvc.Testing.WebApplicationFactoryClientOptions { AllowAutoRedirect = true }), "en", english);
        await TellAsync(english);
        await TellAsync(silent);

        await SendAllAsync();

        Assert.That((Mail.To(english).Single().TextBody![..5], Mail.To(silent).Single().TextBody![..7]), Is.EqualTo(("Hello", "Bonjour")));
    }

    [Test]
    public async Task Is_in_the_language_of_its_reader_with_the_time_of_the_site()
    {
        var reader = await PersonAsync();
        await TellAsync(reader);

        await SendAllAsync();

        Assert.That(Mail.To(reader).Single().TextBody!.Replace('\u00a0', ' '), Does.Contain("your booking of Tue 3 Mar, 10:00 is approved."));
    }

    [Test]
    public async Task Says_the_reason_that_staff_wrote_for_its_reader()
    {
        var reader = await PersonAsync();
        var facts = new Dictionary<string, string> { ["machine"] = DemoIds.Printer1.ToString(), ["start"] = "2027-03-03T09:00:00Z", ["reason"] = "The belt is being changed" };
        await Lab.WithDbAsync(async db =>
        {
            db.Tell(new((await db.Users.SingleAsync(user => user.Email == reader)).Id), "request-declined", facts, Now);
            return await db.SaveChangesAsync();
        });

        await SendAllAsync();

        Assert.That(Mail.To(reader).Single().TextBody, Does.Contain("was declined. Reason: The belt is being changed"));
    }

    [Test]
    public async Task Waits_while_the_mail_server_is_away_and_goes_out_once_when_it_is_back()
    {
        var reader = await PersonAsync();
        Post.IsDown = true;
        await TellAsync(reader);
        await SweepAsync();
        var meanwhile = await StateAsync(reader);

        Post.IsDown = false;
        Lab.Clock.Advance(TimeSpan.FromMinutes(2));
        await SendAllAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(meanwhile, Is.EqualTo(MailState.Waiting));
            Assert.That(Mail.To(reader).Count(), Is.EqualTo(1));
            Assert.That(await StateAsync(reader), Is.EqualTo(MailState.Sent));
        }
    }

    [Test]
    public async Task Whose_taking_over_was_not_heard_goes_again_with_the_same_message_id()
    {
        var reader = await PersonAsync();
        Post.LosesTheYes = true;
        await TellAsync(reader);
        await SweepAsync();

        Lab.Clock.Advance(TimeSpan.FromMinutes(20));
        await SendAllAsync();

        var ids = Mail.To(reader).Select(mail => mail.MessageId).ToList();
        Assert.That(ids, Has.Count.EqualTo(2));
        Assert.That(ids[0], Is.EqualTo(ids[1]), "a mailbox knows the second for the first");
    }

    [Test]
    public async Task Goes_out_once_when_several_sweeps_run_at_the_same_time()
    {
        var reader = await PersonAsync();
        for (var i = 0; i < 20; i++)
        {
            await TellAsync(reader);
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => SweepAsync()));
        await SendAllAsync();

        var ids = Mail.To(reader).Select(mail => mail.MessageId).ToList();
        Assert.That(ids, Has.Count.EqualTo(20).And.Unique);
    }

    [Test]
    public async Task To_an_address_that_is_refused_for_good_is_given_up_and_keeps_no_other_waiting()
    {
        var (gone, other) = (await PersonAsync(), await PersonAsync());
        Mail.Refuse(gone);
        await TellAsync(gone);
        await TellAsync(other);

        await SendAllAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await StateAsync(gone), Is.EqualTo(MailState.GivenUp));
            Assert.That(Mail.To(other).Count(), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task That_nobody_takes_for_days_is_given_up()
    {
        var reader = await PersonAsync();
        Post.IsDown = true;
        await TellAsync(reader);
        await SweepAsync();

        Lab.Clock.Advance(TimeSpan.FromHours(73));
        await SweepAsync();
        Post.IsDown = false;

        Assert.That(await StateAsync(reader), Is.EqualTo(MailState.GivenUp));
    }

    [Test]
    public async Task Is_one_clean_mail_whatever_a_name_holds()
    {
        var eve = await PersonAsync(name: "Eve\r\nBcc: all@fablab.example\r\n\r\n<b>Hi</b>");
        await NameAsync("Printer\r\nX-Evil: yes");
        await TellAsync(eve);

        await SendAllAsync();
        await NameAsync("Printer");

        var mail = Mail.To(eve).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(mail.Bcc, Is.Empty);
            Assert.That(mail.Headers["X-Evil"], Is.Null);
            Assert.That(mail.To.Mailboxes.Single().Address, Is.EqualTo(eve));
            Assert.That(mail.HtmlBody, Does.Not.Contain("<b>Hi</b>"));
        }
    }

    private Task NameAsync(string name) => Lab.WithDbAsync(db => db.Machines.Where(machine => machine.Id == DemoIds.Printer1)
        .ExecuteUpdateAsync(set => set.SetProperty(machine => machine.Name, name)));
}
