using Fablab.Domain;
using Fablab.Web.Components;
using Fablab.Web.Features.Members.Securing;
using Fablab.Web.Features.Members.SigningIn;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Fablab.Web.Features.Exchange.Exporting;

/// <summary>Links to the files. They leave the lab, so they are given only to who has just proved to be there.</summary>
internal static class ExportPages
{
    public const string Address = "/export";

    public static void MapExportPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Address, (ExportData export) => export.Tables is { Count: > 0 } tables
            ? (IResult)PageResults.Page<ExportPage>(new { Kinds = tables.Select(table => table.Name).ToList() })
            : PageResults.NotFound());
        pages.MapGet(Address + "/{file}", FileAsync);
    }

    private static async Task<IResult> FileAsync(string file, HttpContext http, ExportData export, CancellationToken ct) => Handed(await export.FileAsync(file, ct), http);

    /// <summary>The file, or the way to it.</summary>
    public static IResult Handed(Result<PushStreamHttpResult> result, HttpContext http) => result.Match<IResult>(
        stream => stream, refusal => refusal is ConfirmationNeeded ? Go.To(SecurityPages.ConfirmFor(http.Request.GetEncodedPathAndQuery())) : PageResults.NotFound());
}
