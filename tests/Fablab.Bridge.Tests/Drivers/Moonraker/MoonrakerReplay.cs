using System.Text.Json;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.Moonraker;
using Fablab.Bridge.Tests.Drivers.OctoPrint;

namespace Fablab.Bridge.Tests.Drivers.Moonraker;

/// <summary>A recorded conversation as facts in time order, and what the driver would have reported.</summary>
internal sealed class MoonrakerReplay
{
    /// <summary>Messages of different kinds closer together than this may reach us in either order.</summary>
    private const double SwapSeconds = 0.05;

    private readonly List<(double Seconds, bool IsFixed, MoonrakerFact Fact)> _facts = [(0, true, new MoonrakerFact.Connected())];

    public static IEnumerable<string> Scenarios => Directory
        .EnumerateFiles(Folder, "ws-*.jsonl")
        .Select(file => Path.GetFileNameWithoutExtension(file)["ws-".Length..])
        .Order(StringComparer.Ordinal);

    private static string Folder => Path.Combine(Repository.Root, "tests", "recordings", "moonraker");

    public static MoonrakerReplay Of(string scenario)
    {
        var replay = new MoonrakerReplay();
        var asked = new Dictionary<long, string>();
        foreach (var line in Recording.Lines(Path.Combine(Folder, $"ws-{scenario}.jsonl")))
        {
            var seconds = line.GetProperty("t").GetDouble();
            var message = line.GetProperty("msg");
            if (line.GetProperty("dir").GetString() is "tx")
            {
                asked[message.GetProperty("id").GetInt64()] = message.GetProperty("method").GetString()!;
                if (message.GetProperty("method").GetString() is "printer.print.cancel")
                {
                    replay._facts.Add((seconds, true, new MoonrakerFact.CancelAsked()));
                }
            }
            else if (FactOf(RpcFrame.Parse(JsonSerializer.SerializeToUtf8Bytes(message)), asked) is { } fact)
            {
                replay._facts.Add((seconds, fact is MoonrakerFact.StatusSeen, fact));
            }
        }

        return replay;
    }

    /// <summary>The raw messages of all conversations.</summary>
    public static IEnumerable<byte[]> Messages() => Scenarios
        .SelectMany(scenario => Recording.Lines(Path.Combine(Folder, $"ws-{scenario}.jsonl")))
        .Select(line => JsonSerializer.SerializeToUtf8Bytes(line.GetProperty("msg")));

    public Reported Run(int? shuffleSeed = null)
    {
        var picture = new MoonrakerPicture { SilenceLimit = TimeSpan.FromSeconds(60) };
        var reported = new Reported();
        var now = TimeSpan.Zero;
        foreach (var (seconds, fact) in Ordered(shuffleSeed))
        {
            var at = TimeSpan.FromSeconds(seconds);
            picture = Wait(reported, picture, now, at);
            now = at;
            picture = Apply(reported, picture, fact, now);
        }

        Wait(reported, picture, now, now + TimeSpan.FromSeconds(3));
        return reported;
    }

    private static MoonrakerPicture Wait(Reported reported, MoonrakerPicture picture, TimeSpan from, TimeSpan until)
    {
        for (var now = from + TimeSpan.FromMilliseconds(250); now < until; now += TimeSpan.FromMilliseconds(250))
        {
            picture = Apply(reported, picture, new MoonrakerFact.Ticked(), now);
        }

        return picture;
    }

    private static MoonrakerPicture Apply(Reported reported, MoonrakerPicture picture, MoonrakerFact fact, TimeSpan now)
    {
        foreach (var next in MoonrakerReducer.Apply(picture, fact, now))
        {
            picture = next;
            reported.Add(picture.Observe(now), now);
        }

        return picture;
    }

    /// <summary>Changes of the status are made for one order; what else is told may come a little later. The times stay where they were.</summary>
    private IEnumerable<(double Seconds, MoonrakerFact Fact)> Ordered(int? seed)
    {
        if (seed is null)
        {
            return _facts.Select(fact => (fact.Seconds, fact.Fact));
        }

        var random = new Random(seed.Value);
        var order = _facts
            .Select(fact => (Key: fact.Seconds + (fact.IsFixed ? SwapSeconds / 2 : random.NextDouble() * SwapSeconds), fact.Fact))
            .OrderBy(fact => fact.Key);
        return _facts.Select(fact => fact.Seconds).Zip(order, (seconds, fact) => (seconds, fact.Fact));
    }

    private static MoonrakerFact? FactOf(RpcFrame frame, Dictionary<long, string> asked) => frame switch
    {
        RpcNotice notice => MoonrakerFact.From(notice),
        RpcAnswer { Error: null } answer => asked[answer.Id] switch
        {
            "server.info" => new MoonrakerFact.KlippySeen(answer.Result.Words("klippy_state")!),
            "printer.info" => new MoonrakerFact.KlippySeen(answer.Result.Words("state")!),
            "printer.objects.subscribe" => new MoonrakerFact.StatusSeen(answer.Result.Child("status"), IsWhole: true),
            "printer.objects.query" => new MoonrakerFact.StatusSeen(answer.Result.Child("status"), IsWhole: false),
            "server.history.list" => new MoonrakerFact.HistorySeen(HistoryJob.ListFrom(answer.Result)),
            _ => null,
        },
        _ => null,
    };
}
