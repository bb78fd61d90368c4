using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Fablab.Web.Api;
using NodaTime.Text;

namespace Fablab.Web.Features.Audit.Searching;

/// <summary>The audit as a file: CSV for a spreadsheet, or JSON, one object a line. Written as it is read, so that its length costs no memory.</summary>
internal sealed class ExportAudit(ReadAudit read)
{
    /// <summary>Entries of one file; more are found by a narrower search.</summary>
    public const int MostEntries = 1_000_000;

    private const int PageSize = Cursor.MostItems;

    // A spreadsheet must not take a cell for a formula. Nothing here is a number that begins with a minus.
    private static readonly CsvConfiguration Csv = new(CultureInfo.InvariantCulture) { InjectionOptions = InjectionOptions.Escape };

    public async Task WriteCsvAsync(AuditSearch search, Stream to, CancellationToken ct)
    {
        await using var text = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await using var csv = new CsvWriter(text, Csv);
        foreach (var heading in new[] { "sequence", "at", "actor", "actorId", "way", "action", "subject", "machine", "site", "concerns", "concernsId", "before", "after", "address", "id", "hash" })
        {
            csv.WriteField(heading);
        }

        await csv.NextRecordAsync();
        await foreach (var view in AllAsync(search, ct))
        {
            var entry = AuditEntryResponse.From(view);
            csv.WriteField(entry.Sequence);
            csv.WriteField(InstantPattern.ExtendedIso.Format(entry.At));
            csv.WriteField(entry.Actor);
            csv.WriteField(entry.ActorId);
            csv.WriteField(entry.Way.ToString());
            csv.WriteField(entry.Action);
            csv.WriteField(entry.Subject);
            csv.WriteField(entry.Machine);
            csv.WriteField(entry.Site);
            csv.WriteField(entry.Concerns);
            csv.WriteField(entry.ConcernsId);
            csv.WriteField(Facts(entry.Before));
            csv.WriteField(Facts(entry.After));
            csv.WriteField(entry.Address);
            csv.WriteField(entry.Id);
            csv.WriteField(entry.Hash);
            await csv.NextRecordAsync();
        }
    }

    public async Task WriteJsonAsync(AuditSearch search, Stream to, JsonSerializerOptions json, CancellationToken ct)
    {
        await foreach (var view in AllAsync(search, ct))
        {
            await JsonSerializer.SerializeAsync(to, AuditEntryResponse.From(view), json, ct);
            await to.WriteAsync("\n"u8.ToArray(), ct);
        }
    }

    private async IAsyncEnumerable<AuditView> AllAsync(AuditSearch search, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var after = Cursor.First;
        for (var written = 0; written < MostEntries; written += PageSize)
        {
            if (await read.SearchAsync(search, after, PageSize, ct) is not { } page)
            {
                yield break;
            }

            foreach (var view in page.Items)
            {
                yield return view;
            }

            if (page.Next is null)
            {
                yield break;
            }

            after = Cursor.Parse(page.Next);
        }
    }

    private static string? Facts(IReadOnlyDictionary<string, string>? facts) =>
        facts is null ? null : string.Join("; ", facts.OrderBy(fact => fact.Key, StringComparer.Ordinal).Select(fact => $"{fact.Key}={fact.Value}"));
}
