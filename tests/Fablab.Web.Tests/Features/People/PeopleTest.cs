using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace Fablab.Web.Tests.Features.People;

/// <summary>Members of the atelier, its manager and front desk, the manager of the campus, and an administrator.</summary>
public abstract class PeopleTest(StorageProvider provider) : LabTest(provider)
{
    protected const string Password = "la mouette vole bas ce soir";

    private int people;

    private protected HttpClient Manager { get; private set; } = null!;

    private protected HttpClient Elsewhere { get; private set; } = null!;

    private protected HttpClient FrontDesk { get; private set; } = null!;

    private protected HttpClient Administrator { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task Staff()
    {
        Manager = await Lab.ClientOfAsync(DemoIds.AtelierManager);
        Elsewhere = await Lab.ClientOfAsync(DemoIds.CampusManager);
        Administrator = await Lab.ClientOfAsync(DemoIds.Administrator);
        var (email, id) = await PersonAsync("Dominique Desk");
        await GrantAsync(id, StaffRole.FrontDesk);
        FrontDesk = await Lab.ClientOfAsync(email);
    }

    [OneTimeTearDown]
    public void Leave()
    {
        Manager?.Dispose();
        Elsewhere?.Dispose();
        FrontDesk?.Dispose();
        Administrator?.Dispose();
    }

    /// <summary>A member of the atelier, and of no other site.</summary>
    private protected async Task<(string Email, Guid Id)> PersonAsync(string name = "Perig Person")
    {
        var (email, id) = ($"people-{++people}@fablab.example", Guid.CreateVersion7());
        await using var scope = Lab.Services.CreateAsyncScope();
        var made = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>()
            .CreateAsync(new Account { Id = id, UserName = email, Email = email, DisplayName = name, EmailConfirmed = true }, Password);
        Assert.That(made.Succeeded, Is.True);
        await Lab.WithDbAsync(db =>
        {
            db.Add(new SiteMembershipRow { Site = DemoIds.Atelier, Member = new MemberId(id), State = MembershipState.Active, Origin = MembershipOrigin.Registration, Since = Now });
            return db.SaveChangesAsync();
        });
        return (email, id);
    }

    private protected Task GrantAsync(Guid member, StaffRole role) => Lab.WithDbAsync(db =>
    {
        db.Add(new RoleGrantRow { Id = Guid.CreateVersion7(), Member = new MemberId(member), Role = role, Site = role is StaffRole.Administrator ? null : DemoIds.Atelier });
        return db.SaveChangesAsync();
    });

    private protected Instant Now => Instant.FromDateTimeOffset(Lab.Clock.GetUtcNow());

    private protected static async Task<JsonElement> MemberAsync(HttpClient by, Guid member) => await by.GetFromJsonAsync<JsonElement>($"/api/v1/members/{member}");

    private protected async Task<string> ProblemsAsync(HttpClient client, string machine = "printer-1")
    {
        var slot = FreshSlot();
        using var answer = await client.PostAsJsonAsync("/api/v1/reservations/check", new { machine, start = slot.Start.UtcDateTime, end = slot.End.UtcDateTime });
        return await answer.Content.ReadAsStringAsync();
    }
}
