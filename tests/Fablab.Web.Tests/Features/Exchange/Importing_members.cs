using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Features.Notices.Mailing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Fablab.Web.Tests.Features.Exchange;

public sealed class Importing_members(StorageProvider provider) : ExchangeTest(provider)
{
    [Test]
    public async Task Tells_first_what_would_happen_and_writes_nothing()
    {
        const string File = "email,name\npreview@fablab.example,Paule Preview\nnot an address,Nobody\n";

        var told = await TryAsync(Administrator, "members", File);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(RowsOf(told), Is.EqualTo(["create", "refused not-an-address"]));
            Assert.That(told.GetProperty("dryRun").GetBoolean(), Is.True);
            Assert.That(told.GetProperty("rows")[1].GetProperty("number").GetInt32(), Is.EqualTo(3), "as a spreadsheet counts");
            Assert.That(told.GetProperty("rows")[1].GetProperty("errors")[0].GetProperty("message").GetString(), Is.EqualTo("Write a mail address."));
            Assert.That(await AccountsAsync("preview@fablab.example"), Is.Zero);
        }
    }

    [Test]
    public async Task Writes_the_good_rows_and_the_same_file_again_changes_nothing()
    {
        const string File = "externalId,email,name,language\n7,again@fablab.example,Anaïs Again,fr\n8,,Without Address,fr\n";

        var first = await ImportAsync(Administrator, "members", File);
        var second = await ImportAsync(Administrator, "members", File);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(RowsOf(first), Is.EqualTo(["create", "refused value-missing"]));
            Assert.That(RowsOf(second), Is.EqualTo(["unchanged", "refused value-missing"]));
            Assert.That(await AccountsAsync("again@fablab.example"), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Gives_no_password_and_sends_no_mail()
    {
        var mails = await Lab.WithDbAsync(db => db.Mails.CountAsync());

        await ImportAsync(Administrator, "members", "email,name\nsilent@fablab.example,Sylvain Silent\n");

        var account = await Lab.WithDbAsync(db => db.Users.SingleAsync(user => user.Email == "silent@fablab.example"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((account.PasswordHash, account.EmailConfirmed), Is.EqualTo(((string?)null, false)), "the mail for forgotten passwords opens it");
            Assert.That(await Lab.WithDbAsync(db => db.Mails.CountAsync()), Is.EqualTo(mails));
        }
    }

    [Test]
    public async Task Mails_new_ones_a_link_for_a_password_when_that_is_wanted_and_only_them_and_once()
    {
        const string File = "email,name,language\ninvited@fablab.example,Inès Invited,en\n" + DemoIds.Maker + ",Malo Maker,fr\n";
        var mails = await Lab.WithDbAsync(db => db.Mails.CountAsync());

        await ImportAsync(Administrator, "members", File, "?invite=true&dryRun=true");
        var dry = await Lab.WithDbAsync(db => db.Mails.CountAsync());
        await ImportAsync(Administrator, "members", File, "?invite=true");
        await ImportAsync(Administrator, "members", File, "?invite=true");
        var sent = await Lab.WithDbAsync(db => db.Mails.AsNoTracking().Where(mail => mail.Code == "account-imported").ToListAsync());
        var (message, key) = await ComposedAsync(sent[0]);
        using var visitor = Lab.Visitor();
        using var chosen = await visitor.PostAsJsonAsync("/api/v1/password-reset/set", new { key, password = "correct horse battery" });
        using var again = await visitor.PostAsJsonAsync("/api/v1/password-reset/set", new { key, password = "correct horse battery two" });
        var account = await Lab.WithDbAsync(db => db.Users.AsNoTracking().SingleAsync(user => user.Email == "invited@fablab.example"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((dry, sent.Count), Is.EqualTo((mails, 1)));
            Assert.That(sent[0].Member!.Value.Value, Is.EqualTo(account.Id));
            Assert.That(message, Does.Contain("Hello Inès Invited").And.Contain("Choose a password"));
            Assert.That((chosen.IsSuccessStatusCode, again.IsSuccessStatusCode), Is.EqualTo((true, false)), await chosen.Content.ReadAsStringAsync());
            Assert.That((account.PasswordHash is not null, account.EmailConfirmed), Is.EqualTo((true, true)));
            Assert.That(await ComposedAsync(sent[0]), Is.EqualTo(((string?)null, "")), "who has a password needs none");
        }
    }

    [Test]
    public async Task Puts_them_into_tariff_groups_for_some_days_and_the_same_file_again_changes_nothing()
    {
        var group = await GroupAsync("import-school");
        var other = await GroupAsync("import-club");
        const string File = "email,name,tariffGroups,groupFrom,groupUntil\npupil@fablab.example,Perrine Pupil,import-school | import-club,2027-01-04,2027-06-30\n";

        var told = await TryAsync(Administrator, "members", File);
        var first = await ImportAsync(Administrator, "members", File);
        var second = await ImportAsync(Administrator, "members", File);
        var member = new MemberId(await Lab.WithDbAsync(db => db.Users.Where(user => user.Email == "pupil@fablab.example").Select(user => user.Id).SingleAsync()));
        var rows = await Lab.WithDbAsync(db => db.TariffGroupMembers.AsNoTracking().Where(row => row.Member == member).ToListAsync());
        var noted = await Lab.WithDbAsync(db => db.Audit.CountAsync(row => row.Concerns == member && row.Action == "put-into-tariff-group"));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((RowsOf(told), RowsOf(first), RowsOf(second)), Is.EqualTo((new[] { "create" }, new[] { "create" }, new[] { "unchanged" })));
            Assert.That(rows.Select(row => row.Group.Value), Is.EquivalentTo(new[] { group, other }));
            Assert.That(
                rows.Select(row => (row.From, row.Until)).Distinct(),
                Is.EqualTo(new[] { (Instant.FromUtc(2027, 1, 3, 23, 0), (Instant?)Instant.FromUtc(2027, 6, 30, 22, 0)) }), "whole days by the lab's clock");
            Assert.That(noted, Is.EqualTo(2));
        }
    }

    [Test]
    public async Task Leaves_to_people_what_they_said_of_a_group_and_refuses_one_that_is_not_there()
    {
        var group = await GroupAsync("import-taken");
        await ImportAsync(Administrator, "members", "email,name,tariffGroups\ntaken@fablab.example,Tanguy Taken,import-taken\n");
        var id = await Lab.WithDbAsync(db => db.Users.Where(user => user.Email == "taken@fablab.example").Select(user => user.Id).SingleAsync());
        var row = await Lab.WithDbAsync(db => db.TariffGroupMembers.AsNoTracking().SingleAsync(one => one.Group == new TariffGroupId(group)));
        using var ended = await Administrator.PostAsync(new Uri($"/api/v1/members/{id}/groups/{row.Id}/end", UriKind.Relative), null);

        var back = await ImportAsync(Administrator, "members", "email,name,tariffGroups\ntaken@fablab.example,Tanguy Taken,import-taken\n");
        var unknown = await TryAsync(
            Administrator,
            "members",
            "email,name,tariffGroups,groupFrom,groupUntil\na-new-one@fablab.example,Anne New,no-such-group,,\nanother@fablab.example,Ana Other,import-taken,2027-06-30,2027-01-04\nthird@fablab.example,Théo Third,,,2027-06-30\n");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(ended.IsSuccessStatusCode, Is.True);
            Assert.That(RowsOf(back), Is.EqualTo(["refused group-differs"]));
            Assert.That(RowsOf(unknown), Is.EqualTo(["refused group-unknown", "refused ends-before-start", "refused value-missing"]));
        }
    }

    [Test]
    public async Task Shows_them_to_staff_of_their_site_before_they_ever_signed_in()
    {
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);

        var made = await ImportAsync(Administrator, "members", "email,name,site\nvouched@fablab.example,Vera Vouched,atelier\n");
        var people = await manager.GetStringAsync("/api/v1/members?search=vouched");

        Assert.That(RowsOf(made), Is.EqualTo(["create"]));
        Assert.That(people, Does.Contain("Vera Vouched"));
    }

    [Test]
    public async Task Changes_the_name_of_who_is_known_and_never_an_address()
    {
        await ImportAsync(Administrator, "members", "externalId,email,name\n31,renamed@fablab.example,Before\n");

        var renamed = await ImportAsync(Administrator, "members", "externalId,email,name\n31,Renamed@fablab.example,After\n");
        var moved = await ImportAsync(Administrator, "members", "externalId,email,name\n31,elsewhere@fablab.example,After\n");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(RowsOf(renamed), Is.EqualTo(["update"]));
            Assert.That(RowsOf(moved), Is.EqualTo(["refused address-differs"]));
            Assert.That(await Lab.WithDbAsync(db => db.Users.Where(user => user.Email == "renamed@fablab.example").Select(user => user.DisplayName).SingleAsync()), Is.EqualTo("After"));
        }
    }

    [Test]
    public async Task Refuses_who_stands_in_the_file_twice()
    {
        var told = await TryAsync(Administrator, "members", "externalId,email,name\n41,twice@fablab.example,Once\n42,TWICE@fablab.example,Twice\n41,other@fablab.example,Other\n");

        Assert.That(RowsOf(told), Is.EqualTo(["create", "refused twice-in-the-file", "refused address-differs"]));
    }

    [Test]
    public async Task Ends_the_same_when_it_was_broken_off_in_the_middle()
    {
        var lines = Enumerable.Range(1, 40).Select(number => $"{number + 1000},broken-{number}@fablab.example,Number {number}").ToList();
        var file = "externalId,email,name\n" + string.Join('\n', lines);
        var half = "externalId,email,name\n" + string.Join('\n', lines.Take(17));
        await ImportAsync(Administrator, "members", half);

        var again = await ImportAsync(Administrator, "members", file);
        var last = await ImportAsync(Administrator, "members", file);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((again.GetProperty("unchanged").GetInt32(), again.GetProperty("created").GetInt32()), Is.EqualTo((17, 23)));
            Assert.That(last.GetProperty("unchanged").GetInt32(), Is.EqualTo(40));
            Assert.That(await Lab.WithDbAsync(db => db.ExternalIds.CountAsync(row => row.External.StartsWith("10"))), Is.EqualTo(40));
        }
    }

    [Test]
    public async Task Is_for_administrators_only()
    {
        using var byManager = await SendAsync(Manager, "members", "email,name\na@fablab.example,A\n");
        using var byMaker = await SendAsync(Maker, "members", "email,name\na@fablab.example,A\n");

        Assert.That(((int)byManager.StatusCode, (int)byMaker.StatusCode), Is.EqualTo((404, 404)));
    }

    [Test]
    public async Task Is_noted_once_for_each_row_that_was_written()
    {
        await ImportAsync(Administrator, "members", "email,name\nnoted@fablab.example,Nora Noted\n");
        await ImportAsync(Administrator, "members", "email,name\nnoted@fablab.example,Nora Noted\n");

        var subject = await Lab.WithDbAsync(db => db.Users.Where(user => user.Email == "noted@fablab.example").Select(user => user.Id).SingleAsync());
        Assert.That(await Lab.WithDbAsync(db => db.Audit.CountAsync(entry => entry.Action == "member-imported" && entry.Subject == $"account/{subject}")), Is.EqualTo(1));
    }

    private Task<int> AccountsAsync(string email) => Lab.WithDbAsync(db => db.Users.CountAsync(user => user.Email == email));

    private async Task<Guid> GroupAsync(string code)
    {
        using var made = await Administrator.PostAsJsonAsync("/api/v1/tariff-groups", new { code, name = code });
        return JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetGuid();
    }

    /// <returns>The mail as it goes out, and the key of its link; nothing for one that is dropped.</returns>
    private async Task<(string? Text, string Key)> ComposedAsync(MailRow mail)
    {
        await using var scope = Lab.Services.CreateAsyncScope();
        var text = (await scope.ServiceProvider.GetRequiredService<ComposeMail>().ExecuteAsync(mail, CancellationToken.None)).Message?.TextBody;
        return (text, text is null ? "" : Regex.Match(text, "/reset-password/([\\w-]+)").Groups[1].Value);
    }
}
