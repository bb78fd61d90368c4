using Fablab.Domain.Machines;
using Fablab.Web.Components;
using Fablab.Web.Features.Trainings.Authorising;
using Microsoft.AspNetCore.Http.Extensions;

namespace Fablab.Web.Features.Trainings.Managing;

/// <summary>What is looked for on the page of a site's authorisations, as it stands in the address. What cannot be read does not matter.</summary>
public sealed record AuthorisationQuery(string? Search, string? Machine, string? Category, string? State, string? Days)
{
    internal AuthorisationSearch ToSearch() => new()
    {
        Text = PostedText.Of(Search), Machine = PostedText.Of(Machine), Category = Word<MachineCategory>(Category), State = Word<AuthorisationStanding>(State),
        EndsWithinDays = int.TryParse(Days, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var days) ? days : null,
    };

    /// <param name="next">Where the page ended.</param>
    internal string After(string next)
    {
        var query = new QueryBuilder();
        foreach (var (name, value) in new[] { ("search", Search), ("machine", Machine), ("category", Category), ("state", State), ("days", Days), ("after", next) })
        {
            if (!string.IsNullOrEmpty(value))
            {
                query.Add(name, value);
            }
        }

        return query.ToString();
    }

    private static T? Word<T>(string? text)
        where T : struct, Enum => Enum.TryParse<T>(text, out var word) && Enum.IsDefined(word) ? word : null;
}
