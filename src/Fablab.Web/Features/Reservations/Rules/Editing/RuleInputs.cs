using System.Globalization;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Rules.Editing;

/// <summary>What is wrong with one field of a rule's form.</summary>
/// <param name="Field">Name of the <see cref="RuleField"/>.</param>
/// <param name="Code">The page has the words.</param>
public sealed record FieldTrouble(string Field, string Code);

/// <summary>The inputs of a rule's form by their names, as they are shown or as they were typed, so that nothing is lost on a refusal.</summary>
/// <param name="zone">The wall clock that moments are typed by.</param>
public sealed class RuleInputs(DateTimeZone zone)
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    public DateTimeZone Zone => zone;

    public List<FieldTrouble> Troubles { get; } = [];

    public string this[string name]
    {
        get => values.GetValueOrDefault(name, "");
        set => values[name] = value;
    }

    public bool IsOn(string name) => this[name] == "on";

    public void Set(string name, bool isOn) => this[name] = isOn ? "on" : "";

    /// <summary>A number with a point or a comma before its decimals; <see langword="null"/> for anything else.</summary>
    public decimal? NumberOf(string name) =>
        decimal.TryParse(this[name].Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static RuleInputs Posted(IFormCollection form, DateTimeZone zone)
    {
        var inputs = new RuleInputs(zone);
        foreach (var (name, value) in form.Where(field => field.Key.StartsWith(RuleField.Prefix, StringComparison.Ordinal)))
        {
            inputs[name] = value.ToString().Trim();
        }

        return inputs;
    }
}
