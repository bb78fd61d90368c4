using System.Text;
using Fablab.Domain;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Machines;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Exchange.Importing;

/// <summary>What the form says.</summary>
/// <param name="Text">The file's text, as pasted or uploaded.</param>
/// <param name="Invites">New members get a mail.</param>
public sealed record ImportForm(string Kind, string Text, string Site, string Tariff, bool Invites = false)
{
    public static ImportForm Empty => new("", "", "", "");
}

/// <param name="Columns">Names of the columns that it understands.</param>
public sealed record ImportKindView(string Name, IReadOnlyList<string> Columns);

/// <summary>Importing for people: a file or pasted lines, what they would do, and then doing it. To who may import nothing it does not exist.</summary>
internal static class ImportPages
{
    public const string Address = "/import";

    private const int OtherFieldsBytes = 64 * 1024;

    public static void MapImportPages(this IEndpointRouteBuilder pages)
    {
        var limit = (int)pages.ServiceProvider.GetRequiredService<IOptions<ImportOptions>>().Value.LargestBytes + OtherFieldsBytes;
        pages.MapGet(Address, async (ImportRows import, ReadMachines machines, FablabDb db, CancellationToken ct) =>
            await ShowAsync(import, ImportForm.Empty, machines, db, null, null, ct));
        pages.MapPost(Address, PostAsync).WithFormOptions(valueLengthLimit: limit, multipartBodyLengthLimit: 2L * limit);
    }

    private static async Task<IResult> PostAsync(
        HttpContext http, ImportRows import, ReadMachines machines, FablabDb db, IOptions<ImportOptions> options, CancellationToken ct)
    {
        if (import.AllowedKinds.Count == 0)
        {
            return PageResults.NotFound();
        }

        var posted = await http.Request.ReadFormAsync(ct);
        var form = new ImportForm(posted["kind"].ToString(), posted["text"].ToString(), posted["site"].ToString(), posted["tariff"].ToString(), posted["invite"] == "yes");
        var content = posted.Files.GetFile("file") is { Length: > 0 } file ? await ImportEndpoints.ContentAsync(file, options.Value.LargestBytes, ct) : Pasted(form.Text, options.Value.LargestBytes);
        if (!content.TryGet(out var bytes, out var refusal))
        {
            return await ShowAsync(import, form with { Text = "" }, machines, db, null, refusal, ct);
        }

        var defaults = new ImportDefaults(ImportEndpoints.Word(form.Site), ImportEndpoints.Word(form.Tariff), form.Invites);
        var result = await import.ExecuteAsync(form.Kind, bytes, defaults, isDryRun: posted["act"] != "import", ct);
        return refusal is null && result.TryGet(out var report, out refusal)
            ? await ShowAsync(import, form with { Text = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF') }, machines, db, report, null, ct)
            : refusal is Api.NoSuchThing ? PageResults.NotFound() : await ShowAsync(import, form, machines, db, null, refusal, ct);
    }

    private static Result<byte[]> Pasted(string text, long largest)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return bytes.Length > largest ? new FileTooLarge(largest) : bytes;
    }

    private static async Task<IResult> ShowAsync(
        ImportRows import, ImportForm form, ReadMachines machines, FablabDb db, ImportReport? report, Refusal? refused, CancellationToken ct)
    {
        if (import.AllowedKinds.Count == 0)
        {
            return PageResults.NotFound();
        }

        var withMachines = import.AllowedKinds.Any(kind => kind.Name == "machines");
        return PageResults.Page<ImportPage>(
            new
            {
                Form = form,
                Kinds = import.AllowedKinds.Select(kind => new ImportKindView(kind.Name, [.. kind.Columns.Select(column => column.Name)])).ToList(),
                Report = report,
                Refused = refused,
                Sites = withMachines ? await machines.SitesAsync(ct) : [],
                Tariffs = withMachines ? await db.Tariffs.AsNoTracking().Select(tariff => tariff.Name).Distinct().OrderBy(name => name).ToListAsync(ct) : [],
            },
            refused is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
    }
}
