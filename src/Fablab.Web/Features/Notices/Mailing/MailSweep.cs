using System.Net.Sockets;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Hosting;
using MailKit.Net.Smtp;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using MimeKit;
using NodaTime;
using Quartz;

namespace Fablab.Web.Features.Notices.Mailing;

/// <summary>
/// Sends the mails that are due. Whoever sends one takes it for a while first, so that several sweeps send it once; one that was
/// cut off between the mail server's yes and ours is sent again after that while, with the same message id.
/// </summary>
internal sealed partial class MailSweep(IServiceScopeFactory scopes, IMailPost post, IOptions<MailOptions> options, LabClock clock, ILogger<MailSweep> log)
{
    /// <summary>Mails of one sweep; the rest is due with the next.</summary>
    public const int MostInASweep = 200;

    /// <summary>How long one that is being sent is left to who sends it.</summary>
    public static readonly Duration Lease = Duration.FromMinutes(10);

    /// <summary>How long a mail server that cannot be reached is left alone.</summary>
    public static readonly Duration ServerPause = Duration.FromMinutes(1);

    private static readonly Duration FirstPause = Duration.FromMinutes(1);
    private static readonly Duration LongestPause = Duration.FromHours(1);

    private Instant notBefore = Instant.MinValue;

    public async Task RunAsync(CancellationToken ct)
    {
        var due = clock.Now < notBefore ? [] : await DueAsync(ct);
        if (due.Count == 0)
        {
            return;
        }

        IMailRound? round = null;
        try
        {
            foreach (var mail in due)
            {
                round = await HandleAsync(mail, round, ct);
            }
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The mail server is gone or lets us not in. The others are still due and nobody's try was used up.
            notBefore = clock.Now + ServerPause;
            LogServer(options.Value.Host ?? "mail folder", Reason(error));
        }
        finally
        {
            if (round is not null)
            {
                await round.DisposeAsync();
            }
        }
    }

    private async Task<IMailRound?> HandleAsync(MailRow mail, IMailRound? round, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FablabDb>();
        if (clock.Now - mail.CreatedAt > Duration.FromHours(options.Value.GiveUpAfterHours))
        {
            LogGivenUp(mail.Id, mail.Code, "nobody took it in time");
            await EndAsync(db, mail, MailState.GivenUp, ct);
            return round;
        }

        if (await ComposeAsync(scope.ServiceProvider, db, mail, ct) is not { } composed)
        {
            return round;
        }

        if (composed.Message is not { } message)
        {
            await (composed.NotBefore is { } later ? SetDueAsync(db, mail, later, ct) : EndAsync(db, mail, MailState.Dropped, ct));
            return round;
        }

        round ??= await post.OpenAsync(ct);
        if (await TakeAsync(db, mail, ct))
        {
            await SendAsync(db, mail, message, round, ct);
        }

        return round;
    }

    /// <returns><see langword="null"/> when it could not be written; it is tried again and keeps no other waiting.</returns>
    private async Task<ComposedMail?> ComposeAsync(IServiceProvider services, FablabDb db, MailRow mail, CancellationToken ct)
    {
        try
        {
            return await services.GetRequiredService<ComposeMail>().ExecuteAsync(mail, ct);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogNotWritten(mail.Id, mail.Code, error);
            if (await TakeAsync(db, mail, ct))
            {
                await SetDueAsync(db, mail, clock.Now + PauseAfter(mail.Tries + 1), ct);
            }

            return null;
        }
    }

    private async Task SendAsync(FablabDb db, MailRow mail, MimeMessage message, IMailRound round, CancellationToken ct)
    {
        try
        {
            await round.SendAsync(message, ct);
        }
        catch (MailRefusedException refused)
        {
            LogGivenUp(mail.Id, mail.Code, refused.Message);
            await EndAsync(db, mail, MailState.GivenUp, ct);
            return;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            await SetDueAsync(db, mail, clock.Now + PauseAfter(mail.Tries + 1), ct);
            LogNotTaken(mail.Id, mail.Code, Reason(error));

            // When the line is broken, it is for all that follow; anything else is this mail's own trouble.
            if (error is SocketException or IOException or MailKit.ProtocolException or MailKit.ServiceNotConnectedException or MailKit.ServiceNotAuthenticatedException)
            {
                throw;
            }

            return;
        }

        // Even while stopping: it is sent, and that must be known.
        await EndAsync(db, mail, MailState.Sent, CancellationToken.None);
    }

    // A server's words may hold the address of a person, and those do not belong into logs.
    private static string Reason(Exception error) => error switch
    {
        SmtpCommandException refused => $"answer {(int)refused.StatusCode}",
        SocketException socket => socket.SocketErrorCode.ToString(),
        _ => error.GetType().Name,
    };

    private static Duration PauseAfter(int tries) => Duration.Min(FirstPause * (1 << Math.Min(tries - 1, 10)), LongestPause);

    private async Task<List<MailRow>> DueAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FablabDb>();
        var now = clock.Now;
        return await db.Mails.AsNoTracking().Where(mail => mail.DueAt <= now).OrderBy(mail => mail.DueAt).Take(MostInASweep).ToListAsync(ct);
    }

    private async Task<bool> TakeAsync(FablabDb db, MailRow mail, CancellationToken ct)
    {
        var (id, due, until) = (mail.Id, mail.DueAt, clock.Now + Lease);
        return await LabTransaction.ExecuteAsync(db, () => db.Mails.Where(row => row.Id == id && row.DueAt == due)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, until).SetProperty(row => row.Tries, row => row.Tries + 1), ct), ct) > 0;
    }

    private static Task SetDueAsync(FablabDb db, MailRow mail, Instant due, CancellationToken ct)
    {
        var id = mail.Id;
        return LabTransaction.ExecuteAsync(
            db, () => db.Mails.Where(row => row.Id == id && row.EndedAt == null).ExecuteUpdateAsync(set => set.SetProperty(row => row.DueAt, due), ct), ct);
    }

    private Task EndAsync(FablabDb db, MailRow mail, MailState state, CancellationToken ct)
    {
        var (id, now) = (mail.Id, clock.Now);
        return LabTransaction.ExecuteAsync(db, () => db.Mails.Where(row => row.Id == id && row.EndedAt == null).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.State, state).SetProperty(row => row.EndedAt, now).SetProperty(row => row.DueAt, (Instant?)null), ct), ct);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No mail can be sent by {Server}: {Reason}. They wait; it is tried again")]
    private partial void LogServer(string server, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mail {Mail} ({Code}) was not taken: {Reason}. It is tried again")]
    private partial void LogNotTaken(Guid mail, string code, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Mail {Mail} ({Code}) could not be written; it is tried again")]
    private partial void LogNotWritten(Guid mail, string code, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Mail {Mail} ({Code}) is given up: {Reason}")]
    private partial void LogGivenUp(Guid mail, string code, string reason);
}

/// <summary>Wakes <see cref="MailSweep"/>.</summary>
[DisallowConcurrentExecution]
internal sealed class MailSweepJob(MailSweep sweep) : IJob
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await sweep.RunAsync(cancellationToken);
}
