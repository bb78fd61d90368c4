using System.ComponentModel.DataAnnotations;
using Fablab.Domain.Organisations;

namespace Fablab.Web.Features.Organisations.SigningUp;

/// <summary>A postal address.</summary>
public sealed record AddressRequest
{
    [StringLength(PostalAddress.LongestLine)]
    public string? Line1 { get; init; }

    [StringLength(PostalAddress.LongestLine)]
    public string? Line2 { get; init; }

    [StringLength(PostalAddress.LongestLine)]
    public string? Line3 { get; init; }

    [StringLength(PostalAddress.LongestPostcode)]
    public string? Postcode { get; init; }

    [StringLength(PostalAddress.LongestLine)]
    public string? City { get; init; }

    /// <summary>ISO 3166-1, two letters: <c>FR</c>.</summary>
    [StringLength(2)]
    public string? Country { get; init; }
}

/// <summary>What an organisation says of itself; the reasons of a refusal name what is missing or wrong.</summary>
public sealed record OrganisationRequest
{
    [StringLength(200)]
    public string? Name { get; init; }

    public OrganisationKind Kind { get; init; }

    /// <summary>SIREN or SIRET, with spaces or without.</summary>
    [StringLength(40)]
    public string? Number { get; init; }

    /// <summary>Of the European Union, with the country before it.</summary>
    [StringLength(40)]
    public string? VatNumber { get; init; }

    public AddressRequest? Address { get; init; }

    /// <summary>Where invoices go to, when not to the address.</summary>
    public AddressRequest? BillingAddress { get; init; }

    /// <summary>Mail address of whoever takes invoices in.</summary>
    [StringLength(256)]
    public string? BillingMail { get; init; }
}
