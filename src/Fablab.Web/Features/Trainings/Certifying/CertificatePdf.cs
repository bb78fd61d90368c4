using System.Globalization;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Billing.Rendering;
using NodaTime;
using SkiaSharp;

namespace Fablab.Web.Features.Trainings.Certifying;

/// <summary>Draws a certificate on one A4 page across, from what was frozen when it was issued alone.</summary>
internal static class CertificatePdf
{
    private const float Width = 842;
    private const float Height = 595;

    private static readonly SKPaint Ink = new() { Color = SKColors.Black, IsAntialias = true };
    private static readonly SKPaint Frame = new() { Color = SKColors.Black, IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = 1.5f };

    /// <param name="checkAt">Where everybody can see that it is genuine.</param>
    /// <param name="culture">French or English.</param>
    public static byte[] Render(CertificateRow certificate, string checkAt, CultureInfo culture)
    {
        using var bytes = new MemoryStream();
        var metadata = new SKDocumentPdfMetadata
        {
            Title = certificate.Code, Author = certificate.SiteName, Creator = "Fablab", Creation = certificate.IssuedAt.ToDateTimeUtc(),
        };
        using (var pdf = SKDocument.CreatePdf(bytes, metadata))
        {
            Draw(pdf.BeginPage(Width, Height), certificate, checkAt, culture);
            pdf.EndPage();
            pdf.Close();
        }

        return bytes.ToArray();
    }

    private static void Draw(SKCanvas page, CertificateRow one, string checkAt, CultureInfo culture)
    {
        var french = culture.TwoLetterISOLanguageName == "fr";
        page.DrawRect(36, 36, Width - 72, Height - 72, Frame);
        Middle(page, french ? "Attestation de formation" : "Certificate of training", 120, 30, PdfFonts.Bold);
        Middle(page, one.MemberName, 205, 26, PdfFonts.Bold);
        Middle(page, french ? "a suivi la formation" : "attended the training", 245, 14, PdfFonts.Regular);
        Middle(page, one.CourseName.In(culture.TwoLetterISOLanguageName), 290, 22, PdfFonts.Bold);
        Middle(page, $"{one.SiteName}, {one.TrainedOn.ToString("D", culture)}", 325, 14, PdfFonts.Regular);
        if (one.WithQuiz)
        {
            Middle(page, french ? "et a réussi le questionnaire." : "and passed the quiz.", 352, 14, PdfFonts.Regular);
        }

        Middle(page, $"{(french ? "Formateur : " : "Trainer: ")}{one.TrainerName}", 410, 12, PdfFonts.Regular);
        if (one.WithdrawnOn is { } withdrawn)
        {
            Middle(page, $"{(french ? "Retirée le" : "Withdrawn on")} {withdrawn.ToString("D", culture)}", 450, 20, PdfFonts.Bold);
        }

        Middle(page, french ? $"Code de vérification : {one.Code}" : $"Verification code: {one.Code}", 490, 12, PdfFonts.Bold);
        Middle(page, checkAt, 510, 10, PdfFonts.Regular);
    }

    /// <summary>What is too long for the page is drawn smaller.</summary>
    private static void Middle(SKCanvas page, string text, float y, float size, SKTypeface face)
    {
        using var font = new SKFont(face, size);
        var width = font.MeasureText(text);
        font.Size = width > Width - 120 ? size * (Width - 120) / width : size;
        page.DrawText(text, Width / 2, y, SKTextAlign.Center, font, Ink);
    }
}
