using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Domain.Trainings;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members.AccessTokens;
using Fablab.Web.Hosting;
using Fablab.Web.Resources;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using NodaTime;

namespace Fablab.Web.Features.Feeds;

/// <summary>What a calendar program gets under a feed's address.</summary>
internal sealed class ReadFeed(FablabDb db, IStringLocalizer<FeedTexts> texts, IOptions<WebOptions> web, LabClock clock)
{
    /// <summary>How long something that was cancelled is told of as cancelled, and how far back feeds reach.</summary>
    public static readonly Duration Back = Duration.FromDays(30);

    public static readonly Duration Ahead = Duration.FromDays(400);

    /// <summary>A machine's busy times are nobody's diary, so they reach less far.</summary>
    public static readonly Duration BusyBack = Duration.FromDays(7);

    public static readonly Duration BusyAhead = Duration.FromDays(90);

    private const int Most = 2000;

    private static readonly Duration UseIsToldEvery = Duration.FromHours(1);

    /// <returns><see langword="null"/> for a secret that opens nothing, or nothing any more.</returns>
    public async Task<string?> ExecuteAsync(string secret, CancellationToken ct)
    {
        var (hash, now) = (AccessTokenSecret.Hash(secret), clock.Now);
        var found = await (
            from feed in db.Feeds.AsNoTracking()
            join user in db.Users.AsNoTracking() on (Guid)(object)feed.Member equals user.Id
            where feed.Hash == hash && feed.RevokedAt == null
                && !db.Suspensions.Any(stop => stop.Member == feed.Member && stop.Site == null && stop.LiftedAt == null && (stop.Until == null || stop.Until > now))
            select new { Feed = feed, user.Language }).SingleOrDefaultAsync(ct);
        if (found is null)
        {
            return null;
        }

        await MarkUsedAsync(found.Feed, ct);
        var culture = Language.Of(found.Language) ?? Language.French;
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, culture);
        return found.Feed.Machine is { } machine ? await BusyAsync(found.Feed, machine, ct) : await MineAsync(found.Feed, ct);
    }

    public static string UidOf(ReservationId reservation, WebOptions web) => $"{reservation}@{web.Address.Host}";

    private async Task<string> MineAsync(FeedRow feed, CancellationToken ct)
    {
        var (member, since, until) = (feed.Member, clock.Now - Back, clock.Now + Ahead);
        var rows = await (
            from r in db.Reservations.AsNoTracking()
            where r.Member == member && r.Slot.Start < until && r.Slot.End > since
            join machine in db.Machines.AsNoTracking() on r.Machine equals machine.Id
            join site in db.Sites.AsNoTracking() on machine.Site equals site.Id
            join row in db.CalendarEntries.AsNoTracking() on r.Id equals row.Reservation into entries
            from entry in entries.DefaultIfEmpty()
            orderby r.Slot.Start, r.Id
            select new { Reservation = r, Machine = machine.Name, Site = site.Name, Entry = entry }).Take(Most).ToListAsync(ct);
        var bookings =
            from row in rows
            let isThere = row.Reservation.State is ReservationState.Confirmed or ReservationState.Active or ReservationState.Completed
            let wasThere = row.Entry is { IsCancelled: true } gone && gone.ChangedAt > since
            where isThere || wasThere
            select new CalendarEvent
            {
                Uid = UidOf(row.Reservation.Id, web.Value),
                Start = row.Reservation.Slot.Start,
                End = row.Reservation.Slot.End,
                Summary = row.Machine,
                Location = row.Site,
                Url = new Uri(web.Value.Address, $"/reservations/{row.Reservation.Id}"),
                Sequence = row.Entry?.Sequence ?? 0,
                ChangedAt = row.Entry?.ChangedAt ?? row.Reservation.BookedAt,
                IsCancelled = !isThere,
            };
        return CalendarText.OfFeed(texts["Calendar.Mine"], [.. bookings, .. await TrainingsAsync(feed, since, until, ct)]);
    }

    private async Task<List<CalendarEvent>> TrainingsAsync(FeedRow feed, Instant since, Instant until, CancellationToken ct)
    {
        var member = feed.Member;
        var rows = await (
            from session in db.TrainingSessions.AsNoTracking()
            where session.Start < until && session.End > since
            join course in db.Courses.AsNoTracking() on session.Course equals course.Id
            join site in db.Sites.AsNoTracking() on session.Site equals site.Id
            join row in db.Enrolments.AsNoTracking().Where(row => row.Member == member) on session.Id equals row.Session into enrolments
            from enrolment in enrolments.DefaultIfEmpty()
            where session.Trainer == member || (enrolment != null && enrolment.Seat != null)
            orderby session.Start, session.Id
            select new { Session = session, Course = course.Name, Site = site.Name, JoinedAt = (Instant?)enrolment.JoinedAt }).Take(Most).ToListAsync(ct);
        return [.. rows.Select(row => new CalendarEvent
        {
            Uid = $"training-{row.Session.Id}@{web.Value.Address.Host}",
            Start = row.Session.Start,
            End = row.Session.End,
            Summary = texts["Training", row.Course.Said()],
            Location = row.Site,
            Url = new Uri(web.Value.Address, $"/trainings/{row.Session.Id}"),
            Sequence = row.Session.Version,

            // When it was last changed is not kept; its number says which is newer.
            ChangedAt = row.JoinedAt ?? feed.CreatedAt,
            IsCancelled = row.Session.State is TrainingSessionState.Cancelled,
        })];
    }

    private async Task<string> BusyAsync(FeedRow feed, MachineId machine, CancellationToken ct)
    {
        var (since, until) = (clock.Now - BusyBack, clock.Now + BusyAhead);
        var name = await db.Machines.Where(row => row.Id == machine).Select(row => row.Name).SingleAsync(ct);
        var taken = await db.Reservations.AsNoTracking()
            .Where(r => r.Machine == machine && r.Kept.Start < until && r.Kept.End > since
                && (r.State == ReservationState.Requested || r.State == ReservationState.Held || r.State == ReservationState.Confirmed
                    || r.State == ReservationState.Active || r.State == ReservationState.Completed))
            .OrderBy(r => r.Kept.Start).Select(r => r.Kept).Take(Most).ToListAsync(ct);
        return CalendarText.OfFeed(texts["Calendar.Busy", name], Together(taken).Select(busy => new CalendarEvent
        {
            Uid = $"busy-{Digest($"{feed.Id}{busy.Start}")[..32]}@{web.Value.Address.Host}",
            Start = busy.Start,
            End = busy.End,
            Summary = texts["Busy"],
            ChangedAt = feed.CreatedAt,
        }));
    }

    /// <summary>Where one booking ends and the next begins is nobody's business.</summary>
    private static List<(Instant Start, Instant End)> Together(IEnumerable<TimeSlot> taken)
    {
        var busy = new List<(Instant Start, Instant End)>();
        foreach (var slot in taken)
        {
            if (busy.Count > 0 && slot.Start <= busy[^1].End)
            {
                busy[^1] = (busy[^1].Start, Instant.Max(busy[^1].End, slot.End));
            }
            else
            {
                busy.Add((slot.Start, slot.End));
            }
        }

        return busy;
    }

    private async Task MarkUsedAsync(FeedRow feed, CancellationToken ct)
    {
        var (id, now) = (feed.Id, clock.Now);
        if (feed.LastUsedAt is not { } last || now - last >= UseIsToldEvery)
        {
            await db.Feeds.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.LastUsedAt, now), ct);
        }
    }

    internal static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
