namespace Fablab.Web.Components;

/// <summary>Where a form leads when it is done. A 303, so that going back or reloading sends nothing twice.</summary>
internal static class Go
{
    /// <param name="address">A path of ours; anything else leads home, so that no link can send people elsewhere.</param>
    public static SeeOther To(string? address) => new(IsOurs(address) ? address! : "/");

    public static bool IsOurs(string? address) => address is ['/'] or ['/', not ('/' or '\\'), ..] && !address.Any(char.IsControl);
}

internal sealed class SeeOther(string address) : IResult
{
    public string Address => address;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = address;
        return Task.CompletedTask;
    }
}
