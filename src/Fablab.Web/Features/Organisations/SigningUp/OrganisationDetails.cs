using System.ComponentModel.DataAnnotations;
using Fablab.Domain;
using Fablab.Domain.Organisations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;

namespace Fablab.Web.Features.Organisations.SigningUp;

/// <summary>What an organisation says of itself cannot be taken.</summary>
/// <param name="Reasons">Any of those that <c>docs/refusals.md</c> lists; each is about one field.</param>
public sealed record OrganisationRefused(IReadOnlyList<string> Reasons) : Refusal("organisation-refused")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["reasons"] = Reasons };
}

/// <summary>The lab has an organisation with this number. Which one, and who belongs to it, is not told: staff were, and its owner invites people.</summary>
public sealed record OrganisationKnown() : Refusal("organisation-known");

/// <summary>What an organisation says of itself, read and found good.</summary>
internal sealed record OrganisationDetails(
    string Name, OrganisationKind Kind, OrganisationNumbers Numbers, PostalAddress Address, PostalAddress? BillingAddress, string? BillingMail)
{
    private static readonly EmailAddressAttribute Mail = new();

    public static Result<OrganisationDetails> Read(OrganisationRequest request)
    {
        var reasons = new List<string>();
        var name = Text(request.Name);
        if (name.Length is 0 or > OrganisationRow.LongestName)
        {
            reasons.Add("name-missing");
        }

        if (!Enum.IsDefined(request.Kind))
        {
            reasons.Add("kind-unknown");
        }

        var address = AddressOf(request.Address, "address-incomplete", reasons);
        var billing = IsEmpty(request.BillingAddress) ? null : AddressOf(request.BillingAddress, "billing-address-incomplete", reasons);
        var mail = Text(request.BillingMail);
        if (mail.Length > 0 && (mail.Any(char.IsControl) || !Mail.IsValid(mail)))
        {
            reasons.Add("billing-mail-invalid");
        }

        var (numbers, wrong) = OrganisationNumbers.Read(request.Kind, request.Number, request.VatNumber, address.Country);
        reasons.AddRange(wrong);
        return reasons.Count > 0 ? new OrganisationRefused(reasons) : new OrganisationDetails(name, request.Kind, numbers, address, billing, mail.Length == 0 ? null : mail);
    }

    /// <summary>Writes it over what stands there.</summary>
    public void WriteTo(OrganisationRow row)
    {
        (row.Name, row.Kind, row.Address, row.BillingAddress, row.BillingMail) = (Name, Kind, Address, BillingAddress, BillingMail);
        (row.Siren, row.Siret, row.VatNumber) = (Numbers.Siren?.Digits, Numbers.Siret?.Digits, Numbers.Vat?.ToString());
    }

    /// <summary>Whether staff would have to look at it anew.</summary>
    public bool IsAnotherThan(OrganisationRow row) =>
        row.Name != Name || row.Kind != Kind || row.Siren != Numbers.Siren?.Digits || row.VatNumber != Numbers.Vat?.ToString();

    /// <summary>Whether anything of it differs from what stands there.</summary>
    public bool SaysMoreThan(OrganisationRow row) =>
        IsAnotherThan(row) || row.Siret != Numbers.Siret?.Digits || row.Address != Address || row.BillingAddress != BillingAddress || row.BillingMail != BillingMail;

    /// <summary>Which of the words that it was given differ from what stands there.</summary>
    public IReadOnlyList<string> ChangesOf(OrganisationRow row) =>
    [
        .. new (string Field, bool IsChanged)[]
        {
            ("name", row.Name != Name),
            ("number", row.Siren != Numbers.Siren?.Digits || row.Siret != Numbers.Siret?.Digits),
            ("vatNumber", row.VatNumber != Numbers.Vat?.ToString()),
            ("address", row.Address != Address),
            ("billingAddress", row.BillingAddress != BillingAddress),
            ("billingMail", row.BillingMail != BillingMail),
        }.Where(one => one.IsChanged).Select(one => one.Field),
    ];

    private static PostalAddress AddressOf(AddressRequest? request, string reason, List<string> reasons)
    {
        var address = new PostalAddress(
            Text(request?.Line1), Optional(request?.Line2), Optional(request?.Line3), Text(request?.Postcode), Text(request?.City), Text(request?.Country).ToUpperInvariant());
        if (address.Line1.Length == 0 || address.City.Length == 0 || address.Country is not [>= 'A' and <= 'Z', >= 'A' and <= 'Z'])
        {
            reasons.Add(reason);
        }

        return address;
    }

    private static bool IsEmpty(AddressRequest? address) =>
        address is null || new[] { address.Line1, address.Line2, address.Line3, address.Postcode, address.City }.All(string.IsNullOrWhiteSpace);

    private static string? Optional(string? text) => Text(text) is { Length: > 0 } given ? given : null;

    private static string Text(string? text) => StorableText.Of(text?.Trim() ?? "");
}
