using Fablab.Domain.Machines;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members.AccessTokens;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Members.Accounts;

/// <summary>A notice with the name of the machine or course it is about.</summary>
public sealed record NoticeLine(NoticeRow Notice, string Machine, Instant? At)
{
    /// <summary>When something ends; that instant does not belong to it.</summary>
    public Instant? Until { get; init; }

    public Instant? Begins { get; init; }
}

internal static class AccountPages
{
    /// <summary>Older ones are not shown.</summary>
    private const int MostNotices = 50;

    private static readonly int[] LivesInDays = [30, 90, 365];

    public static void MapAccount(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/account", (CurrentMember me, MemberTokens tokens, FablabDb db, LabClock clock, CancellationToken ct) => ShowAsync(me, tokens, db, clock, null, ct));
        pages.MapPost("/account", ActAsync);
    }

    private static async Task<IResult> ActAsync(
        [FromForm] string? create, [FromForm] int? days, [FromForm] Guid? revoke, CurrentMember me, MemberTokens tokens, FablabDb db, LabClock clock, CancellationToken ct)
    {
        if (revoke is { } id)
        {
            await tokens.RevokeAsync(me.Id, id, ct);
            return Go.To("/account");
        }

        if (string.IsNullOrWhiteSpace(create))
        {
            return Go.To("/account");
        }

        // Shown on this answer only: nobody, we included, can read it again.
        var life = Duration.FromDays(LivesInDays.Contains(days ?? 0) ? days!.Value : LivesInDays[0]);
        var (_, secret) = await tokens.CreateAsync(me.Id, create.Trim(), life, ct);
        return await ShowAsync(me, tokens, db, clock, secret, ct);
    }

    private static async Task<IResult> ShowAsync(CurrentMember me, MemberTokens tokens, FablabDb db, LabClock clock, string? secret, CancellationToken ct) =>
        PageResults.Page<AccountPage>(new
        {
            Member = new AccountView(me.Member.DisplayName, me.Member.Email),
            Tokens = await tokens.ListAsync(me.Id, ct),
            Secret = secret,
            Lives = LivesInDays,
            Notices = await NoticesAsync(me, db, ct),
            Now = clock.Now,
        });

    private static async Task<List<NoticeLine>> NoticesAsync(CurrentMember me, FablabDb db, CancellationToken ct)
    {
        var member = me.Id;
        var rows = await db.Notices.AsNoTracking().Where(notice => notice.Member == member).OrderByDescending(notice => notice.At).Take(MostNotices).ToListAsync(ct);
        var ids = rows.Select(MachineOf).OfType<MachineId>().Distinct().ToList();
        var names = ids.Count == 0 ? [] : await db.Machines.AsNoTracking().Where(machine => ids.Contains(machine.Id)).ToDictionaryAsync(machine => machine.Id, machine => machine.Name, ct);
        return [.. rows.Select(notice => new NoticeLine(
            notice,
            MachineOf(notice) is { } machine ? names.GetValueOrDefault(machine, "") : notice.Facts.GetValueOrDefault("course", ""),
            InstantOf(notice, "slotEnd") ?? InstantOf(notice, "start"))
        {
            Until = InstantOf(notice, "until"),
            Begins = InstantOf(notice, "begins"),
        })];
    }

    private static Instant? InstantOf(NoticeRow notice, string fact) =>
        InstantPattern.ExtendedIso.Parse(notice.Facts.GetValueOrDefault(fact, "")).TryGetValue(default, out var instant) ? instant : null;

    private static MachineId? MachineOf(NoticeRow notice) => Guid.TryParse(notice.Facts.GetValueOrDefault("machine"), out var id) ? new MachineId(id) : null;
}

/// <summary>Who is signed in.</summary>
public sealed record AccountView(string DisplayName, string Email);
