using System.Net;
using Fablab.Web.Data;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Api;

public sealed class Repeating_a_request(StorageProvider provider) : LabTest(provider)
{
    [Test]
    public async Task With_the_same_key_books_once_and_answers_alike()
    {
        var slot = FreshSlot();

        using var first = await BookAsync(Maker, slot, key: "once");
        using var second = await BookAsync(Maker, slot, key: "once");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(await second.Content.ReadAsStringAsync(), Is.EqualTo(await first.Content.ReadAsStringAsync()));
            Assert.That(second.Headers.Location, Is.EqualTo(first.Headers.Location));
            Assert.That(second.Headers.Contains("Idempotent-Replayed"), Is.True);
        }
    }

    [Test]
    public async Task At_the_same_instant_books_once()
    {
        var slot = FreshSlot();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => BookAsync(Maker, slot, key: "twins")));

        var bodies = await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsStringAsync()));
        Assert.That(answers.Select(answer => answer.StatusCode), Is.All.EqualTo(HttpStatusCode.Created));
        Assert.That(bodies.Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task With_the_key_of_another_request_is_refused_and_does_nothing()
    {
        using var first = await BookAsync(Maker, FreshSlot(), key: "mine");
        var before = await CountAsync();

        using var second = await BookAsync(Maker, FreshSlot(), key: "mine");

        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((await JsonOfAsync(second)).GetProperty("code").GetString(), Is.EqualTo("idempotency-key-reused"));
        Assert.That(await CountAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task After_a_refusal_is_tried_anew()
    {
        var slot = FreshSlot(7);
        using var refused = await BookAsync(Maker, slot, key: "again");

        using var second = await BookAsync(Maker, (slot.Start, slot.Start.AddHours(1)), key: "again");

        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    private Task<int> CountAsync() => Lab.WithDbAsync(db => db.Reservations.CountAsync());
}
