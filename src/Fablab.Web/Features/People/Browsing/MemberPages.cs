using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.People.Badges;
using Fablab.Web.Features.Privacy.Erasing;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.People.Browsing;

/// <summary>What the reader may do about a member; the panels of the page ask it.</summary>
public sealed record MemberRights
{
    /// <summary>Codes of the sites where they may suspend.</summary>
    public required IReadOnlyList<string> Suspends { get; init; }

    public bool SuspendsEverywhere { get; init; }

    public IReadOnlyList<string> Notes { get; init; } = [];

    public bool Badges { get; init; }

    public bool GivesBadges { get; init; }

    public bool ResetsFactors { get; init; }

    public bool Groups { get; init; }

    public bool Roles { get; init; }

    public bool Corrects { get; init; }

    public bool Erases { get; init; }
}

/// <summary>The list of people for staff.</summary>
internal sealed class PeopleList(ReadMembers members)
{
    public const string Address = "/people";

    public async Task<IResult> ShowAsync(string? search, string? after, CancellationToken ct, bool isUnknownBadge = false) =>
        await members.ListAsync(search, null, after, Cursor.DefaultLimit, ct) is { } page
            ? PageResults.Page<PeoplePage>(new { People = page.Items, page.Next, Search = search, IsUnknownBadge = isUnknownBadge }, isUnknownBadge ? StatusCodes.Status404NotFound : StatusCodes.Status200OK)
            : PageResults.NotFound();

    public Task<IResult> ShowAsync(string? search, string? after, bool isUnknownBadge, CancellationToken ct) => ShowAsync(search, after, ct, isUnknownBadge);
}

/// <summary>Puts the page of one member together; what is done there is posted to addresses below it.</summary>
internal sealed class MemberPages(ReadMembers members, KeepBadges badges, AskErasure erasures, CurrentMember me, FablabDb db, IDateTimeZoneProvider zones, IOptions<WebOptions> web, LabClock clock)
{
    public static string AddressOf(Guid member) => $"{PeopleList.Address}/{member}";

    public async Task<IResult> ShowAsync(Guid member, string? refused, CancellationToken ct, int? status = null)
    {
        if (await members.DetailsAsync(new MemberId(member), ct) is not { } details)
        {
            return PageResults.NotFound();
        }

        var sites = details.Member.Sites;
        return PageResults.Page<MemberPage>(
            new
            {
                Details = details,
                Refused = refused,
                Rights = new MemberRights
                {
                    Suspends = member == me.Id.Value ? [] : [.. sites.Where(site => me.May(Right.SuspendMembers, Subject.At(site.Id))).Select(site => site.Code)],
                    SuspendsEverywhere = member != me.Id.Value && me.May(Right.SuspendEverywhere, Subject.Nothing),
                    Notes = [.. sites.Where(site => me.May(Right.NoteMembers, Subject.At(site.Id))).Select(site => site.Code)],
                    Badges = sites.Any(site => me.May(Right.KeepBadges, Subject.At(site.Id))),
                    GivesBadges = sites.Any(site => me.May(Right.KeepBadges, Subject.At(site.Id))) && await badges.MayGiveAsync(details.Member.Id, ct),
                    ResetsFactors = member != me.Id.Value && me.May(Right.ResetFactors, Subject.Nothing),
                    Groups = sites.Any(site => me.May(Right.EditTariffGroups, Subject.At(site.Id))),
                    Roles = me.May(Right.GrantRoles, Subject.Nothing),
                    Corrects = member != me.Id.Value && sites.Any(site => me.May(Right.CorrectMembers, Subject.At(site.Id))),
                    Erases = await erasures.MayEraseAsync(details.Member, ct),
                },
                TariffGroups = await db.TariffGroups.AsNoTracking().OrderBy(row => row.Name).ToListAsync(ct),
                Erasure = await erasures.OpenAsync(details.Member.Id, ct),
                Zone = zones[web.Value.TimeZone],
                Now = clock.Now,
            },
            refused is null ? StatusCodes.Status200OK : status ?? StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>Back to the page when it was done; the page with the reason otherwise.</summary>
    public Task<IResult> AnswerAsync(Guid member, Refusal? refusal, CancellationToken ct) => refusal switch
    {
        null => Task.FromResult<IResult>(Go.To(AddressOf(member))),
        NoSuchThing => Task.FromResult<IResult>(PageResults.NotFound()),
        ConfirmationNeeded => Task.FromResult<IResult>(Go.To(Members.Securing.SecurityPages.ConfirmFor(AddressOf(member)))),
        _ => ShowAsync(member, refusal.Code, ct, RefusalTable.StatusOf(refusal)),
    };
}

internal static class PeoplePages
{
    public static void MapMemberPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet(PeopleList.Address, (string? search, string? after, PeopleList list, CancellationToken ct) => list.ShowAsync(search, after, ct));
        pages.MapGet(PeopleList.Address + "/{member:guid}", (Guid member, MemberPages page, CancellationToken ct) => page.ShowAsync(member, null, ct));
        pages.MapPost(PeopleList.Address + "/{member:guid}/notes", async (Guid member, [FromForm] string? site, [FromForm] string? text, NoteMember note, MemberPages page, CancellationToken ct) =>
            PostedText.Of(text) is { Length: > 0 and <= 2000 } said
                ? await page.AnswerAsync(member, (await note.ExecuteAsync(new MemberId(member), new MemberNoteRequest(site ?? "", said), ct)).Refusal, ct)
                : await page.ShowAsync(member, "note-unreadable", ct));
    }
}
