using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Fablab.Domain;

namespace Fablab.Web.Features.Exchange.Importing;

/// <summary>A CSV file (RFC 4180, UTF-8, comma or semicolon) as its rows under the columns that an import understands.</summary>
/// <param name="Ignored">Headings that no column of the import has.</param>
internal sealed record CsvTable(IReadOnlyList<ImportRow> Rows, IReadOnlyList<string> Ignored)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="content">The whole file.</param>
    public static Result<CsvTable> Read(ReadOnlyMemory<byte> content, IReadOnlyList<ImportColumn> columns, int mostRows)
    {
        string text;
        try
        {
            text = Strict.GetString(content.Span).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return new ImportUnreadable("not-utf-8");
        }

        try
        {
            using var parser = new CsvParser(new StringReader(text), ConfigurationFor(text));
            return Read(parser, columns, mostRows);
        }
        catch (CsvHelperException)
        {
            return new ImportUnreadable("quotes");
        }
    }

    private static Result<CsvTable> Read(CsvParser parser, IReadOnlyList<ImportColumn> columns, int mostRows)
    {
        if (!parser.Read() || IsBlank(parser.Record!))
        {
            return new ImportUnreadable("empty");
        }

        var headings = parser.Record!.Select(heading => heading.Trim()).ToList();
        var keys = headings.ConvertAll(ImportColumn.Key);
        if (keys.Where(key => key.Length > 0).GroupBy(key => key).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            return new ImportUnreadable("column-twice", headings[keys.IndexOf(twice.Key)]);
        }

        // Which cells a column may be in, the one that counts most first.
        var places = columns.ToDictionary(column => column.Name, column => column.Headings.Select(key => keys.IndexOf(key)).Where(at => at >= 0).Distinct().ToArray());
        if (columns.FirstOrDefault(column => column.IsNeeded && places[column.Name].Length == 0 && !column.Instead.Any(other => places[other].Length > 0)) is { } missing)
        {
            return new ImportUnreadable("column-missing", missing.Name);
        }

        List<ImportRow> rows = [];
        for (var number = 2; parser.Read(); number++)
        {
            if (IsBlank(parser.Record!))
            {
                continue;
            }

            if (rows.Count == mostRows)
            {
                return new TooManyRows(mostRows);
            }

            rows.Add(RowOf(number, parser.Record!, headings.Count, places));
        }

        return new CsvTable(rows, [.. headings.Where((heading, at) => heading.Length > 0 && !places.Values.Any(known => known.Contains(at)))]);
    }

    private static ImportRow RowOf(int number, string[] cells, int width, Dictionary<string, int[]> places)
    {
        var row = new ImportRow(number);
        if (cells.Length != width)
        {
            row.Refuse("wrong-number-of-cells", null, width, cells.Length);
            return row;
        }

        foreach (var (column, at) in places)
        {
            row.Put(column, at.Select(place => Data.StorableText.Of(SpreadsheetText.Original(cells[place].Trim(' ')).Trim())).FirstOrDefault(cell => cell.Length > 0));
        }

        return row;
    }

    private static bool IsBlank(string[] cells) => cells.All(string.IsNullOrWhiteSpace);

    private static CsvConfiguration ConfigurationFor(string text) => new(CultureInfo.InvariantCulture)
    {
        Delimiter = DelimiterOf(text), Mode = CsvMode.RFC4180, IgnoreBlankLines = false, HasHeaderRecord = false, DetectDelimiter = false, MaxFieldSize = 10_000,
        BadDataFound = bad => throw new BadDataException(bad.Field, bad.RawRecord, bad.Context),
    };

    /// <summary>Whichever there is more of in the header, outside of quotes.</summary>
    private static string DelimiterOf(string text)
    {
        var (isQuoted, commas, semicolons) = (false, 0, 0);
        foreach (var letter in text)
        {
            isQuoted ^= letter == '"';
            if (!isQuoted && letter is '\n' or '\r')
            {
                break;
            }

            commas += !isQuoted && letter == ',' ? 1 : 0;
            semicolons += !isQuoted && letter == ';' ? 1 : 0;
        }

        return semicolons > commas ? ";" : ",";
    }
}
