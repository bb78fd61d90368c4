using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.People.Groups;

/// <summary>Groups of people with a price of their own.</summary>
internal sealed class TariffGroupOptions
{
    public const string Section = "TariffGroups";

    /// <summary>Days before somebody's place in a group ends that they are told (1 to 90).</summary>
    [Range(1, 90)]
    public int EndNoticeDays { get; set; } = 14;
}

[OptionsValidator]
internal sealed partial class TariffGroupOptionsValidator : IValidateOptions<TariffGroupOptions>;
