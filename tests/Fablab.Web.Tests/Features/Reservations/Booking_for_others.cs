using System.Net;
using System.Net.Http.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Reservations;

public sealed class Booking_for_others(StorageProvider provider) : LabTest(provider)
{
    private static readonly Guid SecondMaker = DemoIds.Numbered(72);

    [TestCase(DemoIds.AtelierManager, HttpStatusCode.Created)]
    [TestCase(DemoIds.CampusManager, HttpStatusCode.Forbidden, Description = "the machine is of another site")]
    [TestCase(DemoIds.Maker, HttpStatusCode.Forbidden)]
    public async Task Is_for_the_staff_of_the_site(string email, HttpStatusCode expected)
    {
        using var client = await Lab.ClientOfAsync(email);

        using var answer = await BookAsync(client, FreshSlot(), new { forMember = SecondMaker });

        Assert.That(answer.StatusCode, Is.EqualTo(expected));
    }

    [Test]
    public async Task Makes_it_theirs_and_tells_who_booked()
    {
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        using var second = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        using var answer = await BookAsync(manager, FreshSlot(), new { forMember = SecondMaker });
        var id = (await JsonOfAsync(answer)).GetProperty("id").GetGuid();

        using var read = await second.GetAsync($"/api/v1/reservations/{id}");

        var booked = await Lab.WithDbAsync(db => db.Reservations.SingleAsync(r => r.Id == new Fablab.Domain.Reservations.ReservationId(id)));
        Assert.That(read.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(booked.Member, Is.EqualTo(new MemberId(SecondMaker)));
        Assert.That(booked.BookedBy, Is.EqualTo(new MemberId(DemoIds.Numbered(73))));
    }

    [Test]
    public async Task Who_do_not_exist_is_refused()
    {
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);

        using var answer = await BookAsync(manager, FreshSlot(), new { forMember = Guid.NewGuid() });

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Company_comes_along_as_members_and_guests()
    {
        using var answer = await BookAsync(Maker, FreshSlot(), new { company = new object[] { new { memberId = SecondMaker }, new { guestName = "Nolwenn" } } });
        var id = new Fablab.Domain.Reservations.ReservationId((await JsonOfAsync(answer)).GetProperty("id").GetGuid());

        var company = await Lab.WithDbAsync(db => db.Company.Where(row => row.Reservation == id).ToListAsync());

        Assert.That(company, Has.Count.EqualTo(2));
        Assert.That(company.Select(row => row.GuestName), Has.One.EqualTo("Nolwenn"));
    }

    [Test]
    public async Task Company_is_a_member_or_a_guest_and_not_both()
    {
        using var answer = await BookAsync(Maker, FreshSlot(), new { company = new object[] { new { memberId = SecondMaker, guestName = "Nolwenn" } } });

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    private static Task<HttpResponseMessage> BookAsync(HttpClient client, (DateTimeOffset Start, DateTimeOffset End) slot, object more)
    {
        var body = System.Text.Json.JsonSerializer.SerializeToNode(more)!.AsObject();
        body["machine"] = "printer-1";
        body["start"] = slot.Start.UtcDateTime;
        body["end"] = slot.End.UtcDateTime;
        return client.PostAsJsonAsync("/api/v1/reservations", body);
    }
}
