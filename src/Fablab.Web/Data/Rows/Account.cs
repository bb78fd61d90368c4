using Microsoft.AspNetCore.Identity;

namespace Fablab.Web.Data.Rows;

/// <summary>A person who may sign in. Its id is the member's id.</summary>
public sealed class Account : IdentityUser<Guid>
{
    public required string DisplayName { get; set; }

    /// <summary><c>fr</c> or <c>en</c>; <see langword="null"/> follows the browser.</summary>
    public string? Language { get; set; }
}
