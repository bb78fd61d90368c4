using Fablab.Domain;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members.SigningIn;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fablab.Web.Features.Exchange.Exporting;

/// <summary>Hands out tables as files, and notes who took which.</summary>
internal sealed class ExportData(FablabDb db, SiteExports sites, PlaceExports places, PeopleExports people, MoneyExports money, BrowserSessions sessions, AuditTrail audit)
{
    public IReadOnlyList<ExportTable> Tables => [.. sites.Tables, .. places.Tables, .. people.Tables, .. money.Tables];

    /// <summary>A table as a file; that it was taken is in the audit before its first byte leaves.</summary>
    /// <param name="file">Its name, with <c>.csv</c> or <c>.jsonl</c> at its end.</param>
    /// <returns>In a browser, only to who proved a moment ago to be there: many people's data leaves at once.</returns>
    public async Task<Result<PushStreamHttpResult>> HandOutAsync(ExportTable table, string file, CancellationToken ct)
    {
        if (sessions.ThisOne is not null && !await sessions.IsConfirmedAsync(ct))
        {
            return new ConfirmationNeeded();
        }

        await LabTransaction.RunAsync(db, [], () =>
        {
            audit.Note("data-exported", $"export/{table.Name}");
            return db.SaveChangesAsync(ct);
        }, ct);
        return WriteExport.File(table, file, ct);
    }

    /// <param name="file"><c>machines.csv</c>, <c>machines.jsonl</c>; <c>export</c> is not found when there is none, or none for whoever asks.</param>
    public async Task<Result<PushStreamHttpResult>> FileAsync(string file, CancellationToken ct)
    {
        var (name, kind) = (Path.GetFileNameWithoutExtension(file), Path.GetExtension(file));
        return kind is ".csv" or ".jsonl" && Tables.FirstOrDefault(table => table.Name == name) is { } table ? await HandOutAsync(table, file, ct) : new NoSuchThing("export");
    }
}
