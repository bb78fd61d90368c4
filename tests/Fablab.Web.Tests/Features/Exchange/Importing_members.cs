using Fablab.Web.Data;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

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
}
