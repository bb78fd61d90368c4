using System.Globalization;
using System.Net;
using System.Net.ServerSentEvents;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Fablab.Contracts;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Demo;
using Fablab.Web.Features.LiveBoard.Streaming;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Board = Fablab.Web.Features.LiveBoard.LiveBoard;

namespace Fablab.Web.Tests.Pages;

public class The_live_stream
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    private readonly List<string> seen = [];

    private PagesLab lab = null!;
    private int daysHandedOut;

    [OneTimeSetUp]
    public void Open_the_lab() => lab = new PagesLab();

    [SetUp]
    public void Forget_what_was_seen() => seen.Clear();

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
        for (var i = 0; i < 5; i++)
        {
            await events.MoveNextAsync();
            first.Add(events.Current.EventType);
        }

        Report("printer-1", ReportedActivity.Running);
        var fragment = await NextFragmentAsync(events, limit.Token);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first, Is.EqualTo(new[] { "hello", "fragment", "fragment", "fragment", "fragment" }));
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

    [Test]
    public async Task Sends_the_holder_how_their_run_goes_and_that_it_ends()
    {
        using var holder = await lab.OpenAsync("fr", DemoIds.Maker);
        var reservation = await BookAsync(holder, "printer-2");
        await holder.SendAsync("#act", button: "button[value=check-in]");
        using var limit = new CancellationTokenSource(Patience);
        await using var events = await ListenAsync(holder, $"/live?reservation={reservation}", limit.Token);

        var opened = await SeeAsync(events, html => html.Contains("value=\"end\"", StringComparison.Ordinal), limit.Token);
        await ReportRunAsync("printer-2", reservation);
        var running = await SeeAsync(events, html => html.Contains("12\u00a0min", StringComparison.Ordinal), limit.Token);
        await holder.SendAsync("#act", button: "button[value=end]");
        var ended = await SeeAsync(events, html => !html.Contains("value=\"end\"", StringComparison.Ordinal), limit.Token);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(new[] { opened, running, ended }, Has.All.StartsWith("<section id=\"run\""));
            Assert.That(running, Does.Contain("0,60\u00a0€").And.Contain("212\u00a0°C").And.Contain("un responsable doit vérifier"));
        }
    }

    [Test]
    public async Task Sends_the_manager_who_is_at_a_machine_and_what_is_booked_today()
    {
        using var manager = await lab.OpenAsync("en", DemoIds.AtelierManager);
        using var maker = await lab.OpenAsync("en", DemoIds.Maker);
        using var limit = new CancellationTokenSource(Patience);
        await using var events = await ListenAsync(manager, "/live?board=atelier", limit.Token);

        var reservation = await BookAsync(maker, "cnc-1");
        var booked = await SeeAsync(events, html => IsRowWith(html, reservation, "Confirmed"), limit.Token);
        await maker.SendAsync("#act", button: "button[value=check-in]");
        var rows = await SeeAsync(events, html => IsRowWith(html, reservation, "In use"), limit.Token);
        var card = seen.LastOrDefault(html => html.StartsWith("<article id=\"board-cnc-1\"", StringComparison.Ordinal));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(new[] { booked, rows }, Has.All.Contain("Malo Maker").And.All.Contain("CNC mill"));
            Assert.That(card, Does.Contain("Malo Maker").And.Contain("End session"));
        }
    }

    [TestCase(DemoIds.Maker, HttpStatusCode.OK)]
    [TestCase(DemoIds.AtelierManager, HttpStatusCode.OK)]
    [TestCase(DemoIds.SecondMaker, HttpStatusCode.NotFound)]
    [TestCase(DemoIds.CampusManager, HttpStatusCode.NotFound)]
    [TestCase(DemoIds.Owner, HttpStatusCode.NotFound)]
    public async Task Of_a_reservation_opens_for_its_holder_and_for_who_manages_the_site(string who, HttpStatusCode answer)
    {
        using var holder = await lab.OpenAsync("en", DemoIds.Maker);
        var reservation = await BookAsync(holder, "printer-1", daysAhead: ++daysHandedOut);
        using var browser = await lab.OpenAsync("en", who);

        using var sent = await browser.Client.GetAsync(new Uri($"/live?reservation={reservation}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

        Assert.That(sent.StatusCode, Is.EqualTo(answer));
    }

    private static bool IsRowWith(string html, Guid reservation, string state) =>
        html.StartsWith("<tbody id=\"booked-rows\"", StringComparison.Ordinal)
        && html.Split("<tr>").Any(row => row.Contains(reservation.ToString(), StringComparison.Ordinal) && row.Contains(state, StringComparison.Ordinal));

    /// <summary>From now on, or some days later at the same hour.</summary>
    private static async Task<Guid> BookAsync(Browser browser, string machine, int daysAhead = 0)
    {
        await browser.GoAsync($"/machines/{machine}/book");
        var today = DateOnly.Parse(browser.Page.QuerySelector<IHtmlInputElement>("#date")!.Value, CultureInfo.InvariantCulture);
        await browser.SendAsync("form[action$='/book']", new() { ["date"] = today.AddDays(daysAhead).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) }, "button[value=check]");
        await browser.SendAsync("form[action$='/book']", button: "button[value=confirm]");
        return Guid.Parse(browser.Address.Split('/')[^1].Split('?')[0]);
    }

    private static async Task<IAsyncEnumerator<SseItem<string>>> ListenAsync(Browser browser, string address, CancellationToken limit)
    {
        var stream = await browser.Client.GetStreamAsync(new Uri(address, UriKind.Relative), limit);
        return SseParser.Create(stream).EnumerateAsync(limit).GetAsyncEnumerator(limit);
    }

    private async Task<string> SeeAsync(IAsyncEnumerator<SseItem<string>> events, Func<string, bool> isWanted, CancellationToken limit)
    {
        while (true)
        {
            var html = WebUtility.HtmlDecode(await NextFragmentAsync(events, limit));
            seen.Add(html);
            if (isWanted(html))
            {
                return html;
            }
        }
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

    private async Task ReportRunAsync(string machine, Guid reservation)
    {
        await using var scope = lab.Services.CreateAsyncScope();
        var id = new ReservationId(reservation);
        var session = await scope.ServiceProvider.GetRequiredService<FablabDb>().UsageSessions.AsNoTracking().SingleAsync(row => row.Reservation == id);
        Report(machine, ReportedActivity.Running, twin => twin with
        {
            Session = new ReportedSession { Id = session.Id.Value, Generation = session.Generation, TotalMilliseconds = 725_000, ActiveMilliseconds = 720_000 },
            LeaseRefusal = "disputed",
            Temperatures = new Dictionary<string, ReportedTemperature> { ["tool0"] = new(212, 215) },
        });
    }

    private void Report(string machine, ReportedActivity activity, Func<ReportedTwin, ReportedTwin>? more = null)
    {
        var (board, bridge) = (lab.Services.GetRequiredService<Board>(), new BridgeAddress("atelier", "atelier-bridge"));
        board.Heard(bridge, new Online { Epoch = 1, BootId = Guid.NewGuid(), Up = true });
        var twin = new ReportedTwin
        {
            Machine = machine, Version = 1, Epoch = 1, DesiredVersion = 1, At = lab.Clock.GetUtcNow(), Mode = MachineMode.InSession, Link = ReportedLink.Up, Activity = activity,
            Relay = RelayState.None,
        };
        board.Reported(bridge, more?.Invoke(twin) ?? twin);
    }
}
