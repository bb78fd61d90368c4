using Fablab.Domain.Organisations;
using Fablab.Web.Data.Rows;
using NodaTime;

namespace Fablab.Web.Features.Organisations;

/// <param name="Country">ISO 3166-1, two letters.</param>
internal sealed record AddressResponse(string Line1, string? Line2, string? Line3, string Postcode, string City, string Country)
{
    public static AddressResponse From(PostalAddress address) =>
        new(address.Line1, address.Line2, address.Line3, address.Postcode, address.City, address.Country);
}

/// <param name="BillingAddress">Where invoices go to; <see langword="null"/> for the address.</param>
/// <param name="IsVerified">Staff found that it is who it says.</param>
/// <param name="TurnedDownReason">What staff wrote when they turned it down; only staff and its owners read it.</param>
internal sealed record OrganisationResponse(
    Guid Id, string Name, OrganisationKind Kind, AddressResponse Address, AddressResponse? BillingAddress, string? BillingMail, string? Siren, string? Siret, string? VatNumber,
    bool IsVerified, OrganisationState State, string? TurnedDownReason, Instant CreatedAt, int Version)
{
    public static OrganisationResponse From(OrganisationRow row) => new(
        row.Id.Value, row.Name, row.Kind, AddressResponse.From(row.Address), row.BillingAddress is { } billing ? AddressResponse.From(billing) : null, row.BillingMail,
        row.Siren, row.Siret, row.VatNumber, row.VerifiedAt is not null, row.State, row.TurnedDownReason, row.CreatedAt, row.Version);
}
