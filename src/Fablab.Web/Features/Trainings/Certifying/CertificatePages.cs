using System.Globalization;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Trainings.Courses;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Trainings.Certifying;

/// <param name="WithdrawnOn">Day since which it says nothing any more; left out while it does.</param>
internal sealed record CertificateResponse(string Code, WordingResponse Course, string Site, string TrainedOn, NodaTime.Instant IssuedAt, string? WithdrawnOn)
{
    public static CertificateResponse From(CertificateRow row) =>
        new(row.Code, WordingResponse.From(row.CourseName), row.SiteName, NodaTime.Text.LocalDatePattern.Iso.Format(row.TrainedOn), row.IssuedAt,
            row.WithdrawnOn is { } day ? NodaTime.Text.LocalDatePattern.Iso.Format(day) : null);
}

/// <summary>Certificates of the reader, and the page on which anybody who holds one sees that it is genuine.</summary>
internal static class CertificatePages
{
    public const string Address = "/certificates";

    public static void MapCertificates(this RouteGroupBuilder api)
    {
        var certificates = api.MapGroup("/certificates").WithTags("trainings");
        certificates.MapGet("/", ListAsync).WithName("ListCertificates").WithSummary("My certificates of trainings, the newest first");
        certificates.MapGet("/{code}.pdf", PdfAsync).WithName("GetCertificatePdf").WithSummary("One of my certificates as PDF, in French or English (?language=)")
            .Produces(StatusCodes.Status200OK, contentType: "application/pdf").WithRefusals("not-found");
    }

    public static void MapCertificatePages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(Address + "/{code}", VerifyAsync).AllowAnonymous();
        pages.MapGet(Address + "/{code}.pdf", async (string code, FablabDb db, CurrentMember me, IOptions<WebOptions> web, CancellationToken ct) =>
            await MineAsync(code, db, me, ct) is { } row ? (IResult)File(row, web, CultureInfo.CurrentUICulture) : PageResults.NotFound());
    }

    public static Task<List<CertificateRow>> OfAsync(this FablabDb db, MemberId member, CancellationToken ct) =>
        db.Certificates.AsNoTracking().Where(row => row.Member == member).OrderByDescending(row => row.IssuedAt).ToListAsync(ct);

    private static async Task<Ok<IReadOnlyList<CertificateResponse>>> ListAsync(FablabDb db, CurrentMember me, CancellationToken ct) =>
        TypedResults.Ok<IReadOnlyList<CertificateResponse>>([.. (await db.OfAsync(me.Id, ct)).Select(CertificateResponse.From)]);

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> PdfAsync(
        string code, string? language, FablabDb db, CurrentMember me, IOptions<WebOptions> web, CancellationToken ct) =>
        await MineAsync(code, db, me, ct) is { } row
            ? File(row, web, CultureInfo.GetCultureInfo(language == "en" ? "en-GB" : "fr-FR"))
            : new NoSuchThing("certificate").ToProblem();

    private static async Task<IResult> VerifyAsync(string code, FablabDb db, CancellationToken ct) =>
        StorableText.Of(code) is var asked && await db.Certificates.AsNoTracking().SingleOrDefaultAsync(row => row.Code == asked, ct) is { } row
            ? PageResults.Page<CertificatePage>(new { Certificate = row })
            : PageResults.NotFound();

    private static Task<CertificateRow?> MineAsync(string code, FablabDb db, CurrentMember me, CancellationToken ct)
    {
        var member = me.Id;
        return db.Certificates.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code && row.Member == member, ct);
    }

    /// <summary>Where anybody sees that it is genuine.</summary>
    public static string AddressOf(WebOptions web, string code) => $"{web.PublicAddress.TrimEnd('/')}{Address}/{code}";

    private static FileContentHttpResult File(CertificateRow row, IOptions<WebOptions> web, CultureInfo culture) => TypedResults.File(
        CertificatePdf.Render(row, AddressOf(web.Value, row.Code), culture), "application/pdf", $"{row.Code}.pdf");
}
