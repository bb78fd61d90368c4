using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Trainings;

public sealed class Refunds_of_trainings(StorageProvider provider) : TrainingTest(provider)
{
    [Test]
    public async Task Stand_in_the_list_of_the_sites_managers_with_their_cause()
    {
        var (tooFew, cancelled, running) = (await PlannedAsync(seats: 3, minimum: 3, priceMinor: 1000, days: 3), await PlannedAsync(seats: 3, priceMinor: 2000), await PlannedAsync(seats: 3, priceMinor: 3000));
        var (inTime, removed, both) = (await PersonAsync(), await PersonAsync(), await PersonAsync());
        using (await ActAsync(both.Client, tooFew, "enrol"))
        using (await ActAsync(both.Client, cancelled, "enrol"))
        using (await ActAsync(removed.Client, running, "enrol"))
        using (await ActAsync(inTime.Client, running, "enrol"))
        using (await ActAsync(inTime.Client, running, "withdraw"))
        using (await Manager.DeleteAsync($"/api/v1/training-sessions/{running}/enrolments/{removed.Id}"))
        using (await Manager.PostAsync($"/api/v1/training-sessions/{cancelled}/cancel", null))
        {
        }

        Lab.Clock.Advance(TimeSpan.FromDays(2) + TimeSpan.FromHours(1));
        await SweepAsync();
        var listed = await ListAsync(Manager);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(CausesOf(listed, inTime.Id), Is.EqualTo(["withdrawnInTime 3000 EUR"]));
            Assert.That(CausesOf(listed, removed.Id), Is.EqualTo(["removedByStaff 3000 EUR"]));
            Assert.That(CausesOf(listed, both.Id), Is.EqualTo(["tooFew 1000 EUR", "sessionCancelled 2000 EUR"]), "the newest first");
        }
    }

    [Test]
    public async Task Are_marked_once_by_a_manager_of_the_site()
    {
        var (member, refund) = await OwedAsync();
        using var elsewhere = await Lab.ClientOfAsync(DemoIds.CampusManager);

        using var byStranger = await elsewhere.PostAsync($"/api/v1/training-refunds/{refund}/refunded", null);
        using var byTrainer = await Trainer.PostAsync($"/api/v1/training-refunds/{refund}/refunded", null);
        using var unseen = await Trainer.GetAsync("/api/v1/training-refunds");
        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Manager.PostAsync($"/api/v1/training-refunds/{refund}/refunded", null)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That((byStranger.StatusCode, byTrainer.StatusCode, unseen.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound)));
            Assert.That(answers.Select(answer => answer.StatusCode).Order(), Is.EqualTo([HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.Conflict]));
            Assert.That((await NoticesOfAsync(member)).Last(), Is.EqualTo("training-refunded"));
            Assert.That(CausesOf(await ListAsync(Manager), member), Is.Empty);
            Assert.That(CausesOf(await ListAsync(Manager, "?refunded=true"), member), Is.EqualTo(["withdrawnInTime 2500 EUR"]));
            var audit = await Lab.WithDbAsync(db => db.Audit.AsNoTracking().Where(row => row.Action == "training-refunded" && row.Concerns == new MemberId(member)).SingleAsync());
            Assert.That((audit.Site, audit.After!["amountMinor"], audit.After["currency"]), Is.EqualTo((DemoIds.Atelier, "2500", "EUR")));
        }
    }

    [Test]
    public async Task Come_page_by_page_and_are_found_on_the_export()
    {
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await OwedAsync();
        }

        var (seen, after) = (new List<string>(), "");
        do
        {
            var page = await Manager.GetFromJsonAsync<JsonElement>($"/api/v1/training-refunds?site=atelier&limit=2{after}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("id").GetString()!));
            after = page.TryGetProperty("next", out var next) ? $"&after={next.GetString()}" : "";
        }
        while (after.Length > 0);

        Assert.That(seen, Is.Unique.And.Count.EqualTo(await Lab.WithDbAsync(db => db.TrainingRefunds.CountAsync(row => row.RefundedAt == null))));
    }

    [Test]
    public async Task Are_owed_no_more_once_there_is_a_seat_again_but_again_when_that_is_given_back_too()
    {
        var session = await PlannedAsync(seats: 1, priceMinor: 2500);
        var (client, id) = await PersonAsync();
        foreach (var verb in new[] { "enrol", "withdraw", "enrol" })
        {
            using var done = await ActAsync(client, session, verb);
        }

        var seated = await OfAsync(id);
        using (await ActAsync(client, session, "withdraw"))
        using (await Manager.PostAsync($"/api/v1/training-refunds/{(await OfAsync(id)).Single()}/refunded", null))
        using (await ActAsync(client, session, "enrol"))
        using (await ActAsync(client, session, "withdraw"))
        {
        }

        Assert.That((seated.Count, (await OfAsync(id)).Count), Is.EqualTo((0, 2)), "one was given back, for the other seat one is owed");
    }

    [Test]
    public async Task Are_not_changed_past_the_use_case_once_they_were_given_back()
    {
        var (_, refund) = await OwedAsync();
        using var settled = await Manager.PostAsync($"/api/v1/training-refunds/{refund}/refunded", null);
        var id = new TrainingRefundId(Guid.Parse(refund));

        foreach (var change in new Func<Task>[]
        {
            () => Lab.WithDbAsync(db => db.TrainingRefunds.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.RefundedAt, (NodaTime.Instant?)null))),
            () => Lab.WithDbAsync(db => db.TrainingRefunds.Where(row => row.Id == id).ExecuteDeleteAsync()),
        })
        {
            Assert.That((await Assert.CatchAsync<Exception>(() => change()))!.Message, Does.Contain("append-only: TrainingRefunds"));
        }
    }

    private async Task<(Guid Member, string Refund)> OwedAsync()
    {
        var session = await PlannedAsync(seats: 1, priceMinor: 2500);
        var (client, id) = await PersonAsync();
        using (await ActAsync(client, session, "enrol"))
        using (await ActAsync(client, session, "withdraw"))
        {
        }

        return (id, (await OfAsync(id)).Single().ToString());
    }

    private async Task<IReadOnlyList<TrainingRefundId>> OfAsync(Guid member) =>
        await Lab.WithDbAsync(db => db.TrainingRefunds.Where(row => row.Member == new MemberId(member)).Select(row => row.Id).ToListAsync());

    private static async Task<List<JsonElement>> ListAsync(HttpClient who, string query = "") =>
        [.. (await who.GetFromJsonAsync<JsonElement>($"/api/v1/training-refunds{query}")).GetProperty("items").EnumerateArray()];

    private static string[] CausesOf(IEnumerable<JsonElement> refunds, Guid member) =>
    [
        .. refunds.Where(one => one.GetProperty("memberId").GetGuid() == member)
            .Select(one => $"{one.GetProperty("cause").GetString()} {one.GetProperty("amount").GetProperty("minor").GetInt64()} {one.GetProperty("amount").GetProperty("currency").GetString()}"),
    ];
}
