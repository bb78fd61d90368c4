using System.Globalization;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Notices;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using Quartz;

namespace Fablab.Web.Features.Feeds.Inviting;

/// <summary>
/// Keeps what calendars are told in step with reservations, whichever use case changed them, and mails a calendar entry about each
/// change that matters to who comes. Several changes within a moment become one.
/// </summary>
internal sealed class KeepCalendars(FablabDb db, LabClock clock)
{
    /// <summary>For several as much as for one: they share the questions, the statements and the commit.</summary>
    public Task<int> ExecuteAsync(IReadOnlyCollection<ReservationId> ids, CancellationToken ct) => LabTransaction.RunHoldingAsync(db, ids.Select(id => id.Value), async () =>
    {
        var seen = await db.ReservationChanges.Where(row => ids.Contains(row.Reservation)).Select(row => row.Id).ToListAsync(ct);
        var reservations = await db.Reservations.AsNoTracking().Where(row => ids.Contains(row.Id)).ToListAsync(ct);
        var entries = await db.CalendarEntries.Where(row => ids.Contains(row.Reservation)).ToDictionaryAsync(row => row.Reservation, ct);
        foreach (var reservation in reservations)
        {
            var entry = entries.GetValueOrDefault(reservation.Id);
            if (CalendarEntry.Update(entry is null ? null : Known(entry), reservation) is { Entry: { } next } update)
            {
                Write(reservation.Id, entry, next);
                Send(reservation.Id, update, next);
            }
        }

        await db.SaveChangesAsync(ct);
        return await db.ReservationChanges.Where(row => seen.Contains(row.Id)).ExecuteDeleteAsync(ct);
    }, ct);

    private static CalendarEntry Known(CalendarEntryRow row) => new(row.Member, row.Machine, row.Start, row.End, row.IsCancelled, row.Sequence);

    private void Write(ReservationId id, CalendarEntryRow? entry, CalendarEntry next)
    {
        if (entry is null)
        {
            db.Add(new CalendarEntryRow
            {
                Reservation = id, Member = next.Member, Machine = next.Machine, Start = next.Start, End = next.End, Sequence = next.Sequence, ChangedAt = clock.Now,
            });
            return;
        }

        (entry.Member, entry.Machine, entry.Start, entry.End) = (next.Member, next.Machine, next.Start, next.End);
        (entry.IsCancelled, entry.Sequence, entry.ChangedAt) = (next.IsCancelled, next.Sequence, clock.Now);
    }

    private void Send(ReservationId id, CalendarUpdate update, CalendarEntry next)
    {
        // What has begun needs no calendar any more.
        if (next.Start <= clock.Now)
        {
            return;
        }

        Send(update.Cancelled, "booking-cancelled");
        Send(update.Confirmed, "booking-confirmed");
        Send(update.Moved, "booking-moved");

        void Send(MemberId? member, string code)
        {
            if (member is { } one)
            {
                db.SendMail(one, code, new Dictionary<string, string>
                {
                    ["machine"] = next.Machine.ToString(), ["start"] = next.Start.ToString(), ["slotEnds"] = next.End.ToString(),
                    ["reservation"] = id.ToString(), ["sequence"] = next.Sequence.ToString(CultureInfo.InvariantCulture),
                }, clock.Now);
            }
        }
    }
}

/// <summary>Looks for reservations that changed.</summary>
internal sealed partial class CalendarSweep(IServiceScopeFactory scopes, ILogger<CalendarSweep> log)
{
    public const int MostInASweep = 200;

    /// <summary>Of one transaction: few enough that who waits to write does not notice.</summary>
    private const int MostAtOnce = 20;

    public async Task RunAsync(CancellationToken ct)
    {
        foreach (var some in (await ChangedAsync(ct)).Chunk(MostAtOnce))
        {
            if (await FailureAsync(some, ct) is null)
            {
                continue;
            }

            // One that cannot be told holds up none of the others, and waits for the next sweep.
            foreach (var one in some)
            {
                if (await FailureAsync([one], ct) is { } failure)
                {
                    LogFailed(one, failure);
                }
            }
        }
    }

    private async Task<Exception?> FailureAsync(ReservationId[] some, CancellationToken ct)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<KeepCalendars>().ExecuteAsync(some, ct);
            return null;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return error;
        }
    }

    private async Task<IReadOnlyList<ReservationId>> ChangedAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<FablabDb>();
        var changed = await db.ReservationChanges.AsNoTracking().OrderBy(row => row.Id).Select(row => row.Reservation).Take(MostInASweep).ToListAsync(ct);
        return [.. changed.Distinct()];
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What changed of reservation {Reservation} could not be told to calendars; the next sweep tries again")]
    private partial void LogFailed(ReservationId reservation, Exception error);
}

/// <summary>Wakes <see cref="CalendarSweep"/>.</summary>
[DisallowConcurrentExecution]
internal sealed class CalendarSweepJob(CalendarSweep sweep) : IJob
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await sweep.RunAsync(cancellationToken);
}
