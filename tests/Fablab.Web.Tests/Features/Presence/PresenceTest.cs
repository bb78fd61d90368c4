using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Domain.Presence;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Features.Presence.Closing;
using Fablab.Web.Tests.Features.People;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Features.Presence;

/// <summary>People of the atelier with badges, and kiosks at its doors and machines.</summary>
public abstract class PresenceTest(StorageProvider provider) : PeopleTest(provider)
{
    private int badges;

    /// <summary>A device that is a kiosk: at a door, or at a machine.</summary>
    private protected async Task<(HttpClient Device, Guid Id)> KioskAsync(string site = "atelier", string? machine = null, HttpClient? by = null)
    {
        var (id, code) = await OfferAsync(site, machine, by);
        return (await PairedAsync(code), id);
    }

    private protected async Task<(Guid Id, string Code)> OfferAsync(string site = "atelier", string? machine = null, HttpClient? by = null)
    {
        using var made = await (by ?? Manager).PostAsJsonAsync($"/api/v1/sites/{site}/kiosks", new { name = "North door", machine });
        Assert.That(made.IsSuccessStatusCode, Is.True, await made.Content.ReadAsStringAsync());
        var offer = await JsonOfAsync(made);
        return (offer.GetProperty("id").GetGuid(), offer.GetProperty("pairingCode").GetString()!);
    }

    private protected async Task<HttpClient> PairedAsync(string code)
    {
        var device = Lab.Visitor();
        using var paired = await device.PostAsJsonAsync("/api/v1/kiosk/pair", new { code });
        Assert.That(paired.IsSuccessStatusCode, Is.True, await paired.Content.ReadAsStringAsync());
        device.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await JsonOfAsync(paired)).GetProperty("token").GetString());
        return device;
    }

    /// <summary>A member of the atelier and the number on their badge.</summary>
    private protected async Task<(Guid Id, string Badge, string Email)> BadgedAsync(string name = "Perig Person")
    {
        var (email, id) = await PersonAsync(name);
        var number = $"BB{++badges:d6}";
        using var answer = await Manager.PostAsJsonAsync($"/api/v1/members/{id}/badges", new { number, label = "" });
        Assert.That(answer.IsSuccessStatusCode, Is.True);
        return (id, number, email);
    }

    private protected static Task<HttpResponseMessage> TapAsync(HttpClient device, string badge) => device.PostAsJsonAsync("/api/v1/kiosk/taps", new { badge });

    private protected static async Task<string> MeaningAsync(HttpClient device, string badge)
    {
        using var answer = await TapAsync(device, badge);
        var said = await JsonOfAsync(answer);
        return (said.TryGetProperty("meaning", out var meaning) ? meaning : said.GetProperty("code")).GetString()!;
    }

    private protected Task<List<Visit>> VisitsAsync(Guid member) => Lab.WithDbAsync(db =>
        db.Visits.AsNoTracking().Where(visit => visit.Member == new MemberId(member)).OrderBy(visit => visit.ArrivedAt).ToListAsync());

    private protected Task SweepAsync() => Lab.Services.GetRequiredService<VisitSweep>().RunAsync(CancellationToken.None);

    private protected void LaterBy(TimeSpan time) => Lab.Clock.Advance(time);

    /// <summary>Of today by the lab's clock, which no test before has made too late.</summary>
    private protected async Task RulesAsync(string rules, string site = "atelier")
    {
        using var answer = await Manager.PutAsJsonAsync($"/api/v1/sites/{site}/rules", new { note = "for a test", rules = JsonDocument.Parse(rules).RootElement });
        Assert.That(answer.IsSuccessStatusCode, Is.True, await answer.Content.ReadAsStringAsync());
    }

    private protected Task PinAsync(Guid member, string pin) => Lab.WithDbAsync(db =>
    {
        var hash = Lab.Services.CreateScope().ServiceProvider.GetRequiredService<IPasswordHasher<Account>>().HashPassword(new Account { DisplayName = "" }, pin);
        db.Add(new KioskPinRow { Member = new MemberId(member), Hash = hash, At = Now });
        return db.SaveChangesAsync();
    });

    private protected static async Task<string> CodeOfAsync(HttpResponseMessage answer) => (await JsonOfAsync(answer)).GetProperty("code").GetString()!;
}
