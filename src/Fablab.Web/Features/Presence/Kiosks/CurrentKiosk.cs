using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Presence.Kiosks;

/// <summary>No kiosk of the lab asks this, or one that was revoked.</summary>
public sealed record KioskNotPaired() : Refusal("kiosk-not-paired");

/// <summary>The device that asks, which was not revoked, and where it stands.</summary>
public sealed record KioskInView(KioskRow Kiosk, SiteRow Site, MachineRow? Machine)
{
    public bool IsAtMachine => Machine is not null;
}

/// <summary>The kiosk that asks. Looked up at every request, so that a revoked one stops at once. It is no member and has none of their rights.</summary>
internal sealed class CurrentKiosk
{
    public KioskInView? Known { get; internal set; }

    /// <exception cref="InvalidOperationException">None is known; the endpoint forgot to ask for it.</exception>
    public KioskInView InView => Known ?? throw new InvalidOperationException("No kiosk is known.");

    public bool MayAtDoor(Right right) => Known is { } known && Access.Allows(known.Kiosk.Site, known.Kiosk.Machine, right, known.Site.Id, null);

    public bool MayAtMachine(Right right) => Known is { Machine: { } machine } known && Access.Allows(known.Kiosk.Site, known.Kiosk.Machine, right, known.Site.Id, machine.Id);
}

/// <summary>Finds out which kiosk asks: pages by a cookie, the API by a bearer token.</summary>
internal sealed class KioskGate(FablabDb db, CurrentKiosk kiosk, CurrentMember me, IOptions<WebOptions> web, LabClock clock)
{
    private const int CookieDays = 400;
    private const string Bearer = "Bearer ";

    /// <summary>How exactly it is known when a kiosk was last seen.</summary>
    private static readonly Duration SeenEvery = Duration.FromMinutes(1);

    private string CookieName => web.Value.IsHttps ? "__Host-fablab-kiosk" : "fablab-kiosk";

    /// <summary>Whoever is signed in in the same browser is nobody here: only the kiosk and who stands before it count.</summary>
    public static async ValueTask<object?> ForPagesAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var gate = context.HttpContext.RequestServices.GetRequiredService<KioskGate>();
        await gate.FindAsync(context.HttpContext.Request.Cookies[gate.CookieName], context.HttpContext);
        return await next(context);
    }

    public static async ValueTask<object?> ForApiAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var said = context.HttpContext.Request.Headers.Authorization.ToString();
        var gate = context.HttpContext.RequestServices.GetRequiredService<KioskGate>();
        await gate.FindAsync(said.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? said[Bearer.Length..].Trim() : null, context.HttpContext);
        return gate.IsKnown ? await next(context) : new KioskNotPaired().ToProblem();
    }

    private bool IsKnown => kiosk.Known is not null;

    /// <summary>Gives the browser what it shows that it is the kiosk by; nothing else in it can read that.</summary>
    public void Keep(HttpContext http, string token) => http.Response.Cookies.Append(CookieName, token, new CookieOptions
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = TimeSpan.FromDays(CookieDays),
        SameSite = SameSiteMode.Strict,
        Secure = web.Value.IsHttps,
        Path = "/",
    });

    private async Task FindAsync(string? token, HttpContext http)
    {
        me.Known = null;
        if (token is null || !token.StartsWith(KioskSecrets.Prefix, StringComparison.Ordinal))
        {
            return;
        }

        var hash = KioskSecrets.Hash(token);
        var found = await (
            from row in db.Kiosks.AsNoTracking()
            join site in db.Sites.AsNoTracking() on row.Site equals site.Id
            join known in db.Machines.AsNoTracking() on row.Machine equals (Fablab.Domain.Machines.MachineId?)known.Id into machines
            from machine in machines.DefaultIfEmpty()
            where row.TokenHash == hash && row.RevokedAt == null
            select new { row, site, machine }).SingleOrDefaultAsync(http.RequestAborted);
        if (found is null)
        {
            return;
        }

        kiosk.Known = new KioskInView(found.row, found.site, found.machine);
        if (found.row.LastSeenAt is not { } seen || clock.Now - seen >= SeenEvery)
        {
            var now = clock.Now;
            await db.Kiosks.Where(row => row.Id == found.row.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.LastSeenAt, (Instant?)now), http.RequestAborted);
        }

        if (http.Request.Path.StartsWithSegments("/kiosk") && http.Request.Cookies.TryGetValue(CookieName, out var kept) && HttpMethods.IsGet(http.Request.Method))
        {
            // Browsers forget cookies after some months at the latest; one that is used stays.
            Keep(http, kept);
        }
    }
}
