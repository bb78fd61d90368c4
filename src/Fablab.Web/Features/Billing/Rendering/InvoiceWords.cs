using System.Globalization;
using Fablab.Domain.Billing;
using NodaTime;

namespace Fablab.Web.Features.Billing.Rendering;

/// <summary>The words on an invoice, French or English. They are part of a legal document and change with its version, not with the pages' texts.</summary>
internal sealed class InvoiceWords(CultureInfo culture)
{
    private readonly bool french = culture.TwoLetterISOLanguageName == "fr";

    public string Seller => french ? "VENDEUR" : "SELLER";

    public string Buyer => french ? "CLIENT" : "CUSTOMER";

    public string BillingAddress => french ? "ADRESSE DE FACTURATION" : "BILLING ADDRESS";

    public string VatNumber => french ? "TVA" : "VAT";

    public string IssuedOn => french ? "Émise le" : "Issued on";

    public string DueOn => french ? "Échéance le" : "Due on";

    public string Period => french ? "Période" : "Period";

    public string PurchaseOrder => french ? "bon de commande" : "purchase order";

    public string Net => french ? "Total HT" : "Total excl. VAT";

    public string Gross => french ? "Total TTC" : "Total incl. VAT";

    public string PayTo => french ? "Paiement par virement, IBAN" : "Pay by transfer, IBAN";

    public string Reference => french ? "référence" : "reference";

    /// <summary>Penalties, indemnity and discount: mandatory mentions of a French invoice (C. com. L441-9, L441-10).</summary>
    public IReadOnlyList<string> Terms => french
        ?
        [
            "Pas d'escompte pour paiement anticipé. En cas de retard : pénalités au taux de la BCE majoré de 10 points,",
            "exigibles sans rappel, et indemnité forfaitaire de 40 € pour frais de recouvrement.",
        ]
        :
        [
            "No discount for early payment. Late payment: penalties at the ECB rate plus 10 points, due without reminder,",
            "and a fixed indemnity of 40 € for recovery costs.",
        ];

    public string Title(string number) => french ? $"Facture {number}" : $"Invoice {number}";

    public string Date(LocalDate date) => date.ToDateOnly().ToString("d", culture);

    public string Money(Money money) => money.Major.ToString("N2", culture) + "\u00a0" + (money.Currency == "EUR" ? "€" : money.Currency);

    public string Rate(int basisPoints) => $"{VatNumber} {(basisPoints / 100m).ToString("0.##", culture)}\u00a0%";

    public string Vat(VatGroup group) => $"{Rate(group.RateBasisPoints)} {(french ? "sur" : "on")} {Money(group.Base)}";

    public string Session(string machine, Instant from, Instant until, string zone)
    {
        var tz = DateTimeZoneProviders.Tzdb[zone];
        var (start, end) = (from.InZone(tz).LocalDateTime, until.InZone(tz).LocalDateTime);
        return $"{machine} — {Date(start.Date)} {start.TimeOfDay.ToString("HH:mm", culture)} – {end.TimeOfDay.ToString("HH:mm", culture)}";
    }

    public string Priced(RatedLine line)
    {
        var quantity = (line.QuantityE4 / 10_000m).ToString("#,0.####", culture);
        var price = (line.PriceMicros / 1_000_000m).ToString("#,0.00####", culture);
        var unit = line.UnitCode switch
        {
            "HUR" => "h",
            "MIN" => "min",
            "SEC" => "s",
            "KWH" => "kWh",
            _ => line.UnitCode,
        };
        var per = line.PriceBase == 1 ? $"€/{unit}" : "€/h";
        var what = line.Component is PriceComponent.Energy ? (french ? "Énergie" : "Energy") : (french ? "Temps machine" : "Machine time");
        return $"{what} : {quantity} {unit} × {price} {per}";
    }
}
