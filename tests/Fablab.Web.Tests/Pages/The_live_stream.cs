using System.Net;
using System.Net.ServerSentEvents;
using Fablab.Contracts;
using Fablab.Web.Demo;
using Fablab.Web.Features.LiveBoard.Streaming;
using Microsoft.Extensions.DependencyInjection;
using Board = Fablab.Web.Features.LiveBoard.LiveBoard;

namespace Fablab.Web.Tests.Pages;

public class The_live_stream
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    private PagesLab lab = null!;

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new PagesLab();

    [OneTimeTearDown]
    public void Close_the_lab() => lab.Dispose();

    [Test]
    public async Task Greets_at_once_and_sends_the_card_of_a_machine_that_changed()
    {
        using var browser = await lab.OpenAsync("fr", DemoIds.Maker);
        using var limit = new CancellationTokenSource(Patience);
        await using var stream = await browser.Client.GetStreamAsync(new Uri("/live?site=atelier", UriKind.Relative), limit.Token);
        await using var events = SseParser.Create(stream).EnumerateAsync(limit.Token).GetAsyncEnumerator(limit.Token);

        List<string> first = [];
        for (var i = 0; i < 4; i++)
        {
            await events.MoveNextAsync();
            first.Add(events.Current.EventType);
        }

        Report("printer-1", ReportedActivity.Running);
        var fragment = await NextFragmentAsync(events, limit.Token);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first, Is.EqualTo(new[] { "hello", "fragment", "fragment", "fragment" }));
            Assert.That(fragment, Does.Contain("id=\"machine-printer-1\"").And.Contain("En marche"));
        }
    }

    [TestCase("/live?board=atelier")]
    [TestCase("/live?site=nowhere")]
    [TestCase("/live?reservation=00000000-0000-7000-8000-000000000001")]
    [TestCase("/live")]
    public async Task Opens_only_where_the_page_would(string address)
    {
        using var browser = await lab.OpenAsync("en", DemoIds.Maker);

        var answer = await browser.Client.GetAsync(new Uri(address, UriKind.Relative));

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    /// <summary>Moves the clock by one gathering at a time until the change has come through; how long that really takes does not matter.</summary>
    private async Task<string> NextFragmentAsync(IAsyncEnumerator<SseItem<string>> events, CancellationToken limit)
    {
        while (true)
        {
            var next = events.MoveNextAsync().AsTask();
            while (await Task.WhenAny(next, Task.Delay(Breath, TimeProvider.System, limit)) != next)
            {
                limit.ThrowIfCancellationRequested();
                lab.Clock.Advance(LiveStreamEndpoint.Gather);
            }

            Assert.That(await next, "the stream goes on");
            if (events.Current.EventType == "fragment")
            {
                return events.Current.Data;
            }
        }
    }

    private void Report(string machine, ReportedActivity activity)
    {
        var (board, bridge) = (lab.Services.GetRequiredService<Board>(), new BridgeAddress("atelier", "atelier-bridge"));
        board.Heard(bridge, new Online { Epoch = 1, BootId = Guid.NewGuid(), Up = true });
        board.Reported(bridge, new ReportedTwin
        {
            Machine = machine, Version = 1, Epoch = 1, DesiredVersion = 1, At = lab.Clock.GetUtcNow(), Mode = MachineMode.InSession, Link = ReportedLink.Up, Activity = activity,
            Relay = RelayState.None,
        });
    }
}
