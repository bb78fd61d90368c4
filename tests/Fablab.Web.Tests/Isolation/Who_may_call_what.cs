using System.Globalization;
using System.Net;
using System.Text;
using Fablab.Testing;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;

namespace Fablab.Web.Tests.Isolation;

/// <summary>
/// Every operation of the API called by people of every kind, with the ids of what a maker at the atelier has. The table is the
/// documentation: "hidden" means 404, "no" 403; "yes" that the answer was about the matter itself, be it a yes or a no.
/// </summary>
public sealed class Who_may_call_what
{
    private static readonly (string Name, string Email)[] People =
    [
        ("maker", DemoIds.Maker), ("other's maker", DemoIds.SecondMaker), ("company owner", DemoIds.Owner), ("manager here", DemoIds.AtelierManager),
        ("elsewhere", DemoIds.CampusManager), ("administrator", DemoIds.Administrator),
    ];

    [Test]
    public async Task Is_what_was_agreed()
    {
        var columns = new List<Dictionary<string, string>>();
        foreach (var (_, email) in People)
        {
            columns.Add(await ColumnAsync(email));
        }

        var table = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"{"",-70}{string.Concat(People.Select(person => $"{person.Name,-15}"))}").TrimEnd()).Append('\n');
        foreach (var operation in columns[0].Keys.OrderBy(key => key[7..], StringComparer.Ordinal).ThenBy(key => key, StringComparer.Ordinal))
        {
            table.Append(string.Create(CultureInfo.InvariantCulture, $"{operation,-70}{string.Concat(columns.Select(column => $"{column[operation],-15}"))}").TrimEnd()).Append('\n');
        }

        Approved.MatchesFile(table.ToString().TrimEnd(), Path.Combine(Repository.Root, "tests/Fablab.Web.Tests/Isolation/access.approved.txt"));
    }

    /// <summary>In a lab of its own, so that nobody finds what the one before left.</summary>
    private static async Task<Dictionary<string, string>> ColumnAsync(string email)
    {
        using var lab = ThingsOfOurs.Lab();
        var ours = await ThingsOfOurs.MakeAsync(lab);
        using var caller = await Caller.OfAsync(lab, ours, email);
        var column = new Dictionary<string, string>();
        foreach (var way in Way.All(lab).Where(way => way.IsApi && !ThingsOfOurs.IsOpenedBySecret(way.Pattern)))
        {
            using var answer = await caller.CallAsync(way, ours.Address(way.Pattern + way.Query) ?? ours.AddressOfNothing(way.Pattern + way.Query));
            column[$"{way.Verb,-7}{way.Path}"] = answer.StatusCode switch
            {
                HttpStatusCode.Unauthorized => "sign in",
                HttpStatusCode.Forbidden => "no",
                HttpStatusCode.NotFound => "hidden",
                HttpStatusCode.BadRequest => "malformed",
                HttpStatusCode.InternalServerError => "broken",
                _ => "yes",
            };
        }

        return column;
    }
}
