using Fablab.Domain.Organisations;
using Fablab.Web.Data.Rows;

namespace Fablab.Web.Features.Organisations.SigningUp;

/// <summary>What was typed about an organisation, to be shown again beside what is wrong with it.</summary>
public sealed record OrganisationForm
{
    private const int LongestTyped = 200;

    public OrganisationRequest Typed { get; init; } = new() { Address = new AddressRequest { Country = PostalAddress.France } };

    /// <summary>The same when the form is sent twice.</summary>
    public string Key { get; init; } = Guid.NewGuid().ToString("N");

    public IReadOnlyList<string> Reasons { get; init; } = [];

    public static OrganisationForm Read(IFormCollection posted) => new()
    {
        Typed = new OrganisationRequest
        {
            Name = Text(posted, "name"),
            Kind = Enum.TryParse<OrganisationKind>(posted["kind"], out var kind) ? kind : OrganisationKind.Company,
            Number = Text(posted, "number"),
            VatNumber = Text(posted, "vat"),
            Address = Address(posted, ""),
            BillingAddress = Address(posted, "billing-"),
            BillingMail = Text(posted, "mail"),
        },
        Key = Guid.TryParseExact(posted["key"], "N", out var key) ? key.ToString("N") : Guid.NewGuid().ToString("N"),
    };

    public static OrganisationForm Of(OrganisationRow row) => new()
    {
        Typed = new OrganisationRequest
        {
            Name = row.Name, Kind = row.Kind, Number = row.Siret ?? row.Siren, VatNumber = row.VatNumber, Address = Of(row.Address),
            BillingAddress = row.BillingAddress is { } billing ? Of(billing) : null, BillingMail = row.BillingMail,
        },
    };

    private static AddressRequest Address(IFormCollection posted, string prefix) => new()
    {
        Line1 = Text(posted, prefix + "line1"), Line2 = Text(posted, prefix + "line2"), Line3 = Text(posted, prefix + "line3"), Postcode = Text(posted, prefix + "postcode"),
        City = Text(posted, prefix + "city"), Country = Text(posted, prefix + "country"),
    };

    private static AddressRequest Of(PostalAddress address) => new()
    {
        Line1 = address.Line1, Line2 = address.Line2, Line3 = address.Line3, Postcode = address.Postcode, City = address.City, Country = address.Country,
    };

    private static string Text(IFormCollection posted, string name) => posted[name].ToString() is var text && text.Length > LongestTyped ? text[..LongestTyped] : text;
}
