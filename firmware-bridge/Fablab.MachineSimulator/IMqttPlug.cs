using Fablab.MachineSimulator.Tasmota;

namespace Fablab.MachineSimulator;

/// <summary>A relay with a meter and a laser behind it, as a state machine without clock or broker, whatever words it speaks.</summary>
internal interface IMqttPlug
{
    /// <summary>What it wants to hear from the broker.</summary>
    string Filter { get; }

    /// <summary>What the broker says when it vanishes.</summary>
    PlugMessage Will { get; }

    /// <summary>Injections besides those of every plug.</summary>
    IReadOnlyList<string> OwnInjections { get; }

    /// <summary>Since when current could flow or not, oldest first: whatever the device says, this is what it did.</summary>
    IReadOnlyCollection<(bool HasContact, DateTimeOffset At)> Changes { get; }

    bool IsRelayOn { get; }

    double Watts { get; }

    void Advance(DateTimeOffset now);

    IReadOnlyList<PlugMessage> TakeMessages();

    /// <summary>It has joined the broker.</summary>
    void Announce();

    void Hear(string topic, string payload);

    void Weld(bool isWelded);

    /// <summary>Draws this instead of the scripted work; <see langword="null"/> goes back to the script.</summary>
    void SetLoad(double? watts);

    void SetMains(bool isOn);

    /// <returns><see langword="false"/> when there is no such injection.</returns>
    bool Inject(string injection);
}
