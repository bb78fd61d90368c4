using System.Net;
using System.Net.Http.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;

namespace Fablab.Web.Tests.Features.Organisations;

/// <summary>Projects with budgets. An hour of a printer costs 3 €, one of the meeting room 15 €.</summary>
public abstract class BudgetTest(StorageProvider provider) : OrganisationTest(provider)
{
    private protected static async Task<Guid> ProjectAsync(
        HttpClient owner, OrganisationId organisation, long? budgetMinor, string budgetPeriod = "wholeProject", int approvalPercent = 80, int warnPercent = 50)
    {
        using var answer = await owner.PostAsJsonAsync(
            $"/api/v1/organisations/{organisation}/projects", new { name = "Buoy", budgetMinor, budgetPeriod, approvalPercent, warnPercent });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
    }

    private protected static Task<HttpResponseMessage> BookOnAsync(
        HttpClient client, (DateTimeOffset Start, DateTimeOffset End) slot, Guid project, string machine = "printer-1", params string[] acceptSoft) =>
        client.PostAsJsonAsync("/api/v1/reservations", new { machine, start = slot.Start.UtcDateTime, end = slot.End.UtcDateTime, projectId = project, acceptSoft });

    private protected async Task<Guid> BookedAsync(HttpClient client, Guid project, string machine = "printer-1", int minutes = 60, string? accept = null)
    {
        using var answer = await BookOnAsync(client, FreshSlot(minutes), project, machine, accept is null ? [] : [accept]);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await JsonOfAsync(answer)).GetProperty("id").GetGuid();
    }

    private protected static async Task<string?> StateAsync(HttpClient client, Guid reservation)
    {
        using var answer = await client.GetAsync($"/api/v1/reservations/{reservation}");
        return (await JsonOfAsync(answer)).GetProperty("state").GetString();
    }

    private protected static async Task<long> SpentAsync(HttpClient owner, OrganisationId organisation, Guid project)
    {
        using var answer = await owner.GetAsync($"/api/v1/organisations/{organisation}/projects");
        return (await JsonOfAsync(answer)).EnumerateArray().Single(one => one.GetProperty("id").GetGuid() == project).GetProperty("budget").GetProperty("spentMinor").GetInt64();
    }
}
