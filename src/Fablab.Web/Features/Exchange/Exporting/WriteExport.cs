using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Exchange.Exporting;

/// <summary>A table as CSV for spreadsheets, or as JSON, one object a line. Rows are written as they are read; none but the one at hand is kept.</summary>
internal static class WriteExport
{
    private const int FlushBytes = 32 * 1024;

    private static readonly CsvConfiguration Configuration = new(CultureInfo.InvariantCulture);

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
            default: json.WriteStringValue(WordOf(cell)); break;
        }
    }

    private static string WordOf(object cell) => cell switch
    {
        Instant at => InstantPattern.ExtendedIso.Format(at),
        LocalDate day => LocalDatePattern.Iso.Format(day),
        Guid id => id.ToString(),
        Enum word => JsonNamingPolicy.CamelCase.ConvertName(word.ToString()),
        _ => throw new ArgumentOutOfRangeException(nameof(cell), cell.GetType(), "No cell of an export is of this type."),
    };
}
