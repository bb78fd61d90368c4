using System.Globalization;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Exchange.Importing;

/// <summary>Why a row, or a cell of it, is not taken.</summary>
/// <param name="Code">Stable; <c>Error.</c> and it name its sentence.</param>
/// <param name="Column"><see langword="null"/> for the row as a whole.</param>
/// <param name="Facts">What the sentence is filled with.</param>
public sealed record ImportError(string Code, string? Column, IReadOnlyList<object> Facts);

/// <summary>One row of a file. Reading a cell that cannot be read notes why, so that a row's errors are all told at once.</summary>
internal sealed class ImportRow(int number)
{
    private static readonly string[] Yes = ["true", "yes", "1", "oui", "vrai", "y"];

    private static readonly string[] No = ["false", "no", "0", "non", "faux", "n"];

    private static readonly IReadOnlyList<LocalDateTimePattern> WallClock =
    [
        .. new[] { "uuuu-MM-dd'T'HH:mm:ss", "uuuu-MM-dd'T'HH:mm", "uuuu-MM-dd HH:mm:ss", "uuuu-MM-dd HH:mm", "dd/MM/uuuu HH:mm:ss", "dd/MM/uuuu HH:mm" }
            .Select(LocalDateTimePattern.CreateWithInvariantCulture),
    ];

    private static readonly IReadOnlyList<LocalDatePattern> Days = [LocalDatePattern.Iso, LocalDatePattern.CreateWithInvariantCulture("dd/MM/uuuu")];

    private readonly Dictionary<string, string> cells = [];
    private readonly List<ImportError> errors = [];

    /// <summary>As a spreadsheet counts: the header is 1.</summary>
    public int Number { get; } = number;

    public IReadOnlyList<ImportError> Errors => errors;

    /// <summary><see langword="null"/> for an empty cell and for a column that the file has not.</summary>
    public string? this[string column] => cells.GetValueOrDefault(column);

    public void Put(string column, string? cell)
    {
        if (cell is not null)
        {
            cells[column] = cell;
        }
    }

    public void Refuse(string code, string? column, params object[] facts) => errors.Add(new ImportError(code, column, facts));

    /// <summary>The same row to be looked at anew.</summary>
    public ImportRow Again()
    {
        var again = new ImportRow(Number);
        foreach (var (column, cell) in cells)
        {
            again.cells[column] = cell;
        }

        return again;
    }

    public string? Text(string column, int longest)
    {
        if (this[column] is { } text && text.Length > longest)
        {
            Refuse("too-long", column, longest);
            return null;
        }

        return this[column];
    }

    public string? Needed(string column, int longest)
    {
        if (this[column] is null)
        {
            Refuse("value-missing", column);
        }

        return Text(column, longest);
    }

    public bool? Flag(string column)
    {
        if (this[column] is not { } text)
        {
            return null;
        }

        var word = text.ToLowerInvariant();
        if (Yes.Contains(word) || No.Contains(word))
        {
            return Yes.Contains(word);
        }

        Refuse("not-yes-or-no", column);
        return null;
    }

    public Duration? Minutes(string column, int least = 0, int most = 14 * 24 * 60)
    {
        if (this[column] is not { } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) && minutes >= least && minutes <= most)
        {
            return Duration.FromMinutes(minutes);
        }

        Refuse("not-a-number", column, least, most);
        return null;
    }

    /// <summary>By name, whatever the case, blanks and signs in it.</summary>
    public T? OneOf<T>(string column)
        where T : struct, Enum
    {
        if (this[column] is not { } text)
        {
            return null;
        }

        foreach (var value in Enum.GetValues<T>())
        {
            if (ImportColumn.Key(value.ToString()) == ImportColumn.Key(text))
            {
                return value;
            }
        }

        Refuse("not-one-of", column, string.Join(", ", Enum.GetNames<T>().Select(System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName)));
        return null;
    }

    /// <summary>With <c>Z</c> or an offset, or by the wall clock of the zone; an hour that the clock skips or shows twice is refused.</summary>
    /// <param name="isEnd">A day without a time means the end of it, not its start.</param>
    public Instant? At(string column, DateTimeZone zone, bool isEnd = false)
    {
        if (this[column] is not { } text)
        {
            return null;
        }

        if (OffsetDateTimePattern.ExtendedIso.Parse(text).TryGetValue(default, out var told))
        {
            return Plausible(column, told.ToInstant());
        }

        foreach (var pattern in WallClock)
        {
            if (pattern.Parse(text).TryGetValue(default, out var local))
            {
                var map = zone.MapLocal(local);
                if (map.Count == 1)
                {
                    return Plausible(column, map.Single().ToInstant());
                }

                Refuse(map.Count == 0 ? "time-skipped" : "time-twice", column);
                return null;
            }
        }

        foreach (var pattern in Days)
        {
            if (pattern.Parse(text).TryGetValue(default, out var day))
            {
                return Plausible(column, zone.AtStartOfDay(isEnd ? day.PlusDays(1) : day).ToInstant());
            }
        }

        Refuse("not-a-time", column);
        return null;
    }

    /// <summary>Cut to milliseconds, as all that is kept.</summary>
    private Instant? Plausible(string column, Instant at)
    {
        if (Hosting.LabClock.IsPlausible(at))
        {
            return Instant.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
        }

        Refuse("not-a-time", column);
        return null;
    }
}
