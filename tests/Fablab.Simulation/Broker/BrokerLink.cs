namespace Fablab.Simulation.Broker;

/// <summary>One client's connection to the broker. It reconnects for ever while its process is up.</summary>
internal sealed class BrokerLink(string name, Func<string, bool> isSubscribed)
{
    public string Name { get; } = name;

    public Func<string, bool> IsSubscribed { get; } = isSubscribed;

    public required Action<Frame> Receive { get; init; }

    public required Action Connected { get; init; }

    public Action Disconnected { get; init; } = static () => { };

    /// <summary>The process behind the link runs.</summary>
    public bool IsWanted { get; set; }

    public bool IsConnected { get; set; }

    public bool IsUpBlocked { get; set; }

    public bool IsDownBlocked { get; set; }

    /// <summary>Until then every frame takes a second or two: networks often crawl before they fail.</summary>
    public long SlowUntil { get; set; }

    /// <summary>Changes with every connect, so that frames on their way to an older connection are lost.</summary>
    public long Connection { get; set; }

    public bool IsReachable => !IsUpBlocked && !IsDownBlocked;
}

internal sealed record Frame(string Topic, byte[] Payload, bool IsRetained);
