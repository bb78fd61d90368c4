using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Data.Mappings;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Reservations.Rules.Editing;

/// <summary>
/// A draft of a rule book. It lives in the page's own form, so that nothing of it counts or is kept before it is published; every step
/// reads it as if it came from a stranger.
/// </summary>
public sealed record DraftForm
{
    public const int ShortestNote = 3;

    public const int LongestNote = 500;

    private static readonly JsonSerializerOptions ForPeople = new(RuleJson.Options) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public required IReadOnlyList<BookingRule> Rules { get; init; }

    /// <summary>The version that the draft began as; publishing on another one is refused.</summary>
    public required int Base { get; init; }

    public string Note { get; init; } = "";

    /// <summary>First day of the past that it is tried on, <c>2026-11-24</c>.</summary>
    public string From { get; init; } = "";

    /// <summary>Last day, included.</summary>
    public string Until { get; init; } = "";

    public string Json => RuleJson.Write(Rules);

    /// <summary>For the eye, as the documentation writes rules.</summary>
    public string Text => JsonSerializer.Serialize(Rules, ForPeople);

    public bool HasNote => Note.Length is >= ShortestNote and <= LongestNote;

    /// <summary>A new draft of what is in force, or of an earlier version.</summary>
    public static DraftForm Of(IReadOnlyList<BookingRule> rules, int newest, Instant now, DateTimeZone zone)
    {
        var today = now.InZone(zone).Date;
        return new DraftForm { Rules = rules, Base = newest, From = LocalDatePattern.Iso.Format(today.PlusMonths(-1)), Until = LocalDatePattern.Iso.Format(today) };
    }

    /// <summary>All but the rules.</summary>
    public static DraftForm Posted(IFormCollection form) => new()
    {
        Rules = [],
        Base = int.TryParse(form["base"], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0,
        Note = form["note"].ToString().Trim(),
        From = form["from"].ToString().Trim(),
        Until = form["until"].ToString().Trim(),
    };

    /// <summary>Puts a rule in the place of the one with its id, or behind the others.</summary>
    public DraftForm With(BookingRule rule) => this with
    {
        Rules = Rules.Any(one => one.Id == rule.Id) ? [.. Rules.Select(one => one.Id == rule.Id ? rule : one)] : [.. Rules, rule],
    };

    public DraftForm Without(BookingRuleId rule) => this with { Rules = [.. Rules.Where(one => one.Id != rule)] };

    /// <returns>The days as instants, or <see langword="null"/> when they are none.</returns>
    public Fablab.Domain.Reservations.TimeSlot? Window(DateTimeZone zone) =>
        LocalDatePattern.Iso.Parse(From).TryGetValue(default, out var first) && LocalDatePattern.Iso.Parse(Until).TryGetValue(default, out var last)
        && last >= first && first.Year >= 2000 && last.Year < 2200
            ? new(zone.AtStartOfDay(first).ToInstant(), zone.AtStartOfDay(last.PlusDays(1)).ToInstant())
            : null;
}

/// <summary>What a draft changes of the version that it began as.</summary>
/// <param name="Removed">Rules of that version that the draft has no more.</param>
public sealed record DraftChanges(IReadOnlySet<BookingRuleId> Added, IReadOnlySet<BookingRuleId> Changed, IReadOnlyList<BookingRule> Removed)
{
    public int Count => Added.Count + Changed.Count + Removed.Count;

    public static DraftChanges Of(IReadOnlyList<BookingRule> draft, IReadOnlyList<BookingRule> began)
    {
        // As text, because two lists with the same entries are not equal.
        var known = began.ToDictionary(rule => rule.Id, rule => RuleJson.Write([rule]));
        return new DraftChanges(
            draft.Where(rule => !known.ContainsKey(rule.Id)).Select(rule => rule.Id).ToHashSet(),
            draft.Where(rule => known.TryGetValue(rule.Id, out var was) && was != RuleJson.Write([rule])).Select(rule => rule.Id).ToHashSet(),
            [.. began.Where(rule => draft.All(one => one.Id != rule.Id))]);
    }
}
