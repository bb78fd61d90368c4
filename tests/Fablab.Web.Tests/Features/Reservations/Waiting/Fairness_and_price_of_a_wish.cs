using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Tests.Testing;

namespace Fablab.Web.Tests.Features.Reservations.Waiting;

/// <summary>Who gets the time that became free, and for how much of it.</summary>
public sealed class Fairness_and_price_of_a_wish(StorageProvider provider) : WaitingTest(provider)
{
    [Test]
    public async Task Goes_to_who_has_nothing_ahead_and_not_to_who_booked_forty_times_and_joined_first()
    {
        var nine = FreshDay();
        using var holder = await PersonAsync();
        using var many = await PersonAsync();
        using var newcomer = await PersonAsync();
        var booked = await BookedAsync(holder, nine, nine.AddHours(2));
        for (var time = 0; time < 40; time++)
        {
            await BookedAsync(many, nine.AddHours(2 + (time / 4.0)), nine.AddHours(2.25 + (time / 4.0)));
        }

        var first = await WaitsForAsync(many, nine, nine.AddHours(2));
        Lab.Clock.Advance(TimeSpan.FromMinutes(30));
        var second = await WaitsForAsync(newcomer, nine, nine.AddHours(2));
        Lab.Clock.Advance(TimeSpan.FromMinutes(30));

        await CancelAsync(holder, booked);

        Assert.That((await StateAsync(many, first), await StateAsync(newcomer, second)), Is.EqualTo(("waiting", "offered")));
        Assert.That((await WishAsync(many, first)).GetProperty("line").GetProperty("hoursAhead").GetDouble(), Is.EqualTo(10));
    }

    [Test]
    public async Task Takes_no_more_than_its_member_would_pay_for_and_tells_them_when_that_is_too_little()
    {
        var nine = FreshDay();
        using var holder = await PersonAsync();
        using var thrifty = await PersonAsync();
        using var poor = await PersonAsync();
        var booked = await BookedAsync(holder, nine, nine.AddHours(4));
        object Wish(int minimum, int most) => new
        {
            machine = "room-1",
            windowStart = nine.UtcDateTime,
            windowEnd = nine.AddHours(4).UtcDateTime,
            seconds = 7200,
            minimumSeconds = minimum,
            mostPriceMinor = most,
        };
        using var first = await JoinAsync(poor, Wish(7200, 3599));
        using var second = await JoinAsync(thrifty, Wish(3600, 2700));
        var (whole, part) = ((await JsonOfAsync(first)).GetProperty("id").GetGuid(), (await JsonOfAsync(second)).GetProperty("id").GetGuid());

        await CancelAsync(holder, booked);

        var (refused, offered) = (await WishAsync(poor, whole), await WishAsync(thrifty, part));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((refused.GetProperty("state").GetString(), refused.GetProperty("missed")[0].GetProperty("because")[0].GetString()), Is.EqualTo(("waiting", "price-above-limit")), "two hours at 18.00");
            Assert.That(offered.GetProperty("mostPriceMinor").GetInt64(), Is.EqualTo(2700));
            Assert.That(offered.GetProperty("offer").GetProperty("end").GetDateTimeOffset() - offered.GetProperty("offer").GetProperty("start").GetDateTimeOffset(), Is.EqualTo(TimeSpan.FromMinutes(90)));
        }
    }
}
