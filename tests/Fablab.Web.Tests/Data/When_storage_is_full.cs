using System.Data.Common;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Fablab.Web.Tests.Data;

/// <summary>SQLite refuses to grow further, as on a full disk.</summary>
public sealed class When_storage_is_full
{
    /// <summary>Free space within the file is used up first.</summary>
    private const int MostBookings = 2_000;

    private readonly Disk disk = new();
    private LabApp lab = null!;
    private HttpClient maker = null!;

    [OneTimeSetUp]
    public async Task Open_the_lab()
    {
        lab = new LabApp(StorageProvider.Sqlite, change: services => services.AddSingleton<IInterceptor>(disk));
        maker = await lab.ClientOfAsync(DemoIds.Maker);
    }

    [OneTimeTearDown]
    public void Close_the_lab()
    {
        maker.Dispose();
        lab.Dispose();
    }

    [SetUp]
    public void There_is_room() => disk.IsFull = false;

    [Test]
    public async Task A_booking_is_refused_and_those_before_are_kept()
    {
        disk.IsFull = true;
        var (booked, refused) = (0, (HttpResponseMessage?)null);
        for (; booked < MostBookings && refused is null; booked++)
        {
            var answer = await BookAsync("printer-1", booked);
            refused = answer.IsSuccessStatusCode ? null : answer;
        }

        disk.IsFull = false;
        using var after = await BookAsync("printer-1", MostBookings);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused?.StatusCode, Is.EqualTo(HttpStatusCode.InsufficientStorage));
            Assert.That((await refused!.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString(), Is.EqualTo("storage-full"));
            Assert.That(await lab.WithDbAsync(db => db.Reservations.CountAsync()), Is.EqualTo(booked), "every answered booking and the one after");
            Assert.That(after.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        }
    }

    [Test]
    public async Task A_journal_is_not_acknowledged_and_is_taken_once_there_is_room()
    {
        lab.Clock.Advance(TimeSpan.FromHours(3));
        var bridge = new BridgeSide(lab);
        var (_, session) = await bridge.BeginUseAsync(maker, "printer-2");
        var records = Enumerable.Range(1, 100).Select(second => bridge.Meter(session, 1_000, second * 1_000L, "printer-2")).ToArray();

        disk.IsFull = true;
        var refused = (await Assert.CatchAsync(() => bridge.SendAsync(records)))!;
        disk.IsFull = false;
        var answer = await bridge.SendAsync(records);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(DatabaseRefusals.IsStorageFull(refused), Is.True);
            Assert.That(answer.Ack?.UpTo, Is.EqualTo(100));
            Assert.That((await SessionAsync(session)).Total.TotalSeconds, Is.EqualTo(100));
        }
    }

    private Task<UsageSession> SessionAsync(Guid id) =>
        lab.WithDbAsync(db => db.UsageSessions.AsNoTracking().SingleAsync(session => session.Id == new UsageSessionId(id)));

    private Task<HttpResponseMessage> BookAsync(string machine, int number)
    {
        var start = lab.Clock.GetUtcNow().AddDays(1).AddMinutes(15 * number).UtcDateTime;
        return maker.PostAsJsonAsync("/api/v1/reservations", new { machine, start, end = start.AddMinutes(15) });
    }

    /// <summary>Connections stay open, so each transaction learns anew how much room there is.</summary>
    private sealed class Disk : DbTransactionInterceptor
    {
        private const long NoLimit = 0x3fff_ffff;

        public bool IsFull { get; set; }

        public override async ValueTask<DbTransaction> TransactionStartedAsync(
            DbConnection connection, TransactionEndEventData eventData, DbTransaction result, CancellationToken cancellationToken = default)
        {
            await using var command = connection.CreateCommand();

            // A limit below the present size means the present size.
            command.CommandText = $"PRAGMA max_page_count = {(IsFull ? 1 : NoLimit)}";
            await command.ExecuteNonQueryAsync(cancellationToken);
            return result;
        }
    }
}
