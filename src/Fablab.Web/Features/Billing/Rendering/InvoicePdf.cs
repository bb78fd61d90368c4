using System.Globalization;
using Fablab.Domain.Billing;
using Fablab.Web.Features.Billing.Issuing;
using NodaTime;
using SkiaSharp;

namespace Fablab.Web.Features.Billing.Rendering;

/// <summary>
/// Draws an issued invoice on A4 from its frozen document alone, so that the same invoice always gives the same pages.
/// </summary>
internal sealed class InvoicePdf
{
    private const float Width = 595;
    private const float Height = 842;
    private const float Margin = 48;
    private const float Bottom = Height - 64;

    private static readonly SKTypeface Regular = PdfFonts.Regular;
    private static readonly SKTypeface Bold = PdfFonts.Bold;

    private static readonly SKPaint Ink = new() { Color = SKColors.Black, IsAntialias = true };

    private readonly InvoiceDocument invoice;
    private readonly InvoiceWords words;
    private readonly SKDocument pdf;
    private SKCanvas page;
    private int pageNumber;
    private float y;

    private InvoicePdf(InvoiceDocument invoice, InvoiceWords words, SKDocument pdf)
    {
        (this.invoice, this.words, this.pdf) = (invoice, words, pdf);
        page = NewPage();
    }

    /// <param name="culture">French or English; numbers and dates follow it.</param>
    public static byte[] Render(InvoiceDocument invoice, CultureInfo culture)
    {
        using var bytes = new MemoryStream();
        var metadata = new SKDocumentPdfMetadata
        {
            Title = invoice.Number,
            Author = invoice.Seller.Name,
            Creator = "Fablab",
            Creation = invoice.IssuedOn.ToDateTimeUnspecified(),
        };
        using (var pdf = SKDocument.CreatePdf(bytes, metadata))
        {
            new InvoicePdf(invoice, new InvoiceWords(culture), pdf).Draw();
            pdf.Close();
        }

        return bytes.ToArray();
    }

    private void Draw()
    {
        Text(words.Title(invoice.Number), Margin, 20, Bold);
        y += 30;
        DrawParties();
        DrawDates();
        foreach (var project in invoice.Lines.GroupBy(line => (line.Project, line.PurchaseOrder)))
        {
            DrawProject(project.Key.Project, project.Key.PurchaseOrder);
            foreach (var line in project)
            {
                DrawLine(line);
            }
        }

        DrawTotals();
        DrawTerms();
        EndPage();
    }

    private void DrawParties()
    {
        var top = y;
        DrawParty(words.Seller, invoice.Seller, Margin);
        var left = y;
        y = top;
        DrawParty(words.Buyer, invoice.Buyer, (Width / 2) + 10);
        y = Math.Max(left, y) + 14;
    }

    private void DrawParty(string heading, InvoiceParty party, float x)
    {
        Text(heading, x, 8, Bold);
        y += 13;
        Text(party.LegalForm is null ? party.Name : $"{party.Name}, {party.LegalForm}", x, 10, Bold);
        foreach (var line in party.Address.Split('\n'))
        {
            y += 13;
            Text(line, x, 10, Regular);
        }

        if (party.BillingAddress is { } billing)
        {
            y += 16;
            Text(words.BillingAddress, x, 8, Bold);
            foreach (var line in billing.Split('\n'))
            {
                y += 13;
                Text(line, x, 10, Regular);
            }
        }

        if (party.Siren is not null)
        {
            y += 13;
            Text($"SIREN {party.Siren}", x, 9, Regular);
        }

        if (party.VatNumber is not null)
        {
            y += 13;
            Text($"{words.VatNumber} {party.VatNumber}", x, 9, Regular);
        }

        y += 13;
    }

    private void DrawDates()
    {
        Text($"{words.IssuedOn} {words.Date(invoice.IssuedOn)}   {words.Period} {words.Date(invoice.PeriodStart)} – {words.Date(invoice.PeriodEnd)}   {words.DueOn} {words.Date(invoice.DueOn)}", Margin, 9.5f, Regular);
        y += 20;
    }

    private void DrawProject(string project, string? purchaseOrder)
    {
        Need(46);
        y += 8;
        Text(purchaseOrder is null ? project : $"{project} — {words.PurchaseOrder} {purchaseOrder}", Margin, 10.5f, Bold);
        y += 6;
        page.DrawLine(Margin, y, Width - Margin, y, Ink);
        y += 14;
    }

    private void DrawLine(InvoiceDocumentLine line)
    {
        Need(16 + (13 * line.Priced.Count));
        Text(words.Session(line.Machine, line.From, line.Until, line.TimeZone), Margin, 9.5f, Regular);
        foreach (var priced in line.Priced)
        {
            y += 13;
            Text(words.Priced(priced), Margin + 14, 9, Regular);
            Right(words.Rate(line.VatRateBasisPoints), Width - Margin - 80, 9, Regular);
            Right(words.Money(priced.Net), Width - Margin, 9, Regular);
        }

        y += 16;
    }

    private void DrawTotals()
    {
        Need(40 + (14 * invoice.Totals.Vat.Count));
        page.DrawLine(Margin, y, Width - Margin, y, Ink);
        y += 16;
        Total(words.Net, invoice.Totals.Net, Regular);
        foreach (var group in invoice.Totals.Vat)
        {
            Total(words.Vat(group), group.Vat, Regular);
        }

        Total(words.Gross, invoice.Totals.Gross, Bold);
        y += 14;
    }

    private void Total(string label, Money amount, SKTypeface face)
    {
        Right(label, Width - Margin - 90, 10, face);
        Right(words.Money(amount), Width - Margin, 10, face);
        y += 14;
    }

    private void DrawTerms()
    {
        Need(64);
        Text($"{words.PayTo} {invoice.SellerIban} — {words.Reference} {invoice.Number}", Margin, 9, Regular);
        foreach (var term in words.Terms)
        {
            y += 12;
            Text(term, Margin, 8, Regular);
        }
    }

    private void Need(float height)
    {
        if (y + height <= Bottom)
        {
            return;
        }

        EndPage();
        page = NewPage();
    }

    private SKCanvas NewPage()
    {
        pageNumber++;
        y = Margin + 14;
        return pdf.BeginPage(Width, Height);
    }

    private void EndPage()
    {
        // The number stands on every page.
        y = Height - 36;
        Text($"{invoice.Seller.Name} — {invoice.Number}", Margin, 8, Regular);
        Right($"{pageNumber}", Width - Margin, 8, Regular);
        pdf.EndPage();
    }

    private void Text(string text, float x, float size, SKTypeface face)
    {
        using var font = new SKFont(face, size);
        page.DrawText(text, x, y, SKTextAlign.Left, font, Ink);
    }

    private void Right(string text, float x, float size, SKTypeface face)
    {
        using var font = new SKFont(face, size);
        page.DrawText(text, x, y, SKTextAlign.Right, font, Ink);
    }
}
