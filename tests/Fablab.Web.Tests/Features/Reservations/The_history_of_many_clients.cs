using Fablab.Testing.Histories;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Tests.Testing;

namespace Fablab.Web.Tests.Features.Reservations;

/// <summary>Sixteen clients at once, in one process; the scenarios do the same while processes are killed.</summary>
public sealed class The_history_of_many_clients(StorageProvider provider) : LabTest(provider)
{
    private const int Clients = 16;
    private const int CallsEach = 100;

    [Test]
    public async Task Is_that_of_some_one_at_a_time_order()
    {
        var seed = TestContext.CurrentContext.Random.Next();
        var arenas = new BookingArenas(seed, new DateTimeOffset(2026, 4, 6, 0, 0, 0, TimeSpan.Zero), ["printer-1", "printer-2"], daysEach: 25);

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async number =>
        {
            // One person may do everything: they share what they booked, as a team does.
            using var client = await Lab.ClientOfAsync(DemoIds.Maker);
            await arenas.PlayAsync(client, number, CallsEach, CancellationToken.None);
        }));

        var report = await arenas.ExplainAsync(Maker);
        TestContext.Out.WriteLine($"seed {seed}: {report}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Unexplained, Is.Empty);
            Assert.That(report.GivenUp, Is.Zero, "arenas that the search gave up");
            Assert.That(report.Count(CallOutcome.Accepted), Is.GreaterThan(Clients * CallsEach / 4));
            Assert.That(report.Count(CallOutcome.Refused), Is.GreaterThan(Clients * CallsEach / 20), "they were in each other's way");
            Assert.That(report.Count(CallOutcome.Unknown), Is.Zero);
        }
    }
}
