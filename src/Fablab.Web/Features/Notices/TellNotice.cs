using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Notices;

/// <summary>How a use case tells a member something: on their page, by mail and in their browsers, within its own transaction, so that both say what was committed.</summary>
internal static class TellNotice
{
    /// <param name="code">One of <see cref="NoticeCodes"/>.</param>
    /// <param name="facts">Of <c>machine</c> (id), <c>start</c>, <c>slotEnd</c>, <c>until</c>, <c>begins</c>, <c>freeUntil</c> (instants), <c>course</c> (and <c>courseEn</c> for readers of English), <c>organisation</c>, <c>group</c>, <c>site</c> (names), <c>link</c> (address on our pages), and what the mail's act needs.</param>
    public static void Tell(this FablabDb db, MemberId member, string code, IReadOnlyDictionary<string, string> facts, Instant now)
    {
        db.Add(new NoticeRow { Id = Guid.CreateVersion7(), Member = member, At = now, Code = code, Facts = facts, PushDueAt = now });
        db.SendMail(member, code, facts, now);
    }

    /// <summary>The same about a machine, and perhaps an instant of it.</summary>
    public static void Tell(this FablabDb db, MemberId member, string code, MachineId machine, Instant? start, Instant now)
    {
        var facts = new Dictionary<string, string> { ["machine"] = machine.ToString() };
        if (start is { } at)
        {
            facts["start"] = at.ToString();
        }

        db.Tell(member, code, facts, now);
    }

    /// <summary>Tells all managers of the machine's site but whoever acts.</summary>
    /// <param name="link">Where they see it: an address on our pages.</param>
    /// <param name="also">Who else of the site is told.</param>
    public static async Task TellManagersAsync(
        this FablabDb db, MachineId machine, string code, Instant? start, string link, MemberId actor, Instant now, CancellationToken ct, StaffRole? also = null)
    {
        var facts = new Dictionary<string, string> { ["machine"] = machine.ToString(), ["link"] = link };
        if (start is { } at)
        {
            facts["start"] = at.ToString();
        }

        foreach (var manager in await db.ManagersOfAsync(machine, actor, ct, also))
        {
            db.Tell(manager, code, facts, now);
        }
    }

    /// <summary>Managers of the machine's site but whoever acts.</summary>
    /// <param name="also">Who else of the site.</param>
    public static Task<List<MemberId>> ManagersOfAsync(this FablabDb db, MachineId machine, MemberId actor, CancellationToken ct, StaffRole? also = null) => (
        from grant in db.RoleGrants.AsNoTracking()
        join row in db.Machines.AsNoTracking() on grant.Site equals (SiteId?)row.Site
        where row.Id == machine && (grant.Role == StaffRole.Manager || grant.Role == also) && grant.Member != actor
        select grant.Member).Distinct().ToListAsync(ct);

    /// <summary>The same by mail alone, to somebody whom the lab does not know: in the language of the fact <c>language</c>, or the lab's first.</summary>
    /// <param name="name">How they are greeted, when that is known.</param>
    public static void SendMailTo(this FablabDb db, string address, string code, IReadOnlyDictionary<string, string> facts, Instant now, string? name = null) =>
        db.Add(new MailRow { Id = Guid.CreateVersion7(), Address = address, Name = name, Code = code, Facts = facts, CreatedAt = now, DueAt = now });

    /// <summary>Tells all managers of a site.</summary>
    public static async Task TellManagersAsync(this FablabDb db, SiteRow site, string code, string link, Instant now, CancellationToken ct)
    {
        var id = site.Id;
        foreach (var manager in await db.RoleGrants.AsNoTracking().Where(grant => grant.Site == id && grant.Role == StaffRole.Manager).Select(grant => grant.Member).Distinct().ToListAsync(ct))
        {
            db.Tell(manager, code, new Dictionary<string, string> { ["site"] = site.Name, ["link"] = link }, now);
        }
    }

    /// <summary>A mail that is no notice, because it is of use in the mailbox alone.</summary>
    /// <param name="address">Where to, when that is not where their account says while it is sent.</param>
    public static void SendMail(this FablabDb db, MemberId member, string code, IReadOnlyDictionary<string, string> facts, Instant now, string? address = null) =>
        db.Add(new MailRow { Id = Guid.CreateVersion7(), Member = member, Address = address, Code = code, Facts = facts, CreatedAt = now, DueAt = now });

    /// <summary>The same, unless one of this kind, or so many, was sent within some time: nobody's mailbox is filled by what somebody else does again and again.</summary>
    public static async Task SendMailUnlessSentAsync(this FablabDb db, MemberId member, string code, Duration within, Instant now, CancellationToken ct, int most = 1)
    {
        var since = now - within;
        if (await db.Mails.CountAsync(mail => mail.Member == member && mail.Code == code && mail.CreatedAt > since, ct) < most)
        {
            db.SendMail(member, code, new Dictionary<string, string>(), now);
        }
    }
}
