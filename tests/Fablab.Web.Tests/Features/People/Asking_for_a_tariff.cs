using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Privacy.Retaining;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Features.People;

public sealed class Asking_for_a_tariff(StorageProvider provider) : PeopleTest(provider)
{
    private const string Mine = "/api/v1/me/tariff-requests";
    private const string Staffs = "/api/v1/tariff-requests";
    private const string Card = "%PDF-1.7 a student card";

    private int groups;

    [Test]
    public async Task Shows_a_document_to_managers_of_ones_sites_who_say_yes_for_so_long()
    {
        var (member, id, group) = await MemberAsync();
        using var asked = await AskAsync(member, group);
        var request = (await JsonOfAsync(asked)).GetProperty("id").GetGuid();

        var waiting = await Manager.GetStringAsync(Staffs);
        using var proof = await Manager.GetAsync($"{Staffs}/{request}/proof");
        using var backwards = await AcceptAsync(request, new { from = "2026-09-01T00:00:00Z", until = "2026-08-01T00:00:00Z" });
        using var accepted = await AcceptAsync(request, new { until = "2026-09-01T00:00:00Z", seen = "student card 2025/26" });
        using var again = await AcceptAsync(request, new { });
        var groupsOfMember = (await MemberAsync(Manager, id)).GetProperty("groups");
        var mine = (await member.GetFromJsonAsync<JsonElement>(Mine)).GetProperty("requests")[0];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(asked.StatusCode, Is.EqualTo(HttpStatusCode.Created), await asked.Content.ReadAsStringAsync());
            Assert.That(waiting, Does.Contain(request.ToString()));
            Assert.That(await proof.Content.ReadAsStringAsync(), Is.EqualTo(Card));
            Assert.That(proof.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/pdf"));
            Assert.That(proof.Content.Headers.ContentDisposition!.ToString(), Does.StartWith("attachment").And.Contain($"{request}.pdf").And.Not.Contain("card"), "saved and not shown, under a name of ours");
            Assert.That(proof.Headers.GetValues("X-Content-Type-Options").Single(), Is.EqualTo("nosniff"));
            Assert.That((backwards.StatusCode, accepted.StatusCode, again.StatusCode), Is.EqualTo((HttpStatusCode.UnprocessableEntity, HttpStatusCode.NoContent, HttpStatusCode.Conflict)));
            Assert.That(groupsOfMember.ToString(), Does.Contain("student card 2025/26").And.Contain("2026-09-01T00:00:00Z"));
            Assert.That(mine.GetProperty("state").GetString(), Is.EqualTo("accepted"));
            Assert.That(await Manager.GetStringAsync(Staffs), Does.Not.Contain(request.ToString()));
            Assert.That(await ToldAsync(id), Is.EqualTo(new[] { "tariff-accepted" }));
            Assert.That(await Lab.WithDbAsync(db => db.Audit.CountAsync(row => row.Action == "tariff-proof-seen" && row.Subject == $"tariff-request/{request}" && row.Concerns == new Fablab.Domain.Members.MemberId(id))), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Ends_with_a_no_and_its_reason_when_the_document_shows_nothing()
    {
        var (member, id, group) = await MemberAsync();
        using var asked = await AskAsync(member, group, "\u0089PNG\r\n\u001A\n");
        var request = (await JsonOfAsync(asked)).GetProperty("id").GetGuid();

        using var mute = await Manager.PostAsJsonAsync($"{Staffs}/{request}/refuse", new { reason = "" });
        using var refused = await Manager.PostAsJsonAsync($"{Staffs}/{request}/refuse", new { reason = "The card ended in August" });
        var mine = (await member.GetFromJsonAsync<JsonElement>(Mine)).GetProperty("requests")[0];
        using var anew = await AskAsync(member, group);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((mute.StatusCode, refused.StatusCode, anew.StatusCode), Is.EqualTo((HttpStatusCode.BadRequest, HttpStatusCode.NoContent, HttpStatusCode.Created)));
            Assert.That((mine.GetProperty("state").GetString(), mine.GetProperty("reason").GetString()), Is.EqualTo(("refused", "The card ended in August")));
            Assert.That(await ToldAsync(id), Is.EqualTo(new[] { "tariff-refused" }));
            Assert.That((await MemberAsync(Manager, id)).GetProperty("groups").GetArrayLength(), Is.Zero);
        }
    }

    [TestCase("<svg onload=alert(1)>", HttpStatusCode.UnprocessableEntity, "proof-unreadable")]
    [TestCase("MZ", HttpStatusCode.UnprocessableEntity, "proof-unreadable")]
    [TestCase("", HttpStatusCode.UnprocessableEntity, "proof-unreadable")]
    [TestCase(null, HttpStatusCode.RequestEntityTooLarge, "file-too-large")]
    public async Task Takes_a_document_for_what_it_holds_and_not_for_what_it_is_called(string? content, HttpStatusCode status, string code)
    {
        var (member, _, group) = await MemberAsync();

        using var asked = await AskAsync(member, group, content ?? "%PDF-" + new string('x', 5 * 1024 * 1024));

        Assert.That((asked.StatusCode, (await JsonOfAsync(asked)).GetProperty("code").GetString()), Is.EqualTo((status, code)));
        Assert.That((await member.GetFromJsonAsync<JsonElement>(Mine)).GetProperty("requests").GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task Is_read_by_managers_page_by_page_the_oldest_first()
    {
        var asked = new List<string>();
        foreach (var _ in Enumerable.Range(0, 5))
        {
            var (member, _, group) = await MemberAsync();
            using var answer = await AskAsync(member, group);
            asked.Add((await JsonOfAsync(answer)).GetProperty("id").GetString()!);
            member.Dispose();
        }

        var read = new List<string>();
        for (var after = ""; ;)
        {
            var page = await Manager.GetFromJsonAsync<JsonElement>($"{Staffs}?limit=2{after}");
            read.AddRange(page.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("id").GetString()!));
            if (!page.TryGetProperty("next", out var next))
            {
                break;
            }

            after = $"&after={next}";
        }

        Assert.That(read.Where(asked.Contains), Is.EquivalentTo(asked), "those of one instant too");
        Assert.That(read, Is.Unique);
    }

    [Test]
    public async Task Is_for_groups_alone_of_which_members_may_know()
    {
        var (member, _, group) = await MemberAsync();
        using var secret = await Manager.PostAsJsonAsync("/api/v1/tariff-groups", new { code = $"secret-{++groups}", name = "Late payers" });

        using var asked = await AskAsync(member, (await JsonOfAsync(secret)).GetProperty("id").GetGuid());
        var list = (await member.GetFromJsonAsync<JsonElement>(Mine)).GetProperty("groups").ToString();

        Assert.That(asked.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(list, Does.Contain(group.ToString()).And.Not.Contain("Late payers"));
    }

    [Test]
    public async Task Is_no_business_of_other_members_of_the_front_desk_or_of_another_site()
    {
        var (member, _, group) = await MemberAsync();
        using var asked = await AskAsync(member, group);
        var request = (await JsonOfAsync(asked)).GetProperty("id").GetGuid();

        foreach (var stranger in new[] { Maker, FrontDesk, Elsewhere, member })
        {
            using var proof = await stranger.GetAsync($"{Staffs}/{request}/proof");
            using var accepted = await stranger.PostAsJsonAsync($"{Staffs}/{request}/accept", new { });
            using var refused = await stranger.PostAsJsonAsync($"{Staffs}/{request}/refuse", new { reason = "No" });
            Assert.That((proof.StatusCode, accepted.StatusCode, refused.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound)));
        }

        using var withdrawn = await Maker.DeleteAsync($"{Mine}/{request}");
        using var list = await FrontDesk.GetAsync(Staffs);
        Assert.That((withdrawn.StatusCode, list.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.NotFound)));
        Assert.That(await Elsewhere.GetStringAsync(Staffs), Does.Not.Contain(request.ToString()));
        Assert.That(await Administrator.GetStringAsync(Staffs), Does.Contain(request.ToString()));
    }

    [TestCase(MembershipState.Waiting)]
    [TestCase(MembershipState.Refused)]
    public async Task Shows_nothing_where_somebody_only_asked_to_belong(MembershipState state)
    {
        var (member, id, group) = await MemberAsync();
        using var asked = await AskAsync(member, group);
        var request = (await JsonOfAsync(asked)).GetProperty("id").GetGuid();
        await Lab.WithDbAsync(async db =>
        {
            var campus = await db.Sites.Where(site => site.Code == "campus").Select(site => site.Id).SingleAsync();
            db.Add(new SiteMembershipRow { Member = new MemberId(id), Site = campus, State = state, Origin = MembershipOrigin.Registration, Since = Now });
            return await db.SaveChangesAsync();
        });

        using var proof = await Elsewhere.GetAsync($"{Staffs}/{request}/proof");
        using var accepted = await Elsewhere.PostAsJsonAsync($"{Staffs}/{request}/accept", new { });

        Assert.That((proof.StatusCode, accepted.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.NotFound)));
        Assert.That(await Elsewhere.GetStringAsync(Staffs), Does.Not.Contain(request.ToString()));
    }

    [Test]
    public async Task Is_told_to_managers_few_times_a_day_however_often_it_is_taken_back()
    {
        var (member, _, group) = await MemberAsync();
        for (var ask = 0; ask < 5; ask++)
        {
            using var asked = await AskAsync(member, group);
            using var withdrawn = await member.DeleteAsync($"{Mine}/{(await JsonOfAsync(asked)).GetProperty("id").GetGuid()}");
            Assert.That(withdrawn.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        }

        using var sixth = await AskAsync(member, group);

        Assert.That((await JsonOfAsync(sixth)).GetProperty("facts").GetProperty("reason").GetString(), Is.EqualTo("too-many"));
    }

    [Test]
    public async Task Waits_once_and_can_be_taken_back_with_its_document()
    {
        var (member, id, group) = await MemberAsync();
        using var asked = await AskAsync(member, group);
        var request = (await JsonOfAsync(asked)).GetProperty("id").GetGuid();

        using var twice = await AskAsync(member, group);
        var beside = Lab.WithDbAsync(db =>
        {
            db.Add(new TariffRequestRow { Id = Guid.CreateVersion7(), Member = new MemberId(id), Group = new TariffGroupId(group), AskedAt = Now });
            return db.SaveChangesAsync();
        });
        using var withdrawn = await member.DeleteAsync($"{Mine}/{request}");
        using var again = await member.DeleteAsync($"{Mine}/{request}");

        Assert.That((await JsonOfAsync(twice)).GetProperty("facts").GetProperty("reason").GetString(), Is.EqualTo("waits-already"));
        Assert.That(async () => await beside, Throws.TypeOf<DbUpdateException>(), "the database allows no second one");
        Assert.That((withdrawn.StatusCode, again.StatusCode), Is.EqualTo((HttpStatusCode.NoContent, HttpStatusCode.NotFound)));
        Assert.That(await ProofsAsync(Lab, request), Is.Zero);
    }

    [Test]
    public async Task Wants_a_membership_somewhere_first()
    {
        var (member, id, group) = await MemberAsync();
        var who = new MemberId(id);
        await Lab.WithDbAsync(db => db.SiteMemberships.Where(row => row.Member == who).ExecuteDeleteAsync());

        using var asked = await AskAsync(member, group);

        Assert.That((await JsonOfAsync(asked)).GetProperty("facts").GetProperty("reason").GetString(), Is.EqualTo("no-membership"));
    }

    [Test]
    public async Task Leaves_the_document_for_a_month_and_the_request_for_a_year()
    {
        var (member, _, group) = await MemberAsync();
        using var asked = await AskAsync(member, group);
        var request = (await JsonOfAsync(asked)).GetProperty("id").GetGuid();
        using var accepted = await AcceptAsync(request, new { });
        var (now, sweep) = (Now, Lab.Services.GetRequiredService<RetentionSweep>());
        await SetDecidedAsync(now - NodaTime.Duration.FromDays(29));

        await sweep.RunAsync(CancellationToken.None);
        var early = await ProofsAsync(Lab, request);
        await SetDecidedAsync(now - NodaTime.Duration.FromDays(31));
        await sweep.RunAsync(CancellationToken.None);
        var (late, kept) = (await ProofsAsync(Lab, request), await Lab.WithDbAsync(db => db.TariffRequests.CountAsync(row => row.Id == request)));
        await SetDecidedAsync(now - NodaTime.Duration.FromDays(396));
        await sweep.RunAsync(CancellationToken.None);

        Assert.That((early, late, kept), Is.EqualTo((1, 0, 1)));
        Assert.That(await Lab.WithDbAsync(db => db.TariffRequests.CountAsync(row => row.Id == request)), Is.Zero);

        Task<int> SetDecidedAsync(NodaTime.Instant at) => Lab.WithDbAsync(db =>
            db.TariffRequests.Where(row => row.Id == request).ExecuteUpdateAsync(set => set.SetProperty(row => row.DecidedAt, (NodaTime.Instant?)at)));
    }

    /// <summary>A member of the atelier, and a group that they may ask for.</summary>
    private async Task<(HttpClient Client, Guid Id, Guid Group)> MemberAsync()
    {
        var (email, id) = await PersonAsync();
        using var made = await Manager.PostAsJsonAsync("/api/v1/tariff-groups", new { code = $"asked-{++groups}", name = $"Students {groups}", mayBeAskedFor = true });
        return (await Lab.ClientOfAsync(email), id, (await JsonOfAsync(made)).GetProperty("id").GetGuid());
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient member, Guid group, string content = Card)
    {
        using var form = new MultipartFormDataContent { { new StringContent(group.ToString()), "group" }, { new ByteArrayContent(Encoding.Latin1.GetBytes(content)), "file", "card.pdf" } };
        return await member.PostAsync(new Uri(Mine, UriKind.Relative), form);
    }

    private Task<HttpResponseMessage> AcceptAsync(Guid request, object body) => Manager.PostAsJsonAsync($"{Staffs}/{request}/accept", body);

    private static Task<int> ProofsAsync(LabApp lab, Guid request) => lab.WithDbAsync(db => db.TariffProofs.CountAsync(row => row.Request == request));

    private Task<List<string>> ToldAsync(Guid member)
    {
        var id = new MemberId(member);
        return Lab.WithDbAsync(db => db.Notices.Where(notice => notice.Member == id).Select(notice => notice.Code).ToListAsync());
    }
}
