using System.Net;
using System.Net.Http.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Features.Privacy.Erasing;
using Fablab.Web.Features.Privacy.Retaining;
using Fablab.Web.Tests.Features.People;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Fablab.Web.Tests.Features.Privacy;

public sealed class Wanting_to_be_erased(StorageProvider provider) : PeopleTest(provider)
{
    [Test]
    public async Task Can_be_called_off_and_asked_for_again()
    {
        var (email, id) = await PersonAsync();
        using var member = await Lab.ClientOfAsync(email);

        using var asked = await AskAsync(Administrator, id);
        using var twice = await AskAsync(Administrator, id);
        using var kept = await member.DeleteAsync(new Uri("/api/v1/me/erasure", UriKind.Relative));
        using var nothing = await member.DeleteAsync(new Uri("/api/v1/me/erasure", UriKind.Relative));
        using var again = await AskAsync(Administrator, id);
        using var byStaff = await Administrator.DeleteAsync(new Uri($"/api/v1/members/{id}/erasure", UriKind.Relative));
        Lab.Clock.Advance(TimeSpan.FromDays(8));
        await SweepAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (asked.StatusCode, twice.StatusCode, kept.StatusCode, nothing.StatusCode, again.StatusCode, byStaff.StatusCode),
                Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.Conflict, HttpStatusCode.NoContent, HttpStatusCode.NotFound, HttpStatusCode.Created, HttpStatusCode.NoContent)));
            Assert.That(await twice.Content.ReadAsStringAsync(), Does.Contain("erasure-asked"));
            Assert.That(await IsErasedAsync(id), Is.False);
            Assert.That(await MailsAsync(id), Does.Contain("erasure-cancelled"));
        }
    }

    [Test]
    public async Task Takes_back_the_invitations_of_who_owned_an_organisation_alone_or_staffed_a_site()
    {
        var (email, id) = await PersonAsync();
        using var member = await Lab.ClientOfAsync(email);
        using var made = await member.PostAsJsonAsync("/api/v1/organisations", new { name = "Alone", kind = "association", address = new { line1 = "1 quai", postcode = "29200", city = "Brest", country = "FR" } });
        Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.Created), await made.Content.ReadAsStringAsync());
        var organisation = (await JsonOfAsync(made)).GetProperty("id").GetGuid();
        using var invited = await member.PostAsJsonAsync($"/api/v1/organisations/{organisation}/invitations", new { email = "friend@elsewhere.example", role = "owner" });
        var (ofOrganisation, ofSite) = ((await JsonOfAsync(invited)).GetProperty("id").GetGuid(), Guid.CreateVersion7());
        await Lab.WithDbAsync(db =>
        {
            db.Add(new SiteInvitationRow
            {
                Id = ofSite, Site = DemoIds.Atelier, Email = "new@elsewhere.example", NormalizedEmail = "NEW@ELSEWHERE.EXAMPLE", Language = "fr", By = new MemberId(id), CreatedAt = Now,
                ExpiresAt = Now + Duration.FromDays(14),
            });
            return db.SaveChangesAsync();
        });
        using var asked = await AskAsync(Administrator, id);
        Lab.Clock.Advance(TimeSpan.FromDays(8));

        await SweepAsync();
        var (one, other) = await Lab.WithDbAsync(async db =>
            (await db.OrganisationInvitations.AsNoTracking().SingleAsync(row => row.Id == ofOrganisation), await db.SiteInvitations.AsNoTracking().SingleAsync(row => row.Id == ofSite)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await IsErasedAsync(id), Is.True);
            Assert.That((one.State, one.Email, one.Hash), Is.EqualTo((InvitationState.Withdrawn, "", (string?)null)));
            Assert.That(other.WithdrawnAt, Is.Not.Null);
        }
    }

    [Test]
    public async Task Of_somebody_else_is_for_staff_of_all_their_sites_and_never_of_other_staff()
    {
        var (_, id) = await PersonAsync();
        var (_, both) = await PersonAsync();
        var (_, trainer) = await PersonAsync();
        await GrantAsync(trainer, StaffRole.Trainer);
        await Lab.WithDbAsync(db =>
        {
            db.Add(new SiteMembershipRow { Site = DemoIds.Campus, Member = new MemberId(both), State = MembershipState.Active, Origin = MembershipOrigin.Registration, Since = Now });
            return db.SaveChangesAsync();
        });

        var answers = new List<HttpStatusCode>();
        foreach (var (by, whom) in new[] { (Elsewhere, id), (Maker, id), (FrontDesk, id), (Manager, both), (Manager, trainer), (Manager, id), (Administrator, both) })
        {
            using var answer = await AskAsync(by, whom);
            answers.Add(answer.StatusCode);
        }

        Assert.That(answers, Is.EqualTo(new[]
        {
            HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Created, HttpStatusCode.Created,
        }));
    }

    [Test]
    public async Task Of_oneself_is_for_no_access_token()
    {
        using var answer = await Maker.PostAsync(new Uri("/api/v1/me/erasure", UriKind.Relative), null);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task Is_refused_with_every_reason_while_others_need_them()
    {
        var (_, id) = await PersonAsync();
        var (_, colleague) = await PersonAsync();
        var organisation = new OrganisationId(Guid.CreateVersion7());
        await Lab.WithDbAsync(async db =>
        {
            db.Add(new OrganisationRow
            {
                Id = organisation, Name = "Two of us", Kind = Fablab.Domain.Organisations.OrganisationKind.Association,
                Address = new Fablab.Domain.Organisations.PostalAddress("1 rue", null, null, "29000", "Quimper", "FR"), CreatedAt = Now,
            });
            db.Add(new OrganisationMemberRow { Organisation = organisation, Member = new MemberId(id), Role = OrganisationRole.Owner });
            db.Add(new OrganisationMemberRow { Organisation = organisation, Member = new MemberId(colleague), Role = OrganisationRole.Member });
            db.Add(TrainingOf(id, Duration.FromDays(3)));
            return await db.SaveChangesAsync();
        });

        using var refused = await AskAsync(Administrator, id);
        var body = await refused.Content.ReadAsStringAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
            Assert.That(body, Does.Contain("erasure-blocked").And.Contain("only-owner").And.Contain("training-planned"));
        }
    }

    [Test]
    public async Task Waits_and_tells_once_while_something_is_in_the_way()
    {
        var (email, id) = await PersonAsync();
        using var member = await Lab.ClientOfAsync(email);
        using var asked = await AskAsync(Administrator, id);
        await GrantAsync(id, StaffRole.Trainer);
        await Lab.WithDbAsync(db =>
        {
            db.Add(TrainingOf(id, Duration.FromDays(9)));
            return db.SaveChangesAsync();
        });

        Lab.Clock.Advance(TimeSpan.FromDays(8));
        await SweepAsync();
        await SweepAsync();
        var (during, told) = (await IsErasedAsync(id), (await MailsAsync(id)).Count(code => code == "erasure-waits"));
        Lab.Clock.Advance(TimeSpan.FromDays(2));
        await SweepAsync();

        Assert.That((during, told, await IsErasedAsync(id)), Is.EqualTo((false, 1, true)));
    }

    [Test]
    public async Task Is_done_again_when_a_backup_brings_somebody_back()
    {
        var (_, id) = await PersonAsync("Paskal Restored");
        await File.AppendAllTextAsync(Path.Combine(Lab.Folder, "erasures.txt"), $"2026-01-01T00:00:00Z {id}\n2026-01-0");

        var sweep = Lab.Services.GetRequiredService<ErasureSweep>();
        var back = await sweep.ReplayAsync(CancellationToken.None);
        await SweepAsync();

        Assert.That((back, await IsErasedAsync(id)), Is.EqualTo((1, true)));
    }

    [Test]
    public async Task Leaves_the_name_on_an_invoice_for_ten_years_and_no_longer()
    {
        var (_, id) = await PersonAsync("Quenten Buyer");
        var person = new MemberId(id);
        await Lab.WithDbAsync(async db =>
        {
            var entity = await db.LegalEntities.Select(row => row.Id).FirstAsync();
            foreach (var (number, day) in new[] { ("OLD-1", new LocalDate(2015, 12, 31)), ("NEW-1", new LocalDate(2026, 3, 1)) })
            {
                db.Add(InvoiceFor(person, entity, number, day));
            }

            return await db.SaveChangesAsync();
        });
        using var asked = await AskAsync(Administrator, id);
        Lab.Clock.Advance(TimeSpan.FromDays(8));
        await SweepAsync();

        await Lab.Services.GetRequiredService<RetentionSweep>().RunAsync(CancellationToken.None);
        var named = await Lab.WithDbAsync(db => db.Invoices.Where(row => row.Member == person && row.Document.Contains("Quenten")).Select(row => row.Number).ToListAsync());
        var refused = await Assert.CatchAsync<Exception>(() => Lab.WithDbAsync(db => db.Invoices.Where(row => row.Number == "NEW-1").ExecuteUpdateAsync(set => set.SetProperty(row => row.Document, "{}"))));

        Assert.That(named, Is.EqualTo(new[] { "NEW-1" }));
        Assert.That(refused!.ToString(), Does.Contain("append-only: Invoices"));
    }

    [TestCase("UPDATE \"MemberNotes\" SET \"Text\" = 'kind'", "MemberNotes")]
    [TestCase("DELETE FROM \"MemberNotes\"", "MemberNotes")]
    [TestCase("UPDATE \"AuthorisationFacts\" SET \"Reason\" = NULL", "AuthorisationFacts")]
    public async Task Is_what_alone_opens_the_tables_that_nobody_changes(string statement, string table)
    {
        var (_, id) = await PersonAsync();
        await Lab.WithDbAsync(db =>
        {
            db.Add(new MemberNoteRow { Id = Guid.CreateVersion7(), Member = new MemberId(id), Site = DemoIds.Atelier, Text = "Brings cake", By = new MemberId(id), At = Now });
            db.Add(new AuthorisationFactRow
            {
                Member = new MemberId(id), Machine = DemoIds.Cnc1, Number = 1, Kind = Fablab.Domain.Trainings.AuthorisationFactKind.Granted, At = Now, Reason = "Showed it",
            });
            return db.SaveChangesAsync();
        });

        var refused = await Assert.CatchAsync<Exception>(() => Lab.WithDbAsync(db => db.Database.ExecuteSqlRawAsync(statement)));

        Assert.That(refused!.Message, Does.Contain($"append-only: {table}"));
    }

    private TrainingSessionRow TrainingOf(Guid trainer, Duration later) => new()
    {
        Id = new Fablab.Domain.Trainings.TrainingSessionId(Guid.CreateVersion7()), Course = DemoIds.MillingCourse, Site = DemoIds.Atelier, Trainer = new MemberId(trainer),
        Start = Now + later, End = Now + later + Duration.FromHours(1), Seats = 2, MinimumAttendance = 0, Deadline = Now + later, Price = new Fablab.Domain.Billing.Money(0, "EUR"),
    };

    private static Task<HttpResponseMessage> AskAsync(HttpClient by, Guid member) => by.PostAsJsonAsync($"/api/v1/members/{member}/erasure", new { reason = "Asked at the desk" });

    private Task SweepAsync() => Lab.Services.GetRequiredService<ErasureSweep>().RunAsync(CancellationToken.None);

    private Task<bool> IsErasedAsync(Guid id) => Lab.WithDbAsync(db => db.Users.AnyAsync(row => row.Id == id && row.ErasedAt != null));

    private Task<List<string>> MailsAsync(Guid id)
    {
        var member = new MemberId(id);
        return Lab.WithDbAsync(db => db.Mails.Where(row => row.Member == member).Select(row => row.Code).ToListAsync());
    }

    private static InvoiceRow InvoiceFor(MemberId member, Guid entity, string number, LocalDate day) => new()
    {
        Id = new Fablab.Domain.Billing.InvoiceId(Guid.CreateVersion7()), Number = number, LegalEntity = entity, Member = member, Period = day, IssuedOn = day, DueOn = day,
        IssuedAt = day.AtMidnight().InUtc().ToInstant(), Net = new(1000, "EUR"), Gross = new(1200, "EUR"), ChainHash = new string('0', 64),
        Document = $$"""
            {"number":"{{number}}","issuedOn":"2015-12-31","dueOn":"2015-12-31","periodStart":"2015-12-01","periodEnd":"2015-12-31",
            "seller":{"name":"Lab","address":"1 rue"},"sellerIban":"X","buyer":{"name":"Quenten Buyer","address":"2 rue"},"lines":[],
            "totals":{"net":{"minor":1000,"currency":"EUR"},"vat":[],"gross":{"minor":1200,"currency":"EUR"} } }
            """,
    };
}
