using System.Globalization;
using System.Net;
using System.Text;
using Fablab.Domain.Members;
using Fablab.Testing;
using Fablab.Web.Data.Rows;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Isolation;

/// <summary>
/// Every operation of the API, every page and every form, called by people of every kind with the ids of what a maker at the atelier has. The table is
/// the documentation: "hidden" means 404, "no" 403; "yes" that the answer was about the matter itself, be it a yes or a no.
/// </summary>
public sealed class Who_may_call_what
{
    private static readonly (string Name, Func<LabApp, Task<string>> Made)[] People =
    [
        ("maker", _ => Task.FromResult(DemoIds.Maker)),
        ("other's maker", _ => Task.FromResult(DemoIds.SecondMaker)),
        ("front desk", lab => StaffAsync(lab, StaffRole.FrontDesk)),
        ("technician", lab => StaffAsync(lab, StaffRole.Technician)),
        ("trainer", lab => StaffAsync(lab, StaffRole.Trainer)),
        ("manager here", _ => Task.FromResult(DemoIds.AtelierManager)),
        ("elsewhere", _ => Task.FromResult(DemoIds.CampusManager)),
        ("accountant", lab => ColleagueAsync(lab, OrganisationRole.Accountant)),
        ("buyer", lab => ColleagueAsync(lab, OrganisationRole.Buyer)),
        ("owner", _ => Task.FromResult(DemoIds.Owner)),
        ("administrator", _ => Task.FromResult(DemoIds.Administrator)),
    ];

    private static readonly string[] SignsOut = ["/account/security", "/account/privacy", "/sign-", "/first-administrator"];

    [Test]
    public async Task Is_what_was_agreed()
    {
        var columns = new List<Dictionary<string, string>>();
        foreach (var (_, made) in People)
        {
            columns.Add(await ColumnAsync(made));
        }

        var table = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"{"",-74}{string.Concat(People.Select(person => $"{person.Name,-15}"))}").TrimEnd()).Append('\n');
        foreach (var operation in columns[0].Keys.OrderBy(key => key[7..], StringComparer.Ordinal).ThenBy(key => key, StringComparer.Ordinal))
        {
            table.Append(string.Create(CultureInfo.InvariantCulture, $"{operation,-74}{string.Concat(columns.Select(column => $"{column[operation],-15}"))}").TrimEnd()).Append('\n');
        }

        Approved.MatchesFile(table.ToString().TrimEnd(), Path.Combine(Repository.Root, "tests/Fablab.Web.Tests/Isolation/access.approved.txt"));
    }

    /// <summary>In a lab of its own, so that nobody finds what the one before left.</summary>
    private static async Task<Dictionary<string, string>> ColumnAsync(Func<LabApp, Task<string>> made)
    {
        using var lab = ThingsOfOurs.Lab();
        var ours = await ThingsOfOurs.MakeAsync(lab);
        var email = await made(lab);
        using var caller = await Caller.OfAsync(lab, ours, email);
        var column = new Dictionary<string, string>();
        var ways = Way.All(lab).Where(way => !ThingsOfOurs.IsOpenedBySecret(way.Pattern)).ToLookup(way => way.IsApi || way.Verb is "GET");
        foreach (var way in ways[true])
        {
            using var answer = await caller.CallAsync(way, ours.Address(way.Pattern + way.Query) ?? ours.AddressOfNothing(way.Pattern + way.Query));
            column[Of(way)] = WordOf(way, answer);
        }

        // Forms at last; the next one in a browser that the one before has not signed out.
        var sender = await Caller.OfAsync(lab, ours, email);
        try
        {
            foreach (var way in ways[false])
            {
                using var answer = await sender.CallAsync(way, ours.Address(way.Pattern) ?? ours.AddressOfNothing(way.Pattern));
                column[Of(way)] = WordOf(way, answer);
                if (SignsOut.Any(begin => way.Pattern.StartsWith(begin, StringComparison.Ordinal)))
                {
                    sender.Dispose();
                    sender = await Caller.OfAsync(lab, ours, email);
                }
            }
        }
        finally
        {
            sender.Dispose();
        }

        return column;

        static string Of(Way way) => $"{way.Verb,-7}{way.Path}";
    }

    private static string WordOf(Way way, HttpResponseMessage answer) => answer.StatusCode switch
    {
        HttpStatusCode.Unauthorized => "sign in",
        HttpStatusCode.Forbidden => "no",
        HttpStatusCode.NotFound => "hidden",
        HttpStatusCode.BadRequest => "malformed",
        HttpStatusCode.InternalServerError => "broken",
        _ when !way.IsApi && answer.RequestMessage!.RequestUri!.AbsolutePath is "/sign-in" && way.Path is not "/sign-in" => "sign in",
        _ => "yes",
    };

    private static async Task<string> StaffAsync(LabApp lab, StaffRole role)
    {
        var (email, id) = await PersonAsync(lab);
        await lab.WithDbAsync(db =>
        {
            db.Add(new RoleGrantRow { Id = Guid.CreateVersion7(), Member = id, Role = role, Site = DemoIds.Atelier });
            return db.SaveChangesAsync();
        });
        return email;
    }

    private static async Task<string> ColleagueAsync(LabApp lab, OrganisationRole role)
    {
        var (email, id) = await PersonAsync(lab);
        await lab.WithDbAsync(db =>
        {
            db.Add(new OrganisationMemberRow { Organisation = DemoIds.Startup, Member = id, Role = role });
            return db.SaveChangesAsync();
        });
        return email;
    }

    private static async Task<(string Email, MemberId Id)> PersonAsync(LabApp lab)
    {
        var (email, id) = ("somebody@fablab.example", Guid.CreateVersion7());
        await using var scope = lab.Services.CreateAsyncScope();
        var account = new Account { Id = id, UserName = email, Email = email, DisplayName = "Soizic Somebody", EmailConfirmed = true };

        // The demo's password, which nobody may choose.
        account.PasswordHash = scope.ServiceProvider.GetRequiredService<IPasswordHasher<Account>>().HashPassword(account, DemoIds.Password);
        var made = await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().CreateAsync(account);
        Assert.That(made.Succeeded, Is.True);
        return (email, new MemberId(id));
    }
}
