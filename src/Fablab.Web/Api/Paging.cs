using System.Globalization;
using NodaTime;

namespace Fablab.Web.Api;

/// <summary>One page of a list, newest first.</summary>
/// <param name="Next">Give it back as <c>after</c> for the next page; <see langword="null"/> on the last one.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    public Page<TOther> Select<TOther>(Func<T, TOther> convert) => new([.. Items.Select(convert)], Next);
}

/// <summary>Where a page ended: an instant, and how many of that very instant were shown.</summary>
internal readonly record struct Cursor(Instant At, int Shown)
{
    public const int DefaultLimit = 50;

    public const int MostItems = 200;

    /// <summary>From the future on: the first page.</summary>
    public static Cursor First => new(Instant.FromUtc(9999, 1, 1, 0, 0), 0);

    public static int Limit(int? asked) => Math.Clamp(asked ?? DefaultLimit, 1, MostItems);

    /// <exception cref="BadHttpRequestException">It is none of ours.</exception>
    public static Cursor Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return First;
        }

        var parts = text.Split('.');
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at)
            && Math.Abs(at) < 200_000_000_000_000
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var shown)
            ? new Cursor(Instant.FromUnixTimeMilliseconds(at), shown)
            : throw new BadHttpRequestException("'after' is not the 'next' of an earlier page.");
    }

    /// <param name="rows">What was read: up to one more than <paramref name="limit"/>, newest first, starting after this cursor.</param>
    public Page<TItem> PageOf<TRow, TItem>(IReadOnlyList<TRow> rows, int limit, Func<TRow, Instant> at, Func<TRow, TItem> item)
    {
        var shown = rows.Take(limit).ToList();
        if (rows.Count <= limit)
        {
            return new Page<TItem>([.. shown.Select(item)], null);
        }

        var last = at(shown[^1]);
        var ofLast = shown.Count(row => at(row) == last) + (last == At ? Shown : 0);
        return new Page<TItem>([.. shown.Select(item)], string.Create(CultureInfo.InvariantCulture, $"{last.ToUnixTimeMilliseconds()}.{ofLast}"));
    }
}
