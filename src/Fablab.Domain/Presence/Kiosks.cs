using Fablab.Domain.Machines;

namespace Fablab.Domain.Presence;

public readonly record struct KioskId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>What a PIN for kiosks lacks.</summary>
public enum PinLack
{
    NotDigits,
    TooShort,
    TooLong,

    /// <summary>Digits in a row, or the same few again and again.</summary>
    Guessable,
}

/// <summary>What members type at a kiosk instead of holding a badge to it.</summary>
public static class KioskPin
{
    public const int Shortest = 6;

    public const int Longest = 12;

    public static PinLack? LackOf(string pin) => pin switch
    {
        _ when !pin.All(char.IsAsciiDigit) => PinLack.NotDigits,
        { Length: < Shortest } => PinLack.TooShort,
        { Length: > Longest } => PinLack.TooLong,
        _ when IsGuessable(pin) => PinLack.Guessable,
        _ => null,
    };

    private static bool IsGuessable(string pin)
    {
        var step = pin[1] - pin[0];
        var isRow = step is >= -1 and <= 1 && Enumerable.Range(1, pin.Length - 1).All(i => pin[i] - pin[i - 1] == step);
        return isRow || Enumerable.Range(1, pin.Length / 2).Any(part => pin.Length % part == 0 && pin == string.Concat(Enumerable.Repeat(pin[..part], pin.Length / part)));
    }
}

/// <summary>Wrong guesses of one thing within a stretch of time. After the most there may be, the rest of the stretch is refused.</summary>
/// <param name="Since">When the first of them was made.</param>
public readonly record struct Guesses(int Count, Instant Since)
{
    /// <returns>The count with one more guess; <see langword="null"/> when there may be none before <paramref name="until"/>.</returns>
    public static Guesses? Another(Guesses? present, int most, Duration within, Instant now, out Instant until)
    {
        var counting = present is { } one && now < one.Since + within ? one : new Guesses(0, now);
        until = counting.Since + within;
        return counting.Count < most ? counting with { Count = counting.Count + 1 } : null;
    }
}

/// <summary>What somebody does at the kiosk of a machine with a reservation.</summary>
public enum KioskAct
{
    /// <summary>Begins what they booked.</summary>
    Start,

    /// <summary>Begins without a booking.</summary>
    WalkUp,

    Extend,

    ConfirmPresence,

    End,
}

/// <summary>How sure a kiosk must be of who stands before it.</summary>
public static class KioskEvidence
{
    /// <summary>
    /// The number of a badge is copied within seconds, so it shows who somebody says they are and no more. Where that could burn, cut or cost something, their PIN
    /// must show it as well; to stop, or to say that one is there, never asks for more.
    /// </summary>
    public static bool AsksPin(KioskAct act, HazardClass machine) => act switch
    {
        KioskAct.WalkUp or KioskAct.Extend => true,
        KioskAct.Start => machine is HazardClass.H,
        _ => false,
    };
}

/// <summary>How wide a kiosk's reach is.</summary>
public static class KioskReach
{
    /// <summary>A kiosk at a door serves its site, one at a machine that machine.</summary>
    public static bool Covers(SiteId ownSite, MachineId? ownMachine, SiteId site, MachineId? machine) =>
        ownSite == site && (ownMachine is null ? machine is null : ownMachine == machine);
}
