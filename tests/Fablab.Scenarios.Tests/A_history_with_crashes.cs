using Fablab.Scenarios.Tests.Lab;
using Fablab.Testing.Histories;

namespace Fablab.Scenarios.Tests;

/// <summary>
/// Eight clients book, move and cancel while the web is killed and started again. What was acknowledged must be there, what was
/// refused must have had a reason, and a call that was cut off may have happened or not, but not by half.
/// </summary>
[Parallelizable(ParallelScope.Self)]
public sealed class A_history_with_crashes : SharedLab
{
    private const int Clients = 8;
    private const int CallsEach = 150;
    private const int Kills = 3;

    private static readonly TimeSpan BetweenKills = TimeSpan.FromSeconds(4);

    private protected override LabSetup Setup => LabSetup.Apart;

    [Test]
    public async Task Is_that_of_some_one_at_a_time_order()
    {
        var seed = TestContext.CurrentContext.Random.Next();
        var firstDay = new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(2), TimeSpan.Zero);
        var arenas = new BookingArenas(seed, firstDay, ["printer-1", "printer-2"], daysEach: 20);
        using var maker = await Lab.HttpClientOfAsync(People.Maker);

        var playing = Task.WhenAll(Enumerable.Range(0, Clients).Select(number => arenas.PlayAsync(maker, number, CallsEach, CancellationToken.None)));
        for (var kill = 0; kill < Kills && !playing.IsCompleted; kill++)
        {
            await Task.WhenAny(playing, Task.Delay(BetweenKills, TimeProvider.System));
            Lab.Kill(Victim.Web);
            await Lab.StartAgainAsync(Victim.Web);
        }

        await playing;

        var report = await arenas.ExplainAsync(maker);
        TestContext.Out.WriteLine($"seed {seed}, {Kills} kills: {report}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Unexplained, Is.Empty);
            Assert.That(report.GivenUp, Is.Zero, "arenas that the search gave up");
            Assert.That(report.Count(CallOutcome.Accepted), Is.GreaterThan(Clients * CallsEach / 10));
        }
    }
}
