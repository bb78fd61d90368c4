using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Organisations;

/// <summary>What organisations may do by themselves.</summary>
public sealed class OrganisationOptions
{
    public const string Section = "Organisations";

    /// <summary>Of the budgets and limits of organisations, three letters (ISO 4217). What is priced in another one is not held against them.</summary>
    [Required, RegularExpression("^[A-Z]{3}$")]
    public string Currency { get; set; } = "EUR";

    /// <summary>What an organisation may spend that nobody of the staff has verified, net in minor units; 0 for nothing.</summary>
    [Range(0, Fablab.Domain.Organisations.Budget.MostMinor)]
    public long UnverifiedLimitMinor { get; set; }

    /// <summary>Hours for which the slot is kept while an owner or buyer is asked, and never beyond its start.</summary>
    [Range(1, 720)]
    public int ApprovalHours { get; set; } = 72;

    /// <summary>Days in which an invitation can be accepted.</summary>
    [Range(1, 90)]
    public int InvitationDays { get; set; } = 14;
}

[OptionsValidator]
internal sealed partial class OrganisationOptionsValidator : IValidateOptions<OrganisationOptions>;
