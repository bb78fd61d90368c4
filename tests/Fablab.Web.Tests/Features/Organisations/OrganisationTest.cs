using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Tests.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Features.Organisations;

/// <summary>Organisations with people of their own, so that no test is in another's way.</summary>
public abstract class OrganisationTest(StorageProvider provider) : LabTest(provider)
{
    private int numbers;
    private int people;

    private protected static object Details(string? number, string name = "Atelier du Phare", string? vatNumber = null, string kind = "company", object? address = null) => new
    {
        name,
        kind,
        number,
        vatNumber,
        address = address ?? new { line1 = "12 rue du Phare", postcode = "29200", city = "Brest", country = "FR" },
        billingMail = "factures@phare.example",
    };

    /// <summary>A SIREN that nobody has yet.</summary>
    private protected string FreshSiren()
    {
        var body = $"7{++numbers:d7}";
        return Enumerable.Range(0, 10).Select(digit => $"{body}{digit}").Single(number => Fablab.Domain.Organisations.Siren.TryParse(number, out _));
    }

    private protected async Task<(HttpClient Client, MemberId Id, string Email)> PersonAsync()
    {
        var email = $"of-organisations-{++people}@fablab.example";
        await using var scope = Lab.Services.CreateAsyncScope();
        var account = new Account { Id = Guid.CreateVersion7(), UserName = email, Email = email, DisplayName = $"Person {people}", EmailConfirmed = true };
        Assert.That((await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().CreateAsync(account)).Succeeded, Is.True);
        return (await Lab.ClientOfAsync(email), new MemberId(account.Id), email);
    }

    /// <summary>An organisation with an owner, whom staff have verified.</summary>
    private protected async Task<(HttpClient Owner, OrganisationId Id)> OrganisationAsync(bool isVerified = true)
    {
        var (owner, _, _) = await PersonAsync();
        using var answer = await owner.PostAsJsonAsync("/api/v1/organisations", Details(FreshSiren()));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        var id = new OrganisationId((await JsonOfAsync(answer)).GetProperty("id").GetGuid());
        if (isVerified)
        {
            var now = NodaTime.Instant.FromDateTimeOffset(Lab.Clock.GetUtcNow());
            await Lab.WithDbAsync(db => db.Organisations.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.VerifiedAt, now)));
        }

        return (owner, id);
    }

    /// <summary>Somebody new who belongs to it.</summary>
    private protected async Task<(HttpClient Client, MemberId Id, string Email)> MemberOfAsync(OrganisationId organisation, OrganisationRole role = OrganisationRole.Member)
    {
        var person = await PersonAsync();
        await Lab.WithDbAsync(db =>
        {
            db.Add(new OrganisationMemberRow { Organisation = organisation, Member = person.Id, Role = role });
            return db.SaveChangesAsync();
        });
        return person;
    }

    private protected Task<List<string>> ToldAsync(MemberId member) =>
        Lab.WithDbAsync(db => db.Notices.Where(notice => notice.Member == member).OrderBy(notice => notice.At).Select(notice => notice.Code).ToListAsync());

    private protected static async Task<string?> CodeOfAsync(HttpResponseMessage answer) => (await JsonOfAsync(answer)).GetProperty("code").GetString();

    private protected static async Task<string[]> ReasonsOfAsync(HttpResponseMessage answer) =>
        [.. (await JsonOfAsync(answer)).GetProperty("facts").GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString()!)];
}
