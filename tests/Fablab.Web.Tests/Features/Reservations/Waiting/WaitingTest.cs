using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Reservations.Waiting;
using Fablab.Web.Tests.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Features.Reservations.Waiting;

/// <summary>People of their own and a stretch of time of its own for each test; the clock only goes forward.</summary>
public abstract class WaitingTest(StorageProvider provider) : LabTest(provider)
{
    private int people;
    private DateTimeOffset last;

    /// <summary>At 9, two days ahead or more, with nothing booked around it.</summary>
    protected DateTimeOffset FreshDay()
    {
        var soonest = new DateTimeOffset(Lab.Clock.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero).AddDays(2).AddHours(9);
        last = last.AddDays(1) > soonest ? last.AddDays(1) : soonest;
        return last;
    }

    private protected async Task<HttpClient> PersonAsync()
    {
        var email = $"waits-{++people}@fablab.example";
        await using (var scope = Lab.Services.CreateAsyncScope())
        {
            var made = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>()
                .CreateAsync(new Account { Id = Guid.CreateVersion7(), UserName = email, Email = email, DisplayName = $"Person {people}" });
            Assert.That(made.Succeeded, Is.True, string.Join(", ", made.Errors.Select(error => error.Code)));
        }

        return await Lab.ClientOfAsync(email);
    }

    private protected static async Task<Guid> BookedAsync(HttpClient client, DateTimeOffset start, DateTimeOffset end, string machine = "room-1")
    {
        using var answer = await BookAsync(client, (start, end), machine);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
    }

    private protected static Task<HttpResponseMessage> JoinAsync(HttpClient client, object wish, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/waiting-list") { Content = JsonContent.Create(wish) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return client.SendAsync(request);
    }

    /// <summary>Waits for the whole of a stretch of one machine.</summary>
    private protected static async Task<Guid> WaitsForAsync(HttpClient client, DateTimeOffset start, DateTimeOffset end, string machine = "room-1")
    {
        using var answer = await JoinAsync(client, new { machine, windowStart = start.UtcDateTime, windowEnd = end.UtcDateTime, seconds = (long)(end - start).TotalSeconds });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
    }

    private protected static Task<JsonElement> WishAsync(HttpClient client, Guid id) => client.GetFromJsonAsync<JsonElement>($"/api/v1/waiting-list/{id}");

    private protected static async Task<string> StateAsync(HttpClient client, Guid id) => (await WishAsync(client, id)).GetProperty("state").GetString()!;

    private protected static Task<HttpResponseMessage> AcceptAsync(HttpClient client, Guid id) => client.PostAsync($"/api/v1/waiting-list/{id}/accept", null);

    private protected static Task<HttpResponseMessage> DeclineAsync(HttpClient client, Guid id) => client.PostAsync($"/api/v1/waiting-list/{id}/decline", null);

    private protected static async Task CancelAsync(HttpClient client, Guid reservation)
    {
        using var answer = await client.PostAsync($"/api/v1/reservations/{reservation}/cancel", null);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
    }

    private protected Task SweepAsync() => Lab.Services.GetRequiredService<WaitingSweep>().RunAsync(CancellationToken.None);

    private protected Task<ReservationState> StateOfReservationAsync(Guid id) =>
        Lab.WithDbAsync(db => db.Reservations.Where(r => r.Id == new ReservationId(id)).Select(r => r.State).SingleAsync());

    private protected static async Task<Guid> OfferOfAsync(HttpClient client, Guid wish) =>
        (await WishAsync(client, wish)).GetProperty("offer").GetProperty("reservationId").GetGuid();

    /// <summary>How many reservations of a machine take some of this time.</summary>
    private protected async Task<int> TakersAsync(DateTimeOffset start, DateTimeOffset end, string machine = "room-1")
    {
        var (from, until) = (NodaTime.Instant.FromDateTimeOffset(start), NodaTime.Instant.FromDateTimeOffset(end));
        return await Lab.WithDbAsync(db => db.Reservations.CountAsync(r => r.Slot.Start < until && r.Slot.End > from
            && (r.State == ReservationState.Confirmed || r.State == ReservationState.Held || r.State == ReservationState.Active)
            && db.Machines.Any(row => row.Id == r.Machine && row.Code == machine)));
    }
}
