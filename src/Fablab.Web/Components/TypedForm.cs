using System.Globalization;
using Fablab.Contracts;

namespace Fablab.Web.Components;

/// <summary>
/// What was typed into a form, and what is wrong with it: each value is read once, and the form is shown again with all that was typed and a reason beside each field.
/// Fields of a form that nobody sent yet come from what is stored.
/// </summary>
public sealed class TypedForm
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> problems = new(StringComparer.Ordinal);

    /// <summary>Codes of what is wrong, by field.</summary>
    public IReadOnlyDictionary<string, string> Problems => problems;

    public bool IsGood => problems.Count == 0;

    /// <summary>What stands in the field.</summary>
    public string this[string field] => values.GetValueOrDefault(field, "");

    /// <param name="posted">Only its first value of each field counts.</param>
    public static TypedForm From(IFormCollection posted)
    {
        var form = new TypedForm();
        foreach (var (field, text) in posted)
        {
            form.values[field] = PostedText.Of(text[0]);
        }

        return form;
    }

    public TypedForm With(string field, string? value)
    {
        values[field] = value ?? "";
        return this;
    }

    public TypedForm With(string field, bool isTicked) => With(field, isTicked ? "yes" : "");

    public void Refuse(string field, string problem) => problems.TryAdd(field, problem);

    public bool IsTicked(string field) => this[field].Length > 0;

    /// <returns>The text; empty when it is missing or too long, which is then said.</returns>
    public string Text(string field, int longest, bool isNeeded = true)
    {
        var text = this[field];
        if (text.Length > longest)
        {
            Refuse(field, "too-long");
        }
        else if (isNeeded && text.Length == 0)
        {
            Refuse(field, "missing");
        }
        else
        {
            return text;
        }

        return "";
    }

    /// <summary>A code as it may stand in topics and addresses.</summary>
    public string Code(string field)
    {
        if (Codes.IsValid(this[field]))
        {
            return this[field];
        }

        Refuse(field, "not-a-code");
        return "";
    }

    /// <summary>A number with a comma or a point, however the reader writes numbers.</summary>
    /// <returns><see langword="null"/> when the field is empty, or no such number, which is then said.</returns>
    public decimal? Number(string field, decimal least, decimal most, bool isNeeded = false)
    {
        var text = this[field];
        if (text.Length == 0)
        {
            if (isNeeded)
            {
                Refuse(field, "missing");
            }

            return null;
        }

        // 1,440 is one thing in English and another in French.
        if (text.Length > 4 && text[^4] == ',' && text.IndexOf(',') == text.Length - 4)
        {
            Refuse(field, "number-ambiguous");
            return null;
        }

        if (decimal.TryParse(text.Replace(',', '.'), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Refuse(field, "not-in-range");
        return null;
    }

    public T Choice<T>(string field)
        where T : struct, Enum
    {
        if (Enum.TryParse<T>(this[field], out var chosen) && Enum.IsDefined(chosen))
        {
            return chosen;
        }

        Refuse(field, "missing");
        return default;
    }
}
