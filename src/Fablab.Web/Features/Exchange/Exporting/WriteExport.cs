using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Exchange.Exporting;

/// <summary>A table as CSV for spreadsheets, or as JSON, one object a line. Rows are written as they are read; none but the one at hand is kept.</summary>
internal static class WriteExport
{
    private const int FlushBytes = 32 * 1024;

    private static readonly CsvConfiguration Configuration = new(CultureInfo.InvariantCulture);

    /// <param name="name">Of the file, with <c>.csv</c> or <c>.jsonl</c> at its end.</param>
    public static PushStreamHttpResult File(ExportTable table, string name, CancellationToken ct) => name.EndsWith(".csv", StringComparison.Ordinal)
        ? TypedResults.Stream(stream => AsCsvAsync(table, stream, ct), "text/csv; charset=utf-8", name)
        : TypedResults.Stream(stream => AsJsonLinesAsync(table, stream, ct), "application/jsonl; charset=utf-8", name);

    public static async Task AsCsvAsync(ExportTable table, Stream to, CancellationToken ct)
    {
        await using var text = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await using var csv = new CsvWriter(text, Configuration);
        foreach (var column in table.Columns)
        {
            csv.WriteField(column);
        }

        await csv.NextRecordAsync();
        await foreach (var row in table.Rows(ct))
        {
            foreach (var cell in row)
            {
                csv.WriteField(TextOf(cell));
            }

            await csv.NextRecordAsync();
        }
    }

    public static async Task AsJsonLinesAsync(ExportTable table, Stream to, CancellationToken ct)
    {
        using var line = new MemoryStream();
        await foreach (var row in table.Rows(ct))
        {
            await using (var json = new Utf8JsonWriter(line))
            {
                json.WriteStartObject();
                for (var at = 0; at < row.Length; at++)
                {
                    json.WritePropertyName(table.Columns[at]);
                    Write(json, row[at]);
                }

                json.WriteEndObject();
            }

            line.WriteByte((byte)'\n');
            if (line.Length >= FlushBytes)
            {
                await SendAsync(line, to, ct);
            }
        }

        await SendAsync(line, to, ct);
    }

    private static async Task SendAsync(MemoryStream line, Stream to, CancellationToken ct)
    {
        line.Position = 0;
        await line.CopyToAsync(to, ct);
        line.SetLength(0);
    }

    private static string? TextOf(object? cell) => cell switch
    {
        null => null,
        string text => SpreadsheetText.Neutral(text),
        bool isSo => isSo ? "true" : "false",
        IReadOnlyDictionary<string, string> facts => SpreadsheetText.Neutral(string.Join("; ", InOrder(facts).Select(fact => $"{fact.Key}={fact.Value}"))),
        long or int => string.Create(CultureInfo.InvariantCulture, $"{cell}"),
        _ => WordOf(cell),
    };

    private static void Write(Utf8JsonWriter json, object? cell)
    {
        switch (cell)
        {
            case null: json.WriteNullValue(); break;
            case bool isSo: json.WriteBooleanValue(isSo); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case string text: json.WriteStringValue(text); break;
            case IReadOnlyDictionary<string, string> facts: Write(json, facts); break;
            default: json.WriteStringValue(WordOf(cell)); break;
        }
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyDictionary<string, string> facts)
    {
        json.WriteStartObject();
        foreach (var (name, value) in InOrder(facts))
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    private static IEnumerable<KeyValuePair<string, string>> InOrder(IReadOnlyDictionary<string, string> facts) => facts.OrderBy(fact => fact.Key, StringComparer.Ordinal);

    private static string WordOf(object cell) => cell switch
    {
        Instant at => InstantPattern.ExtendedIso.Format(at),
        LocalDate day => LocalDatePattern.Iso.Format(day),
        Guid id => id.ToString(),
        Enum word => JsonNamingPolicy.CamelCase.ConvertName(word.ToString()),
        _ => throw new ArgumentOutOfRangeException(nameof(cell), cell.GetType(), "No cell of an export is of this type."),
    };
}
