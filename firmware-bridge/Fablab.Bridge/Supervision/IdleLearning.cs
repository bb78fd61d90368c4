using System.Collections.Immutable;

namespace Fablab.Bridge.Supervision;

/// <summary>When power counts as work. Between the two limits what was goes on.</summary>
/// <param name="ActiveAbove">Watts above this are work.</param>
/// <param name="IdleUpTo">Watts up to this are rest.</param>
internal sealed record PowerLimits(double ActiveAbove, double IdleUpTo);

/// <summary>
/// What is known of the power that a machine takes: for how long it took how much, and how often it rose. From it follow the limits between rest and
/// work, or none as long as they are not plain: time that is not known to be work is never called work.
/// </summary>
/// <remarks>
/// The limits lie in the topmost gap between two levels. A machine has several levels at rest (switched off at its own switch, standby, with fans) and perhaps several at
/// work; whatever lies below the topmost gap counts as rest, also work at low power. A level counts when it was there for long and was come back to often, which a
/// main switch or a motor's start is not. All sizes are bounded; the same readings give the same limits.
/// </remarks>
internal sealed record IdleLearning
{
    /// <summary>Each step is a fourth of a doubling, from 1 W to 65 kW.</summary>
    public const int Steps = 64;

    private const int StepsPerDoubling = 4;

    /// <summary>A reading stands for no more than this: after it nobody knows.</summary>
    private const long LongestReadingMilliseconds = 5_000;

    /// <summary>Beyond so much everything is halved, so that a machine that was changed is learned anew.</summary>
    private const long MostMilliseconds = 100 * 3_600_000L;

    /// <summary>Nothing follows from less.</summary>
    public const long LeastMilliseconds = 600_000;

    /// <summary>So long the levels below, and those above, must have been seen.</summary>
    public const long LeastBelowMilliseconds = 120_000;

    /// <inheritdoc cref="LeastBelowMilliseconds"/>
    public const long LeastAboveMilliseconds = 60_000;

    /// <summary>So often the power must have risen through a gap: work comes and goes, a main switch is pressed once a session.</summary>
    public const long LeastRises = 10;

    /// <summary>A step is a level when it holds this share of the time, and at least half a minute.</summary>
    private const double LeastShare = 0.005;

    private const long LeastLevelMilliseconds = 30_000;

    /// <summary>The levels are at least a doubling apart, and ten watts: less may be a fan.</summary>
    private const int LeastGapSteps = StepsPerDoubling;

    private const double LeastGapWatts = 10;

    public static readonly IdleLearning Empty = new();

    /// <summary>For how long the power was in each step, in milliseconds.</summary>
    public ImmutableArray<long> Milliseconds { get; init; } = [.. new long[Steps]];

    /// <summary>How often the power rose into or past each step.</summary>
    public ImmutableArray<long> Rises { get; init; } = [.. new long[Steps]];

    /// <summary>The step of the latest reading; <see langword="null"/> when there was none since the relay closed.</summary>
    public int? Last { get; init; }

    /// <summary>What was on disk may be of any kind.</summary>
    public bool IsSound => Milliseconds is { IsDefault: false, Length: Steps } && Rises is { IsDefault: false, Length: Steps }
        && Milliseconds.All(time => time is >= 0 and <= MostMilliseconds) && Rises.All(rises => rises >= 0) && Last is null or (>= 0 and < Steps);

    /// <param name="elapsed">Milliseconds since the reading before.</param>
    public IdleLearning Observe(double watts, long elapsed)
    {
        if (!double.IsFinite(watts) || watts < 0)
        {
            return this;
        }

        var step = StepOf(watts);
        var times = Milliseconds.SetItem(step, Milliseconds[step] + Math.Clamp(elapsed, 0, LongestReadingMilliseconds));
        var rises = Rises;
        if (Last is { } last && step > last)
        {
            var risen = rises.ToBuilder();
            for (var passed = last + 1; passed <= step; passed++)
            {
                risen[passed]++;
            }

            rises = risen.MoveToImmutable();
        }

        var isTooMuch = times.Sum() > MostMilliseconds;
        return new IdleLearning
        {
            Milliseconds = isTooMuch ? [.. times.Select(time => time / 2)] : times,
            Rises = isTooMuch ? [.. rises.Select(count => count / 2)] : rises,
            Last = step,
        };
    }

    /// <returns>Null as long as rest and work cannot be told apart.</returns>
    public PowerLimits? Limits()
    {
        var total = Milliseconds.Sum();
        if (total < LeastMilliseconds)
        {
            return null;
        }

        var least = Math.Max(LeastLevelMilliseconds, (long)(total * LeastShare));
        int? above = null;
        for (var step = Steps - 1; step >= 0; step--)
        {
            if (Milliseconds[step] < least)
            {
                continue;
            }

            if (above is { } upper && IsGap(step, upper))
            {
                return IsPlain(step, upper) ? Between(UpperEdge(step), LowerEdge(upper)) : null;
            }

            above = step;
        }

        return null;
    }

    private static int StepOf(double watts) => watts < 1 ? 0 : Math.Min(Steps - 1, (int)(Math.Log2(watts) * StepsPerDoubling));

    private static double LowerEdge(int step) => step == 0 ? 0 : Math.Pow(2, step / (double)StepsPerDoubling);

    private static double UpperEdge(int step) => Math.Pow(2, (step + 1) / (double)StepsPerDoubling);

    private static bool IsGap(int lower, int upper) => upper - lower > LeastGapSteps && LowerEdge(upper) - UpperEdge(lower) >= LeastGapWatts;

    /// <summary>Nearer to work than to rest: what lies between, such as a fan that was never heard before, rests.</summary>
    private static PowerLimits Between(double rest, double work) => new(Math.Pow(rest, 1 / 3.0) * Math.Pow(work, 2 / 3.0), Math.Sqrt(rest * work));

    private bool IsPlain(int lower, int upper)
    {
        var below = Milliseconds.Take(lower + 1).Sum();
        var above = Milliseconds.Skip(upper).Sum();
        return below >= LeastBelowMilliseconds && above >= LeastAboveMilliseconds && Rises[upper] >= LeastRises;
    }
}
