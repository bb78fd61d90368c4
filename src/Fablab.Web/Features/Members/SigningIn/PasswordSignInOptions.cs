using System.ComponentModel.DataAnnotations;
using Fablab.Web.Features.Members.SigningInElsewhere;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Members.SigningIn;

/// <summary>How patient signing in is.</summary>
public sealed class PasswordSignInOptions : IValidatableObject
{
    public const string Section = "SignIn";

    /// <summary>Attempts a minute from one network address before 429.</summary>
    [Range(1, 10_000)]
    public int AttemptsPerMinute { get; set; } = 20;

    /// <summary>Wrong passwords in a row before an account waits.</summary>
    [Range(3, 100)]
    public int WrongPasswordsBeforePause { get; set; } = 10;

    /// <summary>How long it then waits, in minutes.</summary>
    [Range(1, 1440)]
    public int PauseMinutes { get; set; } = 5;

    /// <summary>How long a browser stays signed in without being used, in hours.</summary>
    [Range(1, 24 * 90)]
    public int BrowserSessionHours { get; set; } = 24 * 14;

    /// <summary>After so many days a browser must sign in again, however much it is used.</summary>
    [Range(1, 366)]
    public int LongestBrowserSessionDays { get; set; } = 30;

    /// <summary>Rights of managers and administrators count only with a passkey or a second factor; <see langword="null"/>: everywhere but in the demo.</summary>
    public bool? StaffNeedsSecondFactor { get; set; }

    /// <summary>File of breached passwords as SHA-1 hashes in ascending order, one a line; <see langword="null"/> knows the common ones only.</summary>
    public string? BreachedPasswordsFile { get; set; }

    /// <summary>Providers at which people may sign in as well.</summary>
    public OpenIdOptions OpenId { get; set; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var wrong in OpenId.Check())
        {
            yield return wrong;
        }

        if (BreachedPasswordsFile is not null && !File.Exists(BreachedPasswordsFile))
        {
            yield return new ValidationResult($"SignIn:BreachedPasswordsFile '{BreachedPasswordsFile}' is not there.", [nameof(BreachedPasswordsFile)]);
        }
    }
}

[OptionsValidator]
internal sealed partial class PasswordSignInOptionsValidator : IValidateOptions<PasswordSignInOptions>;
