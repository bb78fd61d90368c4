using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Tests.Features.Reservations;

/// <summary>The demo's two printers are one pool.</summary>
public sealed class Booking_of_a_pool(StorageProvider provider) : LabTest(provider)
{
    private static readonly DateTimeOffset Day = new(2026, 4, 6, 9, 0, 0, TimeSpan.Zero);
    private int days;

    [Test]
    public async Task Takes_as_many_at_once_as_there_are_units_and_no_more()
    {
        var nine = NextDay();
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);

        using var first = await BookAsync(Maker, (nine, nine.AddHours(1)), "printers");
        using var second = await BookAsync(other, (nine, nine.AddHours(1)), "printers");
        using var third = await BookAsync(Maker, (nine, nine.AddHours(1)), "printers");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(second.StatusCode, Is.EqualTo(HttpStatusCode.Created));
            Assert.That(third.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
            Assert.That(await UnitAsync(first), Is.Not.EqualTo(await UnitAsync(second)));
        }
    }

    [Test]
    public async Task Moves_others_of_the_pool_so_that_a_long_one_fits_between_short_ones()
    {
        // 9–10 and 11–12 sit on different units, because 9–12 was taken on the first when they came; once it is gone, 9–12 fits only
        // when they share one.
        var nine = NextDay();
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        var long1 = await BookedAsync(other, nine, nine.AddHours(1), "printer-1");
        var early = await BookedAsync(Maker, nine, nine.AddHours(1), "printers");
        await CancelAsync(other, long1);
        var blocker = await BookedAsync(other, nine.AddHours(2), nine.AddHours(3), "printer-2");
        var late = await BookedAsync(Maker, nine.AddHours(2), nine.AddHours(3), "printers");
        await CancelAsync(other, blocker);
        Assert.That(await SeatAsync(early), Is.Not.EqualTo(await SeatAsync(late)), "they sit apart");

        using var whole = await BookAsync(other, (nine, nine.AddHours(3)), "printers");

        Assert.That(whole.StatusCode, Is.EqualTo(HttpStatusCode.Created), await whole.Content.ReadAsStringAsync());
        Assert.That(await SeatAsync(early), Is.EqualTo(await SeatAsync(late)), "and now they share a unit");
    }

    [Test]
    public async Task Does_not_move_what_was_booked_by_its_own_name()
    {
        var nine = NextDay();
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);
        await BookedAsync(Maker, nine, nine.AddHours(1), "printer-1");
        await BookedAsync(Maker, nine.AddHours(2), nine.AddHours(3), "printer-2");

        using var whole = await BookAsync(other, (nine, nine.AddHours(3)), "printers");

        Assert.That(whole.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await ProblemCodesOfAsync(whole), Is.EqualTo(["slot-taken"]));
    }

    [Test]
    public async Task Goes_to_another_unit_when_its_own_breaks_and_tells_its_member()
    {
        var nine = NextDay();
        var id = await BookedAsync(Maker, nine, nine.AddHours(1), "printers");
        var before = await SeatAsync(id);
        using var manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        var code = before == DemoIds.Printer1 ? "printer-1" : "printer-2";

        using var broken = await manager.PostAsJsonAsync($"/api/v1/machines/{code}/out-of-order", new { isOutOfOrder = true, reason = "nozzle" });
        var after = await SeatAsync(id);
        using var mended = await manager.PostAsJsonAsync($"/api/v1/machines/{code}/out-of-order", new { isOutOfOrder = false });

        Assert.That(broken.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(after, Is.Not.EqualTo(before));
        var told = await Lab.WithDbAsync(db => db.Notices.Where(notice => notice.Code == "another-unit-of-the-pool").CountAsync());
        Assert.That(told, Is.GreaterThanOrEqualTo(1));
    }

    [Test]
    public async Task Never_takes_more_than_fit_when_many_ask_at_once()
    {
        var nine = NextDay();
        using var other = await Lab.ClientOfAsync(DemoIds.SecondMaker);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => BookAsync(i % 2 == 0 ? Maker : other, (nine, nine.AddHours(1)), "printers")));

        Assert.That(answers.Count(answer => answer.StatusCode is HttpStatusCode.Created), Is.EqualTo(2));
        Assert.That(answers.Count(answer => answer.StatusCode is HttpStatusCode.Conflict), Is.EqualTo(14));
    }

    [Test]
    public async Task Is_told_as_one_of_the_pool()
    {
        var nine = NextDay();
        var id = await BookedAsync(Maker, nine, nine.AddHours(1), "printers");

        var told = await Maker.GetFromJsonAsync<JsonElement>($"/api/v1/reservations/{id}");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(told.GetProperty("pool").GetString(), Is.EqualTo("printers"));
            Assert.That(told.GetProperty("machine").GetString(), Does.StartWith("printer-"));
            Assert.That(told.GetProperty("keptEnd").GetDateTimeOffset(), Is.EqualTo(nine.AddMinutes(65)));
        }
    }

    [Test]
    public async Task Is_listed_with_its_units()
    {
        var pools = await Maker.GetFromJsonAsync<JsonElement>("/api/v1/pools?site=atelier");

        Assert.That(pools[0].GetProperty("code").GetString(), Is.EqualTo("printers"));
        Assert.That(pools[0].GetProperty("units").EnumerateArray().Select(unit => unit.GetString()), Is.EqualTo(["printer-1", "printer-2"]));
    }

    private DateTimeOffset NextDay() => Day.AddDays(days++);

    private static async Task<string> UnitAsync(HttpResponseMessage booked) => (await JsonOfAsync(booked)).GetProperty("machine").GetString()!;

    private static async Task<Guid> BookedAsync(HttpClient client, DateTimeOffset start, DateTimeOffset end, string machine)
    {
        using var answer = await BookAsync(client, (start, end), machine);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
    }

    private static async Task CancelAsync(HttpClient client, Guid id)
    {
        using var answer = await client.PostAsync($"/api/v1/reservations/{id}/cancel", null);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    private Task<MachineId> SeatAsync(Guid id) =>
        Lab.WithDbAsync(db => db.Reservations.Where(r => r.Id == new ReservationId(id)).Select(r => r.Machine).SingleAsync());
}
