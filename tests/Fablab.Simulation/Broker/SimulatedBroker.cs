using Fablab.Simulation.World;

namespace Fablab.Simulation.Broker;

/// <summary>
/// Broker and wires in one: a lossy, duplicating, reordering carrier with retained messages in memory. It promises less than
/// MQTT does, because nothing in the system may lean on more.
/// </summary>
internal sealed class SimulatedBroker(VirtualWorld world, NetworkWeather weather)
{
    private const long KeepAlive = 30_000;
    private const long ReconnectPause = 5_000;
    private const int OldRetainedKept = 4;

    private const long SlowTime = 40_000;

    /// <summary>Half of the late frames are just late enough to matter to a lease, the others too late for anything.</summary>
    private const long SlowAnswer = 6_000;

    private readonly SimulationRandom random = world.Random.Fork();
    private readonly List<BrokerLink> links = [];
    private readonly SortedDictionary<string, byte[]> retained = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Queue<byte[]>> oldRetained = new(StringComparer.Ordinal);

    public Action<Frame>? Seen { get; set; }

    public IReadOnlyList<BrokerLink> Links => links;

    private NetworkWeather Weather => world.FaultsAreOn ? weather : NetworkWeather.Fair;

    /// <summary>The process behind the link came up.</summary>
    public void Start(BrokerLink link)
    {
        if (!links.Contains(link))
        {
            links.Add(link);
        }

        link.IsWanted = true;
        TryConnect(link, link.Connection);
    }

    /// <summary>The process behind the link died.</summary>
    public static void Stop(BrokerLink link)
    {
        link.IsWanted = false;
        link.IsConnected = false;
        link.Connection++;
    }

    /// <summary>Another client came with the same name.</summary>
    public void ThrowOff(BrokerLink link) => Disconnect(link);

    /// <summary>The client behind the link will not come again.</summary>
    public void Remove(BrokerLink link)
    {
        Stop(link);
        links.Remove(link);
    }

    /// <returns>Whether it could be handed to a connection; that it arrives is never promised.</returns>
    public bool Publish(BrokerLink from, string topic, byte[] payload, bool isRetained)
    {
        if (!from.IsConnected)
        {
            return false;
        }

        if (topic.EndsWith("/up/hello", StringComparison.Ordinal) && random.PerMillion(Weather.LateHello))
        {
            // The broker took it and the server's session is slow to get it, while all that follows travels as ever.
            world.Fault("late hello", from.Name);
            world.After(random.Between(SlowAnswer, Weather.MaximumDelay), () => Arrive(topic, payload, isRetained));
            return true;
        }

        Hop(from, () => !from.IsUpBlocked, () => Arrive(topic, payload, isRetained));
        return true;
    }

    /// <summary>A frame of somebody who has no business here.</summary>
    public void Inject(string topic, byte[] payload, bool isRetained) => Arrive(topic, payload, isRetained);

    /// <summary>The broker's process dies and comes back; retained messages and connections are gone.</summary>
    public void Forget()
    {
        world.Fault("broker amnesia", "broker");
        retained.Clear();
        DisconnectAll();
    }

    /// <summary>The broker comes back from an old snapshot and serves what it retained some versions ago.</summary>
    public void ServeStaleRetained()
    {
        world.Fault("stale retained", "broker");
        foreach (var (topic, old) in oldRetained)
        {
            retained[topic] = old.Peek();
        }

        DisconnectAll();
    }

    public void Partition(BrokerLink link, bool isUp, bool isDown, long milliseconds)
    {
        world.Fault("slow network", link.Name);
        link.SlowUntil = world.Milliseconds + SlowTime;
        world.After(SlowTime, () => Cut(link, isUp, isDown, milliseconds));
    }

    public static void Heal(BrokerLink link) => link.IsUpBlocked = link.IsDownBlocked = false;

    private void Cut(BrokerLink link, bool isUp, bool isDown, long milliseconds)
    {
        if (!world.FaultsAreOn)
        {
            return;
        }

        world.Fault((isUp, isDown) switch { (true, true) => "partition", (true, _) => "partition up", _ => "partition down" }, link.Name);
        link.IsUpBlocked |= isUp;
        link.IsDownBlocked |= isDown;
        var connection = link.Connection;
        world.After(KeepAlive, () =>
        {
            if (!link.IsReachable && link.Connection == connection)
            {
                Disconnect(link);
            }
        });
        world.After(milliseconds, () => Heal(link));
    }

    private void DisconnectAll()
    {
        foreach (var link in links)
        {
            Disconnect(link);
        }
    }

    private void Disconnect(BrokerLink link)
    {
        if (!link.IsWanted)
        {
            return;
        }

        if (link.IsConnected)
        {
            link.IsConnected = false;
            link.Disconnected();
        }

        var connection = ++link.Connection;
        world.After(random.Between(500L, ReconnectPause), () => TryConnect(link, connection));
    }

    private void TryConnect(BrokerLink link, long connection)
    {
        if (!link.IsWanted || link.IsConnected || link.Connection != connection)
        {
            return;
        }

        if (!link.IsReachable)
        {
            world.After(random.Between(ReconnectPause / 2, ReconnectPause), () => TryConnect(link, connection));
            return;
        }

        link.IsConnected = true;
        link.Connection++;
        foreach (var (topic, payload) in retained)
        {
            if (link.IsSubscribed(topic))
            {
                Deliver(link, new Frame(topic, payload, IsRetained: true));
            }
        }

        link.Connected();
    }

    private void Arrive(string topic, byte[] payload, bool isRetained)
    {
        if (isRetained)
        {
            Remember(topic, payload);
        }

        var frame = new Frame(topic, payload, IsRetained: false);
        Seen?.Invoke(frame);
        foreach (var link in links)
        {
            if (link.IsConnected && link.IsSubscribed(topic))
            {
                Deliver(link, frame);
            }
        }
    }

    private void Remember(string topic, byte[] payload)
    {
        if (!oldRetained.TryGetValue(topic, out var old))
        {
            oldRetained[topic] = old = new Queue<byte[]>();
        }

        old.Enqueue(payload);
        if (old.Count > OldRetainedKept)
        {
            old.Dequeue();
        }

        retained[topic] = payload;
    }

    private void Deliver(BrokerLink link, Frame frame)
    {
        var connection = link.Connection;
        Hop(link, () => !link.IsDownBlocked, () =>
        {
            if (link.IsConnected && link.Connection == connection)
            {
                link.Receive(frame);
            }
        });
    }

    private void Hop(BrokerLink link, Func<bool> isOpen, Action arrive)
    {
        if (!isOpen())
        {
            world.Faults.Count("frame lost in partition");
            return;
        }

        if (random.PerMillion(Weather.Drop))
        {
            world.Fault("drop", link.Name);
            return;
        }

        Carry(link, isOpen, arrive);
        if (random.PerMillion(Weather.Duplicate))
        {
            world.Fault("duplicate", link.Name);
            Carry(link, isOpen, arrive);
        }
    }

    private void Carry(BrokerLink link, Func<bool> isOpen, Action arrive)
    {
        var delay = world.Milliseconds < link.SlowUntil ? random.Between(500L, 2_500) : random.Between(1L, 40);
        if (random.PerMillion(Weather.Late))
        {
            world.Faults.Count("delay");
            delay = random.Percent(50) ? random.Between(1_000L, SlowAnswer) : random.Between(SlowAnswer, Weather.MaximumDelay);
        }

        world.After(delay, () =>
        {
            if (isOpen())
            {
                arrive();
            }
        });
    }
}
