using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Billing;

/// <summary>When invoices are issued by themselves.</summary>
internal sealed class BillingOptions
{
    public const string Section = "Billing";

    /// <summary>Issue the invoices of every month that ended. Off by default: somebody should have looked at the charges.</summary>
    public bool IssuesMonthly { get; set; }

    /// <summary>Day of the month from which the month before is invoiced; two days are left for records that come late (3 to 28).</summary>
    [Range(3, 28)]
    public int IssueFromDay { get; set; } = 3;
}

[OptionsValidator]
internal sealed partial class BillingOptionsValidator : IValidateOptions<BillingOptions>;
