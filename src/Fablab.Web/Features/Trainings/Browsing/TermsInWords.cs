using System.Globalization;
using Fablab.Domain.Trainings;
using Fablab.Web.Components;
using Fablab.Web.Resources;
using Microsoft.Extensions.Localization;

namespace Fablab.Web.Features.Trainings.Browsing;

/// <summary>How long an authorisation lasts, as sentences.</summary>
internal static class TermsInWords
{
    public static IEnumerable<string> Of(IStringLocalizer<TrainingTexts> T, AuthorisationTerms terms)
    {
        if (terms.Months is { } months)
        {
            yield return Words.Count(T, "Terms.Months", months);
        }

        if (terms.EndsEachYearOn is { } day)
        {
            // Of a leap year, so that every day is there.
            yield return T["Terms.Yearly", day.InYear(2028).ToDateOnly().ToString("M", CultureInfo.CurrentCulture)];
        }

        if (terms.UnusedMonths is { } unused)
        {
            yield return Words.Count(T, "Terms.Unused", unused);
        }

        if (terms == AuthorisationTerms.ForEver)
        {
            yield return T["Terms.ForEver"];
        }
        else
        {
            yield return T[$"Terms.{terms.Renewal}"];
        }
    }
}
