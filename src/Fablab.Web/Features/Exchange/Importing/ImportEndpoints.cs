using Fablab.Domain;
using Fablab.Web.Api;
using Fablab.Web.Resources;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Exchange.Importing;

/// <param name="Column">Left out for the row as a whole.</param>
/// <param name="Message">What to do about it, in the language of who asks.</param>
internal sealed record ImportErrorResponse(string Code, string? Column, string Message);

/// <param name="Number">As a spreadsheet counts: the header is 1.</param>
/// <param name="Key">By what the row is known: an address, a code, an external id.</param>
internal sealed record ImportRowResponse(int Number, ImportOutcome Outcome, string? Key, IReadOnlyList<ImportErrorResponse> Errors);

/// <param name="IgnoredColumns">Headings that were not looked at.</param>
internal sealed record ImportResponse(
    string Kind, bool DryRun, int Created, int Updated, int Unchanged, int Refused, IReadOnlyList<string> IgnoredColumns, IReadOnlyList<ImportRowResponse> Rows)
{
    public static ImportResponse From(ImportReport report, IStringLocalizer<ExchangeTexts> texts) => new(
        report.Kind,
        report.IsDryRun,
        report.Count(ImportOutcome.Create),
        report.Count(ImportOutcome.Update),
        report.Count(ImportOutcome.Unchanged),
        report.Count(ImportOutcome.Refused),
        report.Ignored,
        [.. report.Rows.Select(row => new ImportRowResponse(
            row.Number, row.Outcome, row.Key, [.. row.Errors.Select(error => new ImportErrorResponse(error.Code, error.Column, error.In(texts)))]))]);
}

internal static class ImportEndpoints
{
    private const long OtherFieldsBytes = 64 * 1024;

    public static void MapImports(this IEndpointRouteBuilder api)
    {
        var limit = api.ServiceProvider.GetRequiredService<IOptions<ImportOptions>>().Value.LargestBytes + OtherFieldsBytes;
        api.MapPost("/imports/{kind}", HandleAsync)
            .WithTags("exchange")
            .WithName("Import")
            .WithSummary("Import members, machines, authorisations or reservations from a CSV file; with dryRun=true only tell what would happen")
            .WithRefusals("not-found", "file-too-large", "too-many-rows", "import-unreadable")
            .Accepts<IFormFile>("text/csv", "multipart/form-data")
            .WithMetadata(new RequestSizeLimitAttribute(limit + 1))
            .WithFormOptions(multipartBodyLengthLimit: limit)
            .DisableAntiforgery();
    }

    public static string In(this ImportError error, IStringLocalizer<ExchangeTexts> texts) => texts[$"Error.{error.Code}", [.. error.Facts]];

    /// <param name="site">Code of a site, for machines without one.</param>
    /// <param name="tariff">Name of a tariff, for machines without one.</param>
    /// <param name="invite">Mail new members a link to choose a password; otherwise nobody gets a mail.</param>
    private static async Task<Results<Ok<ImportResponse>, ProblemHttpResult>> HandleAsync(
        string kind, bool? dryRun, string? site, string? tariff, bool? invite, HttpRequest request, ImportRows import, IStringLocalizer<ExchangeTexts> texts, IOptions<ImportOptions> options,
        CancellationToken ct)
    {
        if (!import.AllowedKinds.Any(one => one.Name == kind))
        {
            return new NoSuchThing("import").ToProblem();
        }

        if (!(await ContentAsync(request, options.Value.LargestBytes, ct)).TryGet(out var content, out var refusal))
        {
            return refusal.ToProblem();
        }

        var result = await import.ExecuteAsync(kind, content, new ImportDefaults(Word(site), Word(tariff), invite == true), dryRun == true, ct);
        return result.Match<Results<Ok<ImportResponse>, ProblemHttpResult>>(
            report => TypedResults.Ok(ImportResponse.From(report, texts)),
            refused => refused.ToProblem());
    }

    internal static string? Word(string? text) => string.IsNullOrWhiteSpace(text) ? null : Data.StorableText.Of(text.Trim());

    private static async Task<Result<byte[]>> ContentAsync(HttpRequest request, long largest, CancellationToken ct)
    {
        if (request.HasFormContentType)
        {
            return (await request.ReadFormAsync(ct)).Files.GetFile("file") is not { } file ? new ImportUnreadable("empty") : await ContentAsync(file, largest, ct);
        }

        return await BoundedContent.ReadAsync(request.Body, largest, ct);
    }

    internal static async Task<Result<byte[]>> ContentAsync(IFormFile file, long largest, CancellationToken ct)
    {
        await using var content = file.OpenReadStream();
        return await BoundedContent.ReadAsync(content, largest, ct);
    }
}
