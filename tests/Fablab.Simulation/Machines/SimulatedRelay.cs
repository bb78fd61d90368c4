using Fablab.Bridge.Drivers;
using Fablab.Simulation.World;

namespace Fablab.Simulation.Machines;

/// <summary>
/// A relay plug with an energy meter. Its dead-man timer opens it when nobody renews, which is what makes a dead bridge safe;
/// its contact may weld, its answers may lag, its link may be lost.
/// </summary>
internal sealed class SimulatedRelay(VirtualWorld world, string name)
{
    /// <summary>A plug that is not renewed opens after this long, by its own clock.</summary>
    public const long DeadMan = 12_000;

    private const double IdleWatts = 8;

    private readonly SimulationRandom random = world.Random.Fork();
    private readonly long deadMan = world.Random.Between(DeadMan * 95 / 100, DeadMan * 105 / 100);
    private long renewal;
    private long countedAt;
    private double wattHours;
    private double load;
    private long stoppedAt;

    public bool HasLink { get; private set; } = true;

    /// <summary>The contact itself: whether the machine has power.</summary>
    public bool IsClosed { get; private set; }

    public bool IsWelded { get; private set; }

    public bool WasEverWelded { get; private set; }

    /// <summary>When somebody last worked with the machine.</summary>
    public long LastWorkedAt => load > 0 ? world.Milliseconds : stoppedAt;

    /// <summary>The contact moved.</summary>
    public Action Moved { get; set; } = static () => { };

    /// <summary>The bridge's driver may see something new.</summary>
    public Action Changed { get; set; } = static () => { };

    private double Watts => IsClosed ? IdleWatts + load : 0;

    public InterlockObservation Observe()
    {
        CountEnergy();
        return HasLink
            ? new InterlockObservation { Link = LinkState.Up, State = Seen, Watts = Watts, WattHours = wattHours }
            : new InterlockObservation { Link = LinkState.Down, State = InterlockState.Unknown };
    }

    /// <returns>What is read back, or <see langword="null"/> when the device cannot be reached.</returns>
    public InterlockState? Set(InterlockState wanted)
    {
        if (!HasLink || IsUnlucky(2_000))
        {
            return null;
        }

        if (wanted is InterlockState.Unlocked)
        {
            Renew();
            Move(true);
        }
        else
        {
            renewal++;
            Move(false);
        }

        if (IsUnlucky(2_000))
        {
            world.Fault("relay answer lost", name);
            return null;
        }

        return Seen;
    }

    /// <summary>Somebody works with the machine, or stops.</summary>
    public void Draw(double watts)
    {
        CountEnergy();
        stoppedAt = LastWorkedAt;
        load = watts;
    }

    public void Weld()
    {
        if (IsClosed && !IsWelded)
        {
            world.Fault("relay welded", name);
            IsWelded = WasEverWelded = true;
        }
    }

    /// <summary>A technician changes the relay.</summary>
    public void Repair()
    {
        IsWelded = false;
        Move(false);
    }

    public void LoseLink(long milliseconds)
    {
        world.Fault("relay link lost", name);
        HasLink = false;
        Changed();
        world.After(milliseconds, () =>
        {
            HasLink = true;
            Changed();
        });
    }

    private InterlockState Seen => IsClosed ? InterlockState.Unlocked : InterlockState.Locked;

    private bool IsUnlucky(long perMillion) => world.FaultsAreOn && random.PerMillion(perMillion);

    private void Renew()
    {
        var mine = ++renewal;
        world.After(deadMan, () =>
        {
            if (mine == renewal && IsClosed)
            {
                world.Note(name, "opens by its dead-man timer");
                Move(false);
            }
        });
    }

    private void Move(bool close)
    {
        if (close == IsClosed || (!close && IsWelded))
        {
            return;
        }

        CountEnergy();
        IsClosed = close;
        world.Note(name, close ? "relay closes" : "relay opens");
        Moved();
        Changed();
    }

    private void CountEnergy()
    {
        wattHours += Watts * (world.Milliseconds - countedAt) / 3_600_000;
        countedAt = world.Milliseconds;
    }
}
