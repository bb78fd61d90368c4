using System.Security.Claims;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Members.SigningIn;

/// <summary>Signs browsers in and out. The cookie only names a row; every request looks whether the row still lives.</summary>
internal sealed class BrowserSessions(FablabDb db, IHttpContextAccessor http, IOptions<PasswordSignInOptions> options, AuditTrail audit, LabClock clock)
{
    /// <summary>Names the row in the cookie.</summary>
    public const string Claim = "session";

    /// <summary>How long a proof of being there allows to change what protects the account.</summary>
    public static readonly Duration ConfirmedFor = Duration.FromMinutes(5);

    private const int LongestBrowser = 200;

    private HttpContext Http => http.HttpContext ?? throw new InvalidOperationException("Browsers are signed in within a request.");

    /// <summary>Signs this browser in with a session of its own; one that it had before ends.</summary>
    /// <param name="isStrong">By two factors.</param>
    /// <param name="isConfirmed">The member showed themselves just now, and not at a provider some time ago.</param>
    public async Task StartAsync(MemberId member, bool isStrong, bool isConfirmed, CancellationToken ct)
    {
        var (now, before) = (clock.Now, IdOf(Http.User));
        var browser = Http.Request.Headers.UserAgent.ToString();
        var session = new BrowserSessionRow
        {
            Id = Guid.CreateVersion7(),
            Member = member,
            Browser = StorableText.Of(browser.Length > LongestBrowser ? browser[..LongestBrowser] : browser),
            StartedAt = now,
            ConfirmedAt = isConfirmed ? now : now - ConfirmedFor,
            IsStrong = isStrong,
            ExpiresAt = now + Duration.FromDays(options.Value.LongestBrowserSessionDays),
        };
        await LabTransaction.RunAsync(db, [], async () =>
        {
            db.Add(session);
            audit.Note("signed-in", $"browser-session/{session.Id}", concerns: member, actor: member);
            await db.SaveChangesAsync(ct);
            var (account, language) = (member.Value, Language.Current);
            await db.Users.Where(row => row.Id == account).ExecuteUpdateAsync(set => set.SetProperty(row => row.LastSeenAt, now).SetProperty(row => row.SeenLanguage, language), ct);
            return before is { } old ? await EndAsync(db.BrowserSessions.Where(row => row.Id == old), ct) : 0;
        }, ct);
        var identity = new ClaimsIdentity([new(ClaimTypes.NameIdentifier, member.ToString()), new(Claim, session.Id.ToString())], IdentityConstants.ApplicationScheme);
        await Http.SignInAsync(IdentityConstants.ApplicationScheme, new ClaimsPrincipal(identity), new AuthenticationProperties { IsPersistent = true });
    }

    /// <summary>Signs this browser out.</summary>
    public async Task EndThisAsync(CancellationToken ct)
    {
        if (IdOf(Http.User) is { } id)
        {
            await EndAsync(db.BrowserSessions.Where(row => row.Id == id), ct);
        }

        await Http.SignOutAsync(IdentityConstants.ApplicationScheme);
    }

    public async Task<Result<Guid>> EndOneAsync(MemberId me, Guid id, CancellationToken ct) =>
        await EndAsync(db.BrowserSessions.Where(row => row.Member == me && row.Id == id), ct) > 0 ? id : new NoSuchThing("browser-session");

    /// <summary>Signs the member out everywhere, but perhaps in this browser.</summary>
    public Task<int> EndAllAsync(MemberId member, bool exceptThis, CancellationToken ct)
    {
        var kept = exceptThis ? IdOf(http.HttpContext?.User) : null;
        return EndAsync(db.BrowserSessions.Where(row => row.Member == member && row.Id != kept), ct);
    }

    /// <summary>Those that are signed in now, the newest first.</summary>
    public Task<List<BrowserSessionRow>> ListAsync(MemberId me, CancellationToken ct)
    {
        var now = clock.Now;
        return db.BrowserSessions.AsNoTracking()
            .Where(row => row.Member == me && row.EndedAt == null && row.ExpiresAt > now)
            .OrderByDescending(row => row.StartedAt).ToListAsync(ct);
    }

    public Guid? ThisOne => IdOf(http.HttpContext?.User);

    /// <summary>The member at this browser proved to be there a moment ago.</summary>
    public async Task<bool> IsConfirmedAsync(CancellationToken ct)
    {
        var (id, since) = (ThisOne, clock.Now - ConfirmedFor);
        return id is not null && await db.BrowserSessions.AnyAsync(row => row.Id == id && row.EndedAt == null && row.ConfirmedAt > since, ct);
    }

    /// <summary>What was set up in this browser just now is a second factor, so from now on it counts here.</summary>
    public Task StrengthenAsync(CancellationToken ct)
    {
        var id = ThisOne;
        return db.BrowserSessions.Where(row => row.Id == id && row.EndedAt == null).ExecuteUpdateAsync(set => set.SetProperty(row => row.IsStrong, true), ct);
    }

    public Task ConfirmAsync(CancellationToken ct)
    {
        var (id, now) = (ThisOne, clock.Now);
        return db.BrowserSessions.Where(row => row.Id == id && row.EndedAt == null).ExecuteUpdateAsync(set => set.SetProperty(row => row.ConfirmedAt, now), ct);
    }

    /// <returns>The session that a cookie names; <see langword="null"/> for an access token or a visitor.</returns>
    public static Guid? IdOf(ClaimsPrincipal? user) => Guid.TryParse(user?.FindFirstValue(Claim), out var id) ? id : null;

    private Task<int> EndAsync(IQueryable<BrowserSessionRow> sessions, CancellationToken ct)
    {
        var now = clock.Now;
        return sessions.Where(row => row.EndedAt == null).ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, now), ct);
    }
}
