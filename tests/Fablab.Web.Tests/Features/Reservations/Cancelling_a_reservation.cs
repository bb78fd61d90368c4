using System.Net;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;

namespace Fablab.Web.Tests.Features.Reservations;

public sealed class Cancelling_a_reservation(StorageProvider provider) : LabTest(provider)
{
    [Test]
    public async Task Gives_the_slot_back_to_others()
    {
        var slot = FreshSlot();
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        var id = await BookedAsync(slot);

        using var cancelled = await Maker.PostAsync($"/api/v1/reservations/{id}/cancel", null);
        using var next = await BookAsync(other, slot);

        Assert.That(cancelled.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(next.StatusCode, Is.EqualTo(HttpStatusCode.Created));
    }

    [Test]
    public async Task Twice_is_a_conflict_that_changes_nothing()
    {
        var id = await BookedAsync(FreshSlot());
        using var first = await Maker.PostAsync($"/api/v1/reservations/{id}/cancel", null);

        using var second = await Maker.PostAsync($"/api/v1/reservations/{id}/cancel", null);

        Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That((await JsonOfAsync(second)).GetProperty("code").GetString(), Is.EqualTo("reservation-is-over"));
    }

    [Test]
    public async Task Of_an_older_reading_is_refused()
    {
        var id = await BookedAsync(FreshSlot());
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/reservations/{id}/cancel");
        request.Headers.Add("If-Match", "\"Confirmed-0-0\"");

        using var answer = await Maker.SendAsync(request);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.PreconditionFailed));
    }

    [TestCase(DemoIds.AtelierManager, HttpStatusCode.OK, Description = "the site's manager may")]
    [TestCase(DemoIds.Administrator, HttpStatusCode.OK)]
    [TestCase(DemoIds.CampusManager, HttpStatusCode.NotFound, Description = "another site's manager may not even know")]
    [TestCase(DemoIds.SecondMaker, HttpStatusCode.NotFound)]
    [TestCase(DemoIds.Owner, HttpStatusCode.NotFound, Description = "an organisation pays, it does not book for its people")]
    public async Task For_somebody_else_is_for_the_staff_of_the_site(string email, HttpStatusCode expected)
    {
        var id = await BookedAsync(FreshSlot());
        using var client = await Lab.ClientOfAsync(email);

        using var read = await client.GetAsync($"/api/v1/reservations/{id}");
        using var cancelled = await client.PostAsync($"/api/v1/reservations/{id}/cancel", null);

        Assert.That(read.StatusCode, Is.EqualTo(expected));
        Assert.That(cancelled.StatusCode, Is.EqualTo(expected));
    }

    private async Task<Guid> BookedAsync((DateTimeOffset, DateTimeOffset) slot)
    {
        using var answer = await BookAsync(Maker, slot);
        return (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
    }
}
