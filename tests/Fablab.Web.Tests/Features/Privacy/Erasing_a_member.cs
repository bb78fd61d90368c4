using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Features.Desks;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Privacy.Erasing;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Features.Privacy;

/// <summary>What a member who used everything leaves behind.</summary>
[TestFixture(StorageProvider.Sqlite)]
[TestFixture(StorageProvider.Postgres)]
public sealed class Erasing_a_member(StorageProvider provider)
{
    /// <summary>Where their words may still stand, and why.</summary>
    private static readonly Dictionary<string, string> Allowed = new()
    {
        ["Invoices.Document"] = "an invoice names its buyer for ten years (Code de commerce L123-22)",
    };

    private LabApp lab = null!;
    private Somebody one = null!;
    private HttpClient administrator = null!;
    private IReadOnlyList<string> before = [];
    private JsonElement asked;
    private string[] mails = [];

    [OneTimeSetUp]
    public async Task Erase_them()
    {
        lab = new LabApp(provider);
        one = await Somebody.MakeAsync(lab);
        administrator = await lab.ClientOfAsync(DemoIds.Administrator);
        before = await FoundAsync();
        using var answer = await administrator.PostAsJsonAsync($"/api/v1/members/{one.Id}/erasure", new { reason = "Zephyrine asked at the desk" });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        asked = await one.Client.GetFromJsonAsync<JsonElement>("/api/v1/me/erasure");
        mails = await lab.WithDbAsync(db => db.Mails.Where(row => row.Member == one.Id).Select(row => row.Code).ToArrayAsync());
        await SweepAsync();
        Assert.That(await IsErasedAsync(), Is.False, "not before the days are over");
        lab.Clock.Advance(TimeSpan.FromDays(8));
        await lab.Services.GetRequiredService<DeskSweep>().RunAsync(CancellationToken.None);
        await SweepAsync();
        Assert.That(await IsErasedAsync(), Is.True);
    }

    [OneTimeTearDown]
    public void Close_the_lab()
    {
        one?.Client.Dispose();
        administrator?.Dispose();
        lab?.Dispose();
    }

    [Test]
    public async Task Leaves_their_words_nowhere_but_where_the_law_wants_them()
    {
        var after = await FoundAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(before, Has.Count.GreaterThan(30), "otherwise this looks for what never was there");
            Assert.That(after.Except(Allowed.Keys), Is.Empty);
            Assert.That(File.Exists(one.JobFile), Is.False);
        }
    }

    [Test]
    public void Was_told_to_them_with_the_day_and_the_reason()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(asked.GetProperty("plannedAt").GetString(), Is.EqualTo("2026-03-09T08:00:00Z"));
            Assert.That(asked.GetProperty("reason").GetString(), Is.EqualTo("Zephyrine asked at the desk"));
            Assert.That(mails, Does.Contain("erasure-by-staff"));
        }
    }

    [Test]
    public async Task Gives_back_what_they_had_booked_and_their_seats()
    {
        var (booked, seat, belongs) = await lab.WithDbAsync(async db => (
            await db.Reservations.Where(row => row.Member == one.Id).OrderBy(row => row.BookedSlot.Start).Select(row => row.State).ToListAsync(),
            await db.Enrolments.Where(row => row.Member == one.Id).Select(row => row.State).SingleAsync(),
            await db.OrganisationMembers.AnyAsync(row => row.Member == one.Id)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(booked, Is.EqualTo(new[] { ReservationState.Released, ReservationState.Cancelled }), "nobody came to the first, the second was still to come");
            Assert.That(seat, Is.EqualTo(EnrolmentState.Withdrawn));
            Assert.That(belongs, Is.False);
        }
    }

    [Test]
    public async Task Ends_everything_that_opened_the_account()
    {
        using var token = await one.Client.GetAsync(new Uri("/api/v1/members/me", UriKind.Relative));
        using var visitor = lab.Visitor();
        using var password = await visitor.PostAsJsonAsync("/api/v1/sign-in", new { email = Somebody.Email, password = Somebody.Password });

        Assert.That((token.StatusCode, password.StatusCode), Is.EqualTo((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)));
    }

    [Test]
    public async Task Leaves_a_pseudonym_in_the_language_of_the_reader()
    {
        var end = one.Id.Value.ToString("N")[^4..].ToUpperInvariant();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/audit?action=member-erased");
        request.Headers.Add("Accept-Language", "fr");
        using var french = await administrator.SendAsync(request);
        var names = await french.Content.ReadAsStringAsync();

        Assert.That(JsonDocument.Parse(names).RootElement.GetProperty("items")[0].GetProperty("concerns").GetString(), Is.EqualTo($"Membre effacé {end}").Or.EqualTo($"Erased member {end}"));
    }

    [Test]
    public async Task Is_not_done_twice_and_nobody_fills_the_row_again()
    {
        var done = await lab.WithDbAsync(db => db.Erasures.AsNoTracking().SingleAsync(row => row.Member == one.Id));

        await SweepAsync();
        var again = await lab.WithDbAsync(db => db.Erasures.AsNoTracking().SingleAsync(row => row.Member == one.Id));
        var refused = await Assert.CatchAsync<Exception>(() => lab.WithDbAsync(db => db.Users.Where(row => row.Id == one.Id.Value)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Email, Somebody.Email))));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((again.DoneAt, again.DueAt, again.Reason), Is.EqualTo((done.DoneAt, done.DueAt, (string?)null)));
            Assert.That(await lab.WithDbAsync(db => db.Audit.CountAsync(row => row.Action == "member-erased")), Is.EqualTo(1));
            Assert.That(refused!.ToString(), Does.Contain("append-only: AspNetUsers"));
        }
    }

    [Test]
    public async Task Is_hidden_from_the_list_of_people()
    {
        using var page = await administrator.GetAsync(new Uri($"/api/v1/members/{one.Id}", UriKind.Relative));

        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Writes_their_id_and_nothing_else_into_the_list_that_survives_a_restore()
    {
        var list = await File.ReadAllTextAsync(Path.Combine(lab.Folder, "erasures.txt"));

        Assert.That(list, Is.EqualTo($"2026-03-10T08:00:00Z {one.Id}\n"));
    }

    private Task SweepAsync() => lab.Services.GetRequiredService<ErasureSweep>().RunAsync(CancellationToken.None);

    private Task<bool> IsErasedAsync() => lab.WithDbAsync(db => db.Users.AnyAsync(row => row.Id == one.Id.Value && row.ErasedAt != null));

    /// <summary>Every text column of every table that holds one of their marks.</summary>
    private Task<IReadOnlyList<string>> FoundAsync() => lab.WithDbAsync(Words.InAsync);
}
