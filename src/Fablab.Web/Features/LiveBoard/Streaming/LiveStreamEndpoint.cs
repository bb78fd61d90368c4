using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Fablab.Web.Components;
using Fablab.Web.Hosting;
using Board = Fablab.Web.Features.LiveBoard.LiveBoard;

namespace Fablab.Web.Features.LiveBoard.Streaming;

/// <summary>
/// <c>/live?…</c>: one stream a page, of HTML fragments that replace the elements of their ids. A stream has a longest life, so
/// that a right taken away ends it too: the browser comes again and is asked again.
/// </summary>
internal sealed class LiveStreamEndpoint(Board board, LiveFragments fragments, LabClock clock, TimeProvider time, IHostApplicationLifetime life)
{
    /// <summary>Changes are gathered this long, so that a chatty machine costs two drawings a second at most.</summary>
    public static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(500);

    /// <summary>Tells the browser that we are there, and us that it is; what depends on the time is drawn anew.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(5);

    /// <summary>More than this many at once are asked to reload instead.</summary>
    public const int MostStreams = 2000;

    /// <summary>Stands where a machine's code would: no machine has such a code.</summary>
    private const string Together = "*";

    private int open;

    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/live", (HttpContext http, LiveStreamEndpoint live) => live.HandleAsync(http)).WithMetadata(new StaysOpen());

    public async Task<IResult> HandleAsync(HttpContext http)
    {
        var culture = CultureInfo.CurrentUICulture;
        foreach (var source in http.RequestServices.GetServices<ILiveViewSource>())
        {
            if (await source.FindAsync(http.Request.Query, culture, http.RequestAborted) is { } view)
            {
                return Stream(view, http);
            }
        }

        return PageResults.NotFound();
    }

    private IResult Stream(LiveView view, HttpContext http)
    {
        if (Volatile.Read(ref open) >= MostStreams)
        {
            return TypedResults.StatusCode(StatusCodes.Status503ServiceUnavailable);
        }

        http.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(ItemsAsync(view, http.RequestAborted));
    }

    private async IAsyncEnumerable<SseItem<string>> ItemsAsync(LiveView view, [EnumeratorCancellation] CancellationToken ct)
    {
        // An open stream would hold the program's stop back for half a minute.
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(ct, life.ApplicationStopping);
        using var lifetime = new CancellationTokenSource(LongestLife, time);
        using var end = ends.Token.Register(lifetime.Cancel);
        Interlocked.Increment(ref open);
        var changed = new Changes(view.Machines, fragments.Mark());
        var listening = ListenAsync(changed, lifetime.Token);
        try
        {
            yield return new SseItem<string>(SiteTime(view), "hello");
            using var tick = new PeriodicTimer(Gather, time);
            var beatAt = time.GetTimestamp();
            do
            {
                if (time.GetElapsedTime(beatAt) >= Heartbeat)
                {
                    beatAt = time.GetTimestamp();
                    changed.All(fragments.Mark());
                    yield return new SseItem<string>(SiteTime(view), "beat");
                }

                var taken = changed.Take();
                foreach (var (machine, mark) in taken)
                {
                    if (await view.DrawAsync(machine, mark, lifetime.Token) is { } html && changed.IsNews(machine, html))
                    {
                        yield return new SseItem<string>(html, "fragment");
                    }
                }

                if (taken.Count > 0 && view.DrawTogetherAsync is { } drawTogether
                    && await drawTogether(taken.Max(change => change.Value), lifetime.Token) is { } common && changed.IsNews(Together, common))
                {
                    yield return new SseItem<string>(common, "fragment");
                }
            }
            while (await TickAsync(tick, lifetime.Token));
        }
        finally
        {
            Interlocked.Decrement(ref open);
            await lifetime.CancelAsync();
            await listening;
        }
    }

    private string SiteTime(LiveView view) => Show.Time(clock.Now, view.Zone);

    private async Task ListenAsync(Changes changed, CancellationToken ct)
    {
        try
        {
            await foreach (var machine in board.ChangesAsync(ct))
            {
                changed.Add(machine, fragments.Mark());
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left, or the stream's life is over.
        }
    }

    private static async Task<bool> TickAsync(PeriodicTimer tick, CancellationToken ct)
    {
        try
        {
            return await tick.WaitForNextTickAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Which of the page's machines must be drawn again; never more than the page has.</summary>
    private sealed class Changes
    {
        private readonly Dictionary<string, long> waiting = [];
        private readonly Dictionary<string, string> sent = [];
        private readonly HashSet<string> watched;

        public Changes(IReadOnlyList<string> machines, long mark)
        {
            watched = [.. machines];
            All(mark);
        }

        public void All(long mark)
        {
            foreach (var machine in watched)
            {
                Add(machine, mark);
            }
        }

        public void Add(string machine, long mark)
        {
            lock (waiting)
            {
                if (watched.Contains(machine))
                {
                    waiting[machine] = mark;
                }
            }
        }

        public List<KeyValuePair<string, long>> Take()
        {
            lock (waiting)
            {
                List<KeyValuePair<string, long>> taken = [.. waiting];
                waiting.Clear();
                return taken;
            }
        }

        public bool IsNews(string part, string html)
        {
            var isNews = sent.GetValueOrDefault(part) != html;
            sent[part] = html;
            return isNews;
        }
    }
}
