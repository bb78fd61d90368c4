using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;

namespace Fablab.Web.Tests.Features.Reservations;

public sealed class Changing_a_reservation(StorageProvider provider) : LabTest(provider)
{
    private static readonly DateTimeOffset Day = new(2026, 4, 6, 9, 0, 0, TimeSpan.Zero);
    private int days;

    [Test]
    public async Task Moves_it_to_another_time_and_frees_the_old_one()
    {
        var nine = NextDay();
        var id = await BookedAsync(Maker, nine, nine.AddHours(1));
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);

        using var moved = await MoveAsync(Maker, id, nine.AddHours(3), nine.AddHours(4));
        using var old = await BookAsync(other, (nine, nine.AddHours(1)));
        using var taken = await BookAsync(other, (nine.AddHours(3), nine.AddHours(4)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(moved.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(old.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(taken.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        }
    }

    [Test]
    public async Task Moves_it_to_another_machine()
    {
        var nine = NextDay();
        var id = await BookedAsync(Maker, nine, nine.AddHours(1));

        using var moved = await MoveAsync(Maker, id, nine, nine.AddHours(1), "printer-2");

        Assert.That(moved.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await JsonOfAsync(moved)).GetProperty("machineId").GetGuid(), Is.EqualTo(DemoIds.Printer2.Value));
    }

    [Test]
    public async Task May_overlap_what_it_was_itself()
    {
        var nine = NextDay();
        var id = await BookedAsync(Maker, nine, nine.AddHours(1));

        using var moved = await MoveAsync(Maker, id, nine.AddMinutes(30), nine.AddMinutes(90));

        Assert.That(moved.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Into_time_of_somebody_else_is_refused_and_changes_nothing()
    {
        var nine = NextDay();
        var id = await BookedAsync(Maker, nine, nine.AddHours(1));
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        await BookedAsync(other, nine.AddHours(2), nine.AddHours(3));

        using var moved = await MoveAsync(Maker, id, nine.AddHours(1), nine.AddHours(3));

        Assert.That(moved.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await ProblemCodesOfAsync(moved), Is.EqualTo(["slot-taken"]));
        Assert.That((await ReadAsync(id)).GetProperty("end").GetDateTimeOffset(), Is.EqualTo(nine.AddHours(1)));
    }

    [Test]
    public async Task Extends_or_shortens_it_before_it_began()
    {
        var nine = NextDay();
        var id = await BookedAsync(Maker, nine, nine.AddHours(1));

        using var longer = await ExtendAsync(id, nine.AddHours(2));
        using var shorter = await ExtendAsync(id, nine.AddMinutes(30));

        Assert.That(longer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await JsonOfAsync(shorter)).GetProperty("end").GetDateTimeOffset(), Is.EqualTo(nine.AddMinutes(30)));
    }

    [Test]
    public async Task Of_an_older_reading_is_refused()
    {
        var nine = NextDay();
        var id = await BookedAsync(Maker, nine, nine.AddHours(1));
        using var read = await Maker.GetAsync($"/api/v1/reservations/{id}");
        using var first = await MoveAsync(Maker, id, nine.AddHours(1), nine.AddHours(2), etag: read.Headers.ETag!.ToString());

        using var second = await MoveAsync(Maker, id, nine.AddHours(2), nine.AddHours(3), etag: read.Headers.ETag!.ToString());

        Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.PreconditionFailed));
    }

    [Test]
    public async Task After_it_was_cancelled_is_refused()
    {
        var nine = NextDay();
        var id = await BookedAsync(Maker, nine, nine.AddHours(1));
        using var cancelled = await Maker.PostAsync($"/api/v1/reservations/{id}/cancel", null);

        using var moved = await MoveAsync(Maker, id, nine.AddHours(1), nine.AddHours(2));

        Assert.That(moved.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await JsonOfAsync(moved)).GetProperty("code").GetString(), Is.EqualTo("reservation-not-changeable"));
    }

    [TestCase(DemoIds.AtelierManager, HttpStatusCode.OK)]
    [TestCase(DemoIds.CampusManager, HttpStatusCode.NotFound)]
    [TestCase(DemoIds.SecondMaker, HttpStatusCode.NotFound)]
    public async Task Of_somebody_else_is_for_the_staff_of_the_site(string email, HttpStatusCode expected)
    {
        var nine = NextDay();
        var id = await BookedAsync(Maker, nine, nine.AddHours(1));
        using var client = await Lab.ClientOfAsync(email);

        using var moved = await MoveAsync(client, id, nine.AddHours(1), nine.AddHours(2));

        Assert.That(moved.StatusCode, Is.EqualTo(expected));
    }

    [Test]
    public async Task Gives_the_clean_up_back_to_the_own_slot_that_it_touched()
    {
        var nine = NextDay();
        await BookedAsync(Maker, nine, nine.AddHours(1));
        var second = await BookedAsync(Maker, nine.AddHours(1), nine.AddHours(2));
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);

        using var cancelled = await Maker.PostAsync($"/api/v1/reservations/{second}/cancel", null);
        using var tooSoon = await BookAsync(other, (nine.AddHours(1), nine.AddHours(2)));
        using var cleaned = await BookAsync(other, (nine.AddHours(1).AddMinutes(5), nine.AddHours(2)));

        Assert.That(tooSoon.StatusCode, Is.EqualTo(HttpStatusCode.Conflict), "five minutes of cleaning");
        Assert.That(cleaned.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    [Test]
    public async Task Never_books_twice_when_many_move_into_one_slot_at_once()
    {
        var nine = NextDay();
        var ids = new List<Guid>();
        for (var i = 0; i < 8; i++)
        {
            ids.Add(await BookedAsync(Maker, nine.AddHours(i), nine.AddMinutes((60 * i) + 30)));
        }

        var answers = await Task.WhenAll(ids.Select(id => MoveAsync(Maker, id, nine.AddHours(10), nine.AddHours(11))));

        Assert.That(answers.Count(answer => answer.StatusCode is HttpStatusCode.OK), Is.EqualTo(1));
        Assert.That(answers.Count(answer => answer.StatusCode is HttpStatusCode.Conflict), Is.EqualTo(7));
    }

    private DateTimeOffset NextDay() => Day.AddDays(days++);

    private static async Task<Guid> BookedAsync(HttpClient client, DateTimeOffset start, DateTimeOffset end)
    {
        using var answer = await BookAsync(client, (start, end));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
    }

    private static Task<HttpResponseMessage> MoveAsync(
        HttpClient client, Guid id, DateTimeOffset start, DateTimeOffset end, string? machine = null, string? etag = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/reservations/{id}/move")
        {
            Content = JsonContent.Create(new { machine, start = start.UtcDateTime, end = end.UtcDateTime }),
        };
        if (etag is not null)
        {
            request.Headers.Add("If-Match", etag);
        }

        return client.SendAsync(request);
    }

    private Task<HttpResponseMessage> ExtendAsync(Guid id, DateTimeOffset end) =>
        Maker.PostAsJsonAsync($"/api/v1/reservations/{id}/extend", new { end = end.UtcDateTime });

    private Task<JsonElement> ReadAsync(Guid id) => Maker.GetFromJsonAsync<JsonElement>($"/api/v1/reservations/{id}");
}
