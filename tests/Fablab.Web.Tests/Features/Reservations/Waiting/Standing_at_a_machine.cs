using System.Net;
using Fablab.Web.Data;

namespace Fablab.Web.Tests.Features.Reservations.Waiting;

public sealed class Standing_at_a_machine(StorageProvider provider) : WaitingTest(provider)
{
    [Test]
    public async Task Gives_the_time_until_the_next_booking_to_who_came_first_for_a_short_while()
    {
        var now = await AloneAsync();
        await BookedAsync(Maker, now.AddHours(1), now.AddHours(2));
        using var first = await PersonAsync();
        using var second = await PersonAsync();

        var (wish1, wish2) = (await StandsAsync(first, now), await StandsAsync(second, now));

        var offer = (await WishAsync(first, wish1)).GetProperty("offer");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(offer.GetProperty("start").GetDateTimeOffset(), Is.EqualTo(now));
            Assert.That(offer.GetProperty("end").GetDateTimeOffset(), Is.EqualTo(now.AddHours(1)));
            Assert.That(offer.GetProperty("holdUntil").GetDateTimeOffset(), Is.EqualTo(now.AddMinutes(5)));
            Assert.That(await StateAsync(second, wish2), Is.EqualTo("waiting"));
        }
    }

    [Test]
    public async Task Passes_to_the_next_who_stands_there_when_the_first_went_away()
    {
        var now = await AloneAsync();
        await BookedAsync(Maker, now.AddHours(2), now.AddHours(3));
        using var first = await PersonAsync();
        using var second = await PersonAsync();
        var (wish1, wish2) = (await StandsAsync(first, now), await StandsAsync(second, now));

        Lab.Clock.Advance(TimeSpan.FromMinutes(5));
        await SweepAsync();
        using var accepted = await AcceptAsync(second, wish2);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(await StateAsync(first, wish1), Is.EqualTo("waiting"));
            Assert.That(accepted.StatusCode, Is.EqualTo(HttpStatusCode.OK), await accepted.Content.ReadAsStringAsync());
            Assert.That((await JsonOfAsync(accepted)).GetProperty("start").GetDateTimeOffset(), Is.EqualTo(now.AddMinutes(5)));
        }
    }

    [Test]
    public async Task Counts_before_wishes_for_a_time_to_come_when_a_slot_begins_now()
    {
        // Not at the room: there a booking begins by itself, and could not be cancelled any more.
        const string Printer = "printer-2";
        var now = await AloneAsync();
        var taken = await BookedAsync(Maker, now, now.AddHours(2), Printer);
        using var dated = await PersonAsync();
        using var stands = await PersonAsync();
        using var joined = await JoinAsync(dated, new { machine = Printer, windowStart = now.UtcDateTime, windowEnd = now.AddHours(2).UtcDateTime, seconds = 3600, minimumSeconds = 1800 });
        var planned = (await JsonOfAsync(joined)).GetProperty("id").GetGuid();
        var wish = await StandsAsync(stands, now, Printer);

        await CancelAsync(Maker, taken);

        using (Assert.EnterMultipleScope())
        {
            Assert.That((await WishAsync(stands, wish)).GetProperty("offer").GetProperty("start").GetDateTimeOffset(), Is.EqualTo(now));
            Assert.That(await StateAsync(dated, planned), Is.EqualTo("waiting"));
        }
    }

    [Test]
    public async Task Begins_when_the_slot_before_simply_ends()
    {
        var now = await AloneAsync();
        var before = await BookedAsync(Maker, now, now.AddMinutes(30));
        using var stands = await PersonAsync();
        var wish = await StandsAsync(stands, now);
        var early = await StateAsync(stands, wish);

        Lab.Clock.Advance(TimeSpan.FromMinutes(31));
        await SweepAsync();

        Assert.That((early, await StateAsync(stands, wish)), Is.EqualTo(("waiting", "offered")), $"{before}");
    }

    [Test]
    public async Task Is_for_one_machine_or_pool_and_not_for_all_of_a_kind()
    {
        using var stands = await PersonAsync();

        using var answer = await JoinAsync(stands, new { category = "room", kind = "now", windowEnd = Lab.Clock.GetUtcNow().AddHours(1).UtcDateTime, seconds = 1800 });

        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("now-needs-one-machine"));
    }

    private static async Task<Guid> StandsAsync(HttpClient client, DateTimeOffset now, string machine = "room-1")
    {
        using var answer = await JoinAsync(client, new { machine, kind = "now", windowEnd = now.AddHours(2).UtcDateTime, seconds = 7200, minimumSeconds = 1800 });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
    }

    /// <summary>Half a day later nobody of the tests before stands there any more.</summary>
    private async Task<DateTimeOffset> AloneAsync()
    {
        Lab.Clock.Advance(TimeSpan.FromHours(12));
        await SweepAsync();
        return Lab.Clock.GetUtcNow();
    }
}
