using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Tests.Features.Reservations.Waiting;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Tests.Features.Reservations;

/// <summary>What is only kept for somebody is as taken as what is booked.</summary>
public sealed class Moving_a_series(StorageProvider provider) : WaitingTest(provider)
{
    [TestCase(ReservationState.Held, "room-1", "room-1")]
    [TestCase(ReservationState.Requested, "room-1", "room-1")]
    [TestCase(ReservationState.Held, "printers", "printer-1", "printer-2")]
    [TestCase(ReservationState.Requested, "printers", "printer-1", "printer-2")]
    [TestCase(ReservationState.Held, "printer-1", "printer-1")]
    public async Task Into_time_that_is_kept_for_somebody_is_refused_with_the_part_that_clashes(ReservationState state, string bookable, params string[] units)
    {
        using var other = await PersonAsync();
        var nine = FreshDay().AddDays(30);
        FreshDay();
        FreshDay();
        using var booked = await Maker.PostAsJsonAsync(
            "/api/v1/reservation-series", new { machine = bookable, firstStart = Local(nine), seconds = 3600, recurrence = new { kind = "daily", count = 3 } });
        Assert.That(booked.StatusCode, Is.EqualTo(HttpStatusCode.Created), await booked.Content.ReadAsStringAsync());
        var series = await JsonOfAsync(booked);
        foreach (var unit in units)
        {
            var start = Instant.FromDateTimeOffset(nine.AddDays(1).AddHours(3));
            var id = await BookedAsync(other, nine.AddDays(1).AddHours(3), nine.AddDays(1).AddHours(4), unit);
            await Lab.WithDbAsync(db => db.Reservations.Where(r => r.Id == new ReservationId(id))
                .ExecuteUpdateAsync(set => set.SetProperty(r => r.State, state).SetProperty(r => r.ExpiresAt, start)));
        }

        using var moved = await Maker.PostAsJsonAsync(
            $"/api/v1/reservation-series/{series.GetProperty("id").GetGuid()}/move",
            new { reservationId = series.GetProperty("reservations")[0].GetProperty("id").GetGuid(), reach = "all", start = Local(nine.AddHours(3).AddMinutes(30)), seconds = 3600 });

        Assert.That(moved.StatusCode, Is.EqualTo(HttpStatusCode.Conflict), await moved.Content.ReadAsStringAsync());
        var problem = (await JsonOfAsync(moved)).GetProperty("problems")[0];
        Assert.That((problem.GetProperty("code").GetString(), problem.GetProperty("facts").GetProperty("part").GetInt32()), Is.EqualTo(("slot-taken", 2)));
    }

    private static string Local(DateTimeOffset at) =>
        TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris")).ToString("yyyy-MM-dd'T'HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
}
