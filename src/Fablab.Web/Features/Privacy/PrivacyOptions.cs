using System.ComponentModel.DataAnnotations;
using Fablab.Web.Features.Privacy.Retaining;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Privacy;

/// <summary>What the lab says of itself on its privacy page, and how erasing works.</summary>
internal sealed class PrivacyOptions
{
    public const string Section = "Privacy";

    /// <summary>Name and address of who is responsible (GDPR art. 13); <see langword="null"/> for the legal entities of the sites.</summary>
    [StringLength(500)]
    public string? Controller { get; set; }

    /// <summary>Mail address for questions and requests about personal data; <see langword="null"/> for the sender of the lab's mails.</summary>
    [EmailAddress]
    public string? Contact { get; set; }

    /// <summary>How to reach the data protection officer, where there is one.</summary>
    [StringLength(500)]
    public string? DataProtectionOfficer { get; set; }

    /// <summary>Days between the wish to be erased and its being done (0 to 30).</summary>
    [Range(0, 30)]
    public int ErasureWaitDays { get; set; } = 7;

    /// <summary>Days for which an erasure waits for what is owed to be put on an invoice, before it goes on without (0 to 365).</summary>
    [Range(0, 365)]
    public int OpenChargesWaitDays { get; set; } = 21;

    /// <summary>Years for which invoices keep their buyer's name, from the end of the year that they were issued in (10 to 30; the law wants 10).</summary>
    [Range(10, 30)]
    public int InvoiceYears { get; set; } = 10;

    /// <summary>File with the ids of those who were erased, for after a restore; when null <c>erasures.txt</c> in the data folder.</summary>
    public string? ErasureList { get; set; }

    [ValidateObjectMembers]
    public RetentionOptions Retention { get; set; } = new();
}

[OptionsValidator]
internal sealed partial class PrivacyOptionsValidator : IValidateOptions<PrivacyOptions>;
