using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Tests.Data;

/// <summary>On SQLite many wait for one writer. The first holds its turn until the others have queued up, so that they are decided together.</summary>
public class Use_cases_that_share_a_commit
{
    private const int Neighbours = 6;

    private static readonly Instant Noon = Instant.FromUtc(2026, 3, 2, 12, 0);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private LabApp lab = null!;

    [OneTimeSetUp]
    public void Open_the_lab()
    {
        lab = new LabApp(StorageProvider.Sqlite);
        lab.Services.GetHashCode();   // starts it
    }

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [Test]
    public async Task Stand_or_fall_each_by_itself()
    {
        var others = await BesideAsync(Enumerable.Range(0, Neighbours).Select<int, Func<Task<Result<int>>>>(nth => () => DecideAsync("mixed", nth, refuse: nth % 2 == 1)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(others.Count(task => task.Result.Refusal is not null), Is.EqualTo(Neighbours / 2));
            Assert.That(await WrittenAsync("mixed"), Is.EqualTo(Enumerable.Range(0, Neighbours).Where(nth => nth % 2 == 0)));
        }
    }

    [Test]
    public async Task Keep_what_they_wrote_when_a_neighbour_fails_or_goes_away()
    {
        using var gone = new CancellationTokenSource();
        var others = await BesideAsync(
        [
            () => DecideAsync("harm", 0, refuse: false),
            () => ThrowAsync("harm", 1),
            () => DecideAsync("harm", 2, refuse: false),
            () => DecideAsync("harm", 3, refuse: false, gone.Token),
            () => DecideAsync("harm", 4, refuse: false),
        ], gone.CancelAsync);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(others[1].Exception?.InnerException, Is.TypeOf<InvalidTimeZoneException>());
            Assert.That(others[3].IsCanceled, Is.True);
            Assert.That(await WrittenAsync("harm"), Is.EqualTo(new[] { 0, 2, 4 }));
        }
    }

    [Test]
    public async Task See_what_the_ones_before_decided()
    {
        var others = await BesideAsync(Enumerable.Range(0, Neighbours).Select<int, Func<Task<Result<int>>>>(_ => () => lab.WithDbAsync(db =>
            LabTransaction.DecideAsync<int>(db, (MachineId?)null, async () =>
            {
                var nth = await db.Audit.CountAsync(row => row.Subject == "counted");
                await WriteAsync(db, "counted", nth);
                return nth;
            }, CancellationToken.None))));

        Assert.That(others.Select(task => task.Result.TryGet(out var nth, out _) ? nth : -1).Order(), Is.EqualTo(Enumerable.Range(0, Neighbours)));
    }

    [Test]
    public async Task Are_done_anew_when_an_error_of_a_neighbour_took_the_transaction_along()
    {
        var losses = 0;
        var others = await BesideAsync(
        [
            () => DecideAsync("lost", 0, refuse: false),
            () => lab.WithDbAsync(db => LabTransaction.DecideAsync<int>(db, (MachineId?)null, async () =>
            {
                // As a full disk does it: SQLite rolls back all there is and tells the one who asked.
                losses++;
                await db.Database.ExecuteSqlRawAsync("ROLLBACK");
                throw new IOException("No space left.");
            }, CancellationToken.None)),
            () => DecideAsync("lost", 2, refuse: false),
        ]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(losses, Is.EqualTo(1), "whose error it was is not done anew");
            Assert.That(others[1].Exception?.InnerException, Is.TypeOf<IOException>());
            Assert.That(await WrittenAsync("lost"), Is.EqualTo(new[] { 0, 2 }));
        }
    }

    [Test]
    public async Task Go_on_only_when_all_is_on_the_disk()
    {
        var seen = await BesideAsync(Enumerable.Range(0, Neighbours).Select<int, Func<Task<bool>>>(nth => async () =>
        {
            await DecideAsync("durable", nth, refuse: false);

            // Another connection sees what is committed and nothing else.
            return await lab.WithDbAsync(db => db.Audit.AnyAsync(row => row.Subject == "durable" && row.Action == $"{nth}"));
        }));

        Assert.That(seen.Select(task => task.Result), Is.All.True);
    }

    /// <summary>Starts the work in this order while somebody holds the turn, and waits until all of it has ended, well or not.</summary>
    private async Task<Task<T>[]> BesideAsync<T>(IEnumerable<Func<Task<T>>> work, Func<Task>? meanwhile = null)
    {
        var others = new List<Task<T>>();
        await lab.WithDbAsync(db => LabTransaction.RunAsync(db, (MachineId?)null, async () =>
        {
            // Once only: should a neighbour take this transaction along, it is done anew like any other.
            if (others.Count == 0)
            {
                others.AddRange(work.Select(start => start()));
                await (meanwhile?.Invoke() ?? Task.CompletedTask);
            }

            return true;
        }, CancellationToken.None));
        await Task.WhenAll(others.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default))).WaitAsync(Patience, TimeProvider.System);
        return [.. others];
    }

    private Task<Result<int>> DecideAsync(string subject, int nth, bool refuse, CancellationToken ct = default) => lab.WithDbAsync(db =>
        LabTransaction.DecideAsync<int>(db, (MachineId?)null, async () =>
        {
            await WriteAsync(db, subject, nth);
            return refuse ? new NoSuchThing("time") : nth;
        }, ct));

    private Task<Result<int>> ThrowAsync(string subject, int nth) => lab.WithDbAsync(db =>
        LabTransaction.DecideAsync<int>(db, (MachineId?)null, async () =>
        {
            await WriteAsync(db, subject, nth);
            throw new InvalidTimeZoneException();
        }, CancellationToken.None));

    private static async Task WriteAsync(FablabDb db, string subject, int nth)
    {
        db.Add(new AuditRow { Id = Guid.CreateVersion7(), At = Noon, Action = $"{nth}", Subject = subject });
        await db.SaveChangesAsync();
    }

    private Task<int[]> WrittenAsync(string subject) => lab.WithDbAsync(async db =>
        (await db.Audit.Where(row => row.Subject == subject).Select(row => row.Action).ToListAsync())
            .Select(text => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture)).Order().ToArray());
}
