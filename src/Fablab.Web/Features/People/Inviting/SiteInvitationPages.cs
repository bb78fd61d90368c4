using Fablab.Domain;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Features.Members.FirstAdministrator;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.People.Texts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.People.Inviting;

/// <summary>Inviting people to a site, and the page that an invitation's link opens. Opening it changes nothing; the button does.</summary>
internal static class SiteInvitationPages
{
    public static string AddressOf(string site) => $"/sites/{site}/invitations";

    public static void MapSiteInvitationPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/sites/{code}/invitations", (string code, string? done, InviteMember invite, FablabDb db, CancellationToken ct) =>
            ShowAsync(code, invite, db, new InvitationForm { IsSent = done == "sent" }, ct));
        pages.MapPost("/sites/{code}/invitations", InviteAsync);
        pages.MapGet(AcceptInvitation.PageAddress + "/{key}", async (string key, AcceptInvitation accept, CancellationToken ct) =>
            Answer(key, await accept.ReadAsync(key, ct), null, [])).AllowAnonymous();
        pages.MapPost(AcceptInvitation.PageAddress + "/{key}", AcceptAsync).AllowAnonymous().RequireRateLimiting(SignInLimit.Policy);
    }

    private static async Task<IResult> InviteAsync(string code, HttpContext http, InviteMember invite, FablabDb db, CancellationToken ct)
    {
        var posted = await http.Request.ReadFormAsync(ct);
        if (Guid.TryParse(posted["withdraw"], out var withdrawn))
        {
            return await invite.WithdrawAsync(code, withdrawn, ct) is null ? Go.To(AddressOf(code)) : PageResults.NotFound();
        }

        var form = new InvitationForm { Email = posted["email"].ToString().Trim(), Language = posted["language"] == "en" ? "en" : "fr", Group = posted["group"].ToString() };
        var result = await invite.ExecuteAsync(
            code, new SiteInvitationRequest { Email = form.Email, Language = form.Language, GroupId = Guid.TryParse(form.Group, out var group) ? group : null }, ct);
        return result.Refusal switch
        {
            null => Go.To($"{AddressOf(code)}?done=sent"),
            NoSuchThing => PageResults.NotFound(),
            var refusal => await ShowAsync(code, invite, db, form with { Refusal = refusal }, ct),
        };
    }

    private static async Task<IResult> ShowAsync(string code, InviteMember invite, FablabDb db, InvitationForm form, CancellationToken ct)
    {
        if (await invite.SiteAsync(code, ct) is not { } site || await invite.OpenAsync(code, ct) is not { } open)
        {
            return PageResults.NotFound();
        }

        return PageResults.Page<InvitationsPage>(
            new { Site = site, Open = open, Groups = await db.TariffGroups.AsNoTracking().OrderBy(group => group.Name).ToListAsync(ct), Form = form },
            form.Refusal is null ? StatusCodes.Status200OK : RefusalTable.StatusOf(form.Refusal));
    }

    private static async Task<IResult> AcceptAsync(string key, HttpContext http, AcceptInvitation accept, CancellationToken ct)
    {
        var posted = await http.Request.ReadFormAsync(ct);
        var (good, name) = (await accept.ReadAsync(key, ct), posted["displayName"].ToString().Trim());
        var refusal = await accept.ExecuteAsync(key, new InvitationAnswer(name, posted["password"].ToString(), Language.Current, posted.Acceptance()), ct);
        return refusal switch
        {
            null => PageResults.Page<SignInPage>(new { Done = "invitation", Email = good?.Row.Email }),
            AccountRefused refused => Answer(key, good, name, refused.Reasons),
            _ => Answer(key, null, name, []),
        };
    }

    private static IResult Answer(string key, GoodInvitation? good, string? name, IReadOnlyList<string> reasons) => PageResults.Page<InvitationPage>(
        new { Key = key, Site = good?.Site, Email = good?.Row.Email, HasAccount = good?.HasAccount ?? false, Name = name, Reasons = reasons },
        good is not null && reasons.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);
}

/// <summary>An invitation as it is typed.</summary>
public sealed record InvitationForm
{
    public string Email { get; init; } = "";

    public string Language { get; init; } = "fr";

    public string Group { get; init; } = "";

    public bool IsSent { get; init; }

    public Refusal? Refusal { get; init; }
}
