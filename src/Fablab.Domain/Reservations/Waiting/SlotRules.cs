using Fablab.Domain.Machines;
using Fablab.Domain.Reservations.Rules;

namespace Fablab.Domain.Reservations.Waiting;

/// <summary>What the rules in force want of a slot of one machine for one member: how long it may be, and what is kept free around it.</summary>
public sealed record SlotRules
{
    public Duration SetUp { get; init; }

    public Duration CleanUp { get; init; }

    public Duration Minimum { get; init; }

    public Duration Maximum { get; init; } = Duration.MaxValue;

    /// <summary>Lengths are whole multiples of this.</summary>
    public required Duration Step { get; init; }

    /// <summary>The rules, and the machine's policy where they say nothing. Where quiet hours relax lengths, those are left to the check of the slot.</summary>
    public static SlotRules Of(EffectiveRules rules, MachinePolicy policy)
    {
        var isRelaxed = rules.QuietHours.Any(rule => rule.Relaxes.Contains(LengthRule.Kind));
        return new SlotRules
        {
            SetUp = rules.SetUp?.Value ?? policy.SetUp,
            CleanUp = rules.CleanUp?.Value ?? policy.CleanUp,
            Minimum = isRelaxed ? Duration.Zero : rules.MinimumLength?.Value ?? policy.MinimumLength,
            Maximum = isRelaxed ? Duration.MaxValue : rules.MaximumLength?.Value ?? policy.MaximumLength,
            Step = rules.Granularity?.Value ?? policy.Granularity,
        };
    }

    /// <returns>The longest and the shortest length that are of use. When the rules allow none of use, it is as wished, so that they tell what is against it.</returns>
    public (Duration Longest, Duration Shortest) LengthsFor(WaitingWish wish)
    {
        var longest = Step * Math.Floor(Duration.Min(wish.Length, Maximum) / Step);
        var shortest = Duration.Max(wish.MinimumLength, Minimum);
        return longest < shortest ? (wish.Length, wish.MinimumLength) : (longest, shortest);
    }
}
