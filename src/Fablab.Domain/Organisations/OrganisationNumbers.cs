namespace Fablab.Domain.Organisations;

public enum OrganisationKind
{
    Company,
    School,

    /// <summary>Small ones need no SIREN.</summary>
    Association,

    /// <summary>State, region, town, university.</summary>
    PublicBody,

    /// <summary>Of another country, of whatever kind.</summary>
    Foreign,
}

/// <summary>The numbers by which an organisation is known to registers and tax offices, as far as it has them.</summary>
public sealed record OrganisationNumbers(Siren? Siren, Siret? Siret, VatNumber? Vat)
{
    /// <summary>Reads what was typed. The numbers must fit each other: a French VAT number holds the SIREN of whom it belongs to.</summary>
    /// <param name="number">SIREN or SIRET.</param>
    /// <param name="country">Of the address, two letters.</param>
    /// <returns>The numbers, and the stable codes of all that is wrong with them.</returns>
    public static (OrganisationNumbers Numbers, IReadOnlyList<string> Reasons) Read(OrganisationKind kind, string? number, string? vatNumber, string country)
    {
        var reasons = new List<string>();
        var (siren, siret) = Registered(number, reasons);
        var vat = VatOf(vatNumber, reasons);
        if (vat?.Siren is { } named)
        {
            if (siren is not null && siren != named)
            {
                reasons.Add("vat-of-another-siren");
            }

            siren ??= named;
        }

        if (kind is OrganisationKind.Foreign && country == PostalAddress.France)
        {
            reasons.Add("country-not-foreign");
        }

        if (kind is OrganisationKind.Company or OrganisationKind.School or OrganisationKind.PublicBody && siren is null && !reasons.Contains("siren-invalid"))
        {
            reasons.Add("siren-missing");
        }

        return (new OrganisationNumbers(siren, siret, vat), reasons);
    }

    private static (Siren? Siren, Siret? Siret) Registered(string? number, List<string> reasons)
    {
        if (string.IsNullOrWhiteSpace(number))
        {
            return (null, null);
        }

        if (Siret.TryParse(number, out var siret))
        {
            return (siret.Siren, siret);
        }

        if (!Siren.TryParse(number, out var siren))
        {
            reasons.Add("siren-invalid");
        }

        return (siren, null);
    }

    private static VatNumber? VatOf(string? text, List<string> reasons)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        switch (VatNumber.Check(text))
        {
            case VatTrouble.Country:
                reasons.Add("vat-country");
                break;
            case VatTrouble.Form:
                reasons.Add("vat-form");
                break;
            case VatTrouble.CheckDigit:
                reasons.Add("vat-check-digit");
                break;
        }

        return VatNumber.TryParse(text, out var vat) ? vat : null;
    }
}
