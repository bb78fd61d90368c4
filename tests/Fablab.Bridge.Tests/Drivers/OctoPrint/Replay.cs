using System.Globalization;
using System.Text;
using System.Text.Json;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.OctoPrint;

namespace Fablab.Bridge.Tests.Drivers.OctoPrint;

/// <summary>A recorded scenario as facts in time order, and what the driver would have reported.</summary>
internal sealed class Replay
{
    /// <summary>Messages closer together than this may reach us in either order.</summary>
    private const double SwapSeconds = 0.05;

    private readonly List<(double Seconds, bool IsOurs, OctoPrintFact Fact)> _facts = [];

    private Replay(string scenario) => Scenario = scenario;

    public string Scenario { get; }

    /// <param name="scenario">The part of the file names after <c>http-</c>.</param>
    /// <param name="pushFile">Name of the push recording when it differs; an empty one stands for polling alone.</param>
    public static Replay Of(string scenario, string? pushFile = null)
    {
        var replay = new Replay(pushFile is { Length: > 0 } ? pushFile : pushFile is "" ? scenario + "-polled" : scenario);
        var exchanges = Recording.Exchanges(Path.Combine(Repository.OctoPrintRecordings, $"http-{scenario}.jsonl")).ToList();
        var push = Path.Combine(Repository.OctoPrintRecordings, $"push-{pushFile ?? scenario}.jsonl");
        var pushed = pushFile is not "" && File.Exists(push) ? Recording.Pushed(push).ToList() : [];
        replay.AddExchanges(exchanges);
        replay.AddPushed(pushed, Offset(exchanges, pushed));
        replay._facts.Sort((one, other) => one.Seconds.CompareTo(other.Seconds));
        return replay;
    }

    public Reported Run(int? shuffleSeed = null)
    {
        var picture = new OctoPrintPicture { SilenceLimit = TimeSpan.FromSeconds(60), StartDeadline = TimeSpan.FromSeconds(15) };
        var reported = new Reported();
        var now = TimeSpan.Zero;
        foreach (var (seconds, fact) in Ordered(shuffleSeed))
        {
            var at = TimeSpan.FromSeconds(seconds);
            Wait(reported, picture, now, at);
            now = at;
            foreach (var next in OctoPrintReducer.Apply(picture, fact, now))
            {
                picture = next;
                reported.Add(picture.Observe(now), now);
            }
        }

        // The shorter of a recording's tails still lets a failure settle.
        Wait(reported, picture, now, now + TimeSpan.FromSeconds(3));
        return reported;
    }

    private static void Wait(Reported reported, OctoPrintPicture picture, TimeSpan from, TimeSpan until)
    {
        for (var now = from + TimeSpan.FromMilliseconds(250); now < until; now += TimeSpan.FromMilliseconds(250))
        {
            reported.Add(picture.Observe(now), now);
        }
    }

    private IEnumerable<(double Seconds, OctoPrintFact Fact)> Ordered(int? seed)
    {
        if (seed is null)
        {
            return _facts.Select(fact => (fact.Seconds, fact.Fact));
        }

        // What we ask stays before what it causes; only what comes in can swap places. The times stay where they were.
        var random = new Random(seed.Value);
        var order = _facts
            .Select(fact => (Key: fact.Seconds + (fact.IsOurs ? 0 : random.NextDouble() * SwapSeconds), fact.Fact))
            .OrderBy(fact => fact.Key);
        return _facts.Select(fact => fact.Seconds).Zip(order, (seconds, fact) => (seconds, fact.Fact));
    }

    /// <summary>Each recording has its own zero; the first select is in both.</summary>
    private static double Offset(List<Exchange> exchanges, List<(double Seconds, JsonElement Message)> pushed) =>
        pushed.Count == 0
            ? 0
            : exchanges.First(exchange => exchange is { Method: "POST", Status: 204 } && exchange.Request.Text("command") == "select").AskedAt
                - pushed.First(push => push.Message.Child("event").Text("type") == "FileSelected").Seconds;

    private void AddPushed(List<(double Seconds, JsonElement Message)> pushed, double offset)
    {
        foreach (var (seconds, element) in pushed)
        {
            foreach (var fact in PushMessage.Parse(element).Select(FactOf).OfType<OctoPrintFact>())
            {
                _facts.Add((seconds + offset, false, fact));
            }
        }
    }

    private static OctoPrintFact? FactOf(PushMessage message) => message switch
    {
        SnapshotMessage told => new SnapshotSeen(told.Snapshot, AskedAt: null),
        EventMessage told => new EventSeen(told.Event),
        _ => null,
    };

    private void AddExchanges(List<Exchange> exchanges)
    {
        var hasAskedForCancel = false;
        foreach (var exchange in exchanges)
        {
            if (exchange is { Method: "POST", Target: "/api/job" } && exchange.Request.Text("command") == "cancel")
            {
                _facts.Add((exchange.AskedAt, true, new CancelAsked()));

                // As the driver does: a no to a repeated cancel is no news.
                if (exchange.Status == 409 && !hasAskedForCancel)
                {
                    _facts.Add((exchange.AnsweredAt, false, new CancelRefused()));
                }

                hasAskedForCancel |= exchange.Status == 204;
            }
            else if (FactOf(exchange) is { } fact)
            {
                _facts.Add((exchange.AnsweredAt, false, fact));
            }
        }
    }

    private static OctoPrintFact? FactOf(Exchange exchange)
    {
        var asked = TimeSpan.FromSeconds(exchange.AskedAt);
        var path = exchange.Target.Split('?')[0];
        return (exchange.Method, path, exchange.Status) switch
        {
            ("GET", "/api/job", 200) => new SnapshotSeen(Snapshot.FromJob(exchange.Answer), asked),
            ("GET", "/api/printer", 200) => new SnapshotSeen(Snapshot.FromPrinter(exchange.Answer), asked),
            ("GET", "/api/printer", 409) => new NotOperationalSeen(),
            ("GET", "/api/job" or "/api/printer", 403) => new AskingFailed($"OctoPrint answered 403: {exchange.Answer.Words("error")}"),
            ("GET", "/api/connection", 200) => new ConnectionSeen(exchange.Answer.Child("current").Text("state")),
            ("GET", "/api/printer/error", 200) => new PrinterErrorSeen(exchange.Answer.Words("reason"), exchange.Answer.Words("error")),
            ("GET", _, 200) when FileAnswer.From(exchange.Answer) is { } file => new FileSeen(file.Path, file.LastPrint, asked),
            _ => null,
        };
    }
}

/// <summary>What a driver would have reported, without repeats.</summary>
internal sealed class Reported
{
    private readonly StringBuilder _text = new();
    private string _last = "";

    public List<RunEnd> Ends { get; } = [];

    public ControllerObservation? Latest { get; private set; }

    public List<ControllerState> States { get; } = [];

    public List<ControllerObservation> All { get; } = [];

    public string Text => _text.ToString();

    public void Add(ControllerObservation seen, TimeSpan now)
    {
        Latest = seen;
        All.Add(seen);
        if (seen.LastEnd is { } end && (Ends.Count == 0 || Ends[^1] != end))
        {
            Ends.Add(end);
        }

        if (States.Count == 0 || States[^1] != seen.State)
        {
            States.Add(seen.State);
        }

        var what = $"{seen.Link} {seen.State}{(seen.LastEnd is { } last ? $" | {last.Outcome} {last.FileName} {last.JobMilliseconds} ms {last.Reason}".TrimEnd() : "")}";
        if (what != _last)
        {
            _text.Append(CultureInfo.InvariantCulture, $"{now.TotalSeconds,6:F1} s  {what}\n");
            _last = what;
        }
    }
}
