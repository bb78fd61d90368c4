using System.Globalization;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Notices.Mailing;
using Fablab.Web.Hosting;
using Fablab.Web.Resources;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using NodaTime;
using Quartz;

namespace Fablab.Web.Features.Notices.Pushing;

/// <summary>
/// Brings notices to browsers, as mails are brought to mailboxes: each notice becomes one row a browser in the transaction that ends its
/// waiting, and whoever sends a row takes it for a while first. One that was cut off in between goes again, under the same tag.
/// </summary>
internal sealed partial class PushSweep(IServiceScopeFactory scopes, IOptions<PushOptions> options, LabClock clock, ILogger<PushSweep> log)
{
    public const int MostInASweep = 200;

    public const int MostTries = 8;

    public static readonly Duration Lease = Duration.FromMinutes(10);

    private static readonly Duration FirstPause = Duration.FromMinutes(1);
    private static readonly Duration LongestPause = Duration.FromHours(1);

    public async Task RunAsync(CancellationToken ct)
    {
        await SpreadAsync(ct);
        foreach (var push in await DueAsync(ct))
        {
            await HandleAsync(push, ct);
        }
    }

    /// <summary>From notices to browsers. One without any is done at once.</summary>
    private async Task SpreadAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (db, now) = (scope.ServiceProvider.GetRequiredService<FablabDb>(), clock.Now);
        var due = await db.Notices.AsNoTracking().Where(notice => notice.PushDueAt <= now).OrderBy(notice => notice.PushDueAt).Take(MostInASweep).ToListAsync(ct);
        if (due.Count == 0)
        {
            return;
        }

        var members = due.Select(notice => notice.Member).Distinct().ToList();
        await LabTransaction.RunAsync(db, (MachineId?)null, async () =>
        {
            var browsers = (await db.PushSubscriptions.AsNoTracking().Where(row => members.Contains(row.Member)).ToListAsync(ct)).ToLookup(row => row.Member);
            foreach (var notice in due)
            {
                var id = notice.Id;
                if (await db.Notices.Where(row => row.Id == id && row.PushDueAt != null).ExecuteUpdateAsync(set => set.SetProperty(row => row.PushDueAt, (Instant?)null), ct) > 0)
                {
                    db.AddRange(browsers[notice.Member].Select(browser => new PushRow
                    {
                        Id = Guid.CreateVersion7(), Notice = id, Subscription = browser.Id, CreatedAt = notice.At, DueAt = now,
                    }));
                }
            }

            return await db.SaveChangesAsync(ct);
        }, ct);
    }

    private async Task<List<PushRow>> DueAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var (db, now) = (scope.ServiceProvider.GetRequiredService<FablabDb>(), clock.Now);
        return await db.Pushes.AsNoTracking().Where(push => push.DueAt <= now).OrderBy(push => push.DueAt).Take(MostInASweep).ToListAsync(ct);
    }

    private async Task HandleAsync(PushRow push, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FablabDb>();
        var (subscription, notice, now) = (push.Subscription, push.Notice, clock.Now);
        var found = await (
            from browser in db.PushSubscriptions.AsNoTracking()
            where browser.Id == subscription
            from told in db.Notices.AsNoTracking()
            where told.Id == notice
            join user in db.Users.AsNoTracking() on (Guid)(object)browser.Member equals user.Id
            join row in db.BrowserSessions.AsNoTracking().Where(row => row.EndedAt == null && row.ExpiresAt > now) on browser.Session equals row.Id into sessions
            from session in sessions.DefaultIfEmpty()
            select new { Browser = browser, Notice = told, Account = user, IsSignedIn = session != null }).SingleOrDefaultAsync(ct);
        if (found is null || !found.IsSignedIn)
        {
            // Nobody is signed in there any more, so it is nobody's to show notices to.
            await db.PushSubscriptions.Where(row => row.Id == subscription).ExecuteDeleteAsync(ct);
            return;
        }

        if (!options.Value.IsOn || push.Tries >= MostTries || now - push.CreatedAt > Duration.FromHours(options.Value.GiveUpAfterHours) || IsUnwanted(found.Notice.Code, found.Account))
        {
            await EndAsync(db, push, ct);
            return;
        }

        if (scope.ServiceProvider.GetRequiredService<QuietTime>().EndFor(found.Account) is { } later)
        {
            await SetDueAsync(db, push, later, ct);
            return;
        }

        if (await TakeAsync(db, push, ct))
        {
            await SendAsync(scope.ServiceProvider, db, push, found.Browser, found.Notice, found.Account, ct);
        }
    }

    private async Task SendAsync(IServiceProvider services, FablabDb db, PushRow push, PushSubscriptionRow browser, NoticeRow notice, Account account, CancellationToken ct)
    {
        PushAnswer answer;
        try
        {
            answer = await services.GetRequiredService<SendPush>().ExecuteAsync(browser, await ContentAsync(services, notice, account, ct), ct);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogNotSent(push.Id, notice.Code, error);
            answer = PushAnswer.TryLater;
        }

        var id = browser.Id;
        await (answer switch
        {
            PushAnswer.Gone => db.PushSubscriptions.Where(row => row.Id == id).ExecuteDeleteAsync(CancellationToken.None),
            PushAnswer.TryLater => SetDueAsync(db, push, clock.Now + PauseAfter(push.Tries + 1), ct),

            // Even while stopping: it is taken, and that must be known.
            _ => EndAsync(db, push, CancellationToken.None),
        });
    }

    private static async Task<PushContent> ContentAsync(IServiceProvider services, NoticeRow notice, Account account, CancellationToken ct)
    {
        var culture = Language.Of(account.Language ?? account.SeenLanguage) ?? Language.French;
        (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, culture);
        var line = (await services.GetRequiredService<NoticeLines>().OfAsync([(notice.Code, notice.Facts)], ct))[0];
        var words = line.InWords(services.GetRequiredService<IStringLocalizer<AccountTexts>>());
        return new PushContent("Fablab", words, notice.Facts.GetValueOrDefault("link") is { } link && Go.IsOurs(link) ? link : "/account", notice.Id.ToString("n"), culture.TwoLetterISOLanguageName);
    }

    private static bool IsUnwanted(string code, Account account) => NoticeCodes.TopicOf.TryGetValue(code, out var topic) && account.UnwantedPush.Contains(topic);

    private static Duration PauseAfter(int tries) => Duration.Min(FirstPause * (1 << Math.Min(tries - 1, 10)), LongestPause);

    private async Task<bool> TakeAsync(FablabDb db, PushRow push, CancellationToken ct)
    {
        var (id, due, until) = (push.Id, push.DueAt, clock.Now + Lease);
        return await LabTransaction.ExecuteAsync(db, () => db.Pushes.Where(row => row.Id == id && row.DueAt == due)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, until).SetProperty(row => row.Tries, row => row.Tries + 1), ct), ct) > 0;
    }

    private static Task<int> SetDueAsync(FablabDb db, PushRow push, Instant due, CancellationToken ct)
    {
        var id = push.Id;
        return LabTransaction.ExecuteAsync(
            db, () => db.Pushes.Where(row => row.Id == id && row.EndedAt == null).ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, due), ct), ct);
    }

    private Task<int> EndAsync(FablabDb db, PushRow push, CancellationToken ct)
    {
        var (id, now) = (push.Id, clock.Now);
        return LabTransaction.ExecuteAsync(db, () => db.Pushes.Where(row => row.Id == id && row.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, now).SetProperty(row => row.DueAt, (Instant?)null), ct), ct);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Push {Push} ({Code}) could not be sent; it is tried again")]
    private partial void LogNotSent(Guid push, string code, Exception error);
}

/// <summary>Wakes <see cref="PushSweep"/>.</summary>
[DisallowConcurrentExecution]
internal sealed class PushSweepJob(PushSweep sweep) : IJob
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await sweep.RunAsync(cancellationToken);
}
