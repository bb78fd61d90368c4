using CsCheck;
using Fablab.Bridge.Supervision;
using Fablab.MachineSimulator.Tasmota;

namespace Fablab.Bridge.Tests.Supervision;

/// <summary>Whatever a machine takes, time that is not known to be work is not called work.</summary>
public class Learning_the_idle_power
{
    private static readonly Gen<double> AnyWatts = Gen.OneOf(Gen.Double[0, 3_000], Gen.Const(0d), Gen.Const(double.NaN), Gen.Const(-5d), Gen.Const(1e9));

    [Test]
    public void Tells_a_lasers_work_from_its_rest_after_some_minutes()
    {
        var learned = Watch(IdleLearning.Empty, Cycles(12, (60, 40), (420, 25)));

        var limits = learned.Limits()!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(limits.ActiveAbove, Is.GreaterThan(60).And.LessThan(420));
            Assert.That(limits.IdleUpTo, Is.GreaterThan(60).And.LessThan(limits.ActiveAbove), "between the two what was goes on");
        }
    }

    [Test]
    public void Learns_the_pretend_laser_within_an_hour()
    {
        var learned = IdleLearning.Empty;
        for (var second = 0; second < 3_600; second++)
        {
            learned = learned.Observe(LaserLoad.At(TimeSpan.FromSeconds(second)).Watts, 1_000);
        }

        Assert.That(learned.Limits(), Has.Property(nameof(PowerLimits.IdleUpTo)).GreaterThan(60).And.Property(nameof(PowerLimits.ActiveAbove)).LessThan(395));
    }

    [Test]
    public void Says_nothing_in_the_first_ten_minutes() =>
        Assert.That(Watch(IdleLearning.Empty, Cycles(12, (60, 20), (420, 20))).Limits(), Is.Null);

    [Test]
    public void Does_not_take_a_machine_that_is_switched_on_for_one_that_works() =>
        Assert.That(Watch(IdleLearning.Empty, Cycles(6, (1, 300), (60, 1_200))).Limits(), Is.Null, "its own switch is pressed once a session");

    [Test]
    public void Takes_fans_and_standby_for_rest_once_there_was_work()
    {
        var limits = Watch(IdleLearning.Empty, Cycles(12, (1, 60), (8, 60), (60, 60), (420, 30))).Limits()!;

        Assert.That(limits.IdleUpTo, Is.GreaterThan(60));
    }

    [Test]
    public void Does_not_take_the_start_of_a_motor_for_work() =>
        Assert.That(Watch(IdleLearning.Empty, Cycles(40, (1_400, 1), (300, 400))).Limits(), Is.Null);

    [Test]
    public void Takes_low_power_for_rest_when_there_is_much_higher_power() =>
        Assert.That(Watch(IdleLearning.Empty, Cycles(20, (60, 30), (180, 30), (900, 30))).Limits()!.IdleUpTo, Is.GreaterThan(180), "it costs the lab, not the member");

    [Test]
    public void Forgets_slowly_what_a_changed_machine_took_before()
    {
        var before = Watch(IdleLearning.Empty, Cycles(400, (60, 400), (420, 300)));
        var after = Watch(before, Cycles(1_000, (200, 400), (1_500, 300)));

        Assert.That(after.Limits()!.IdleUpTo, Is.GreaterThan(420), "the new work is known, and what was work is below it");
    }

    [Test]
    public void Never_finds_work_in_power_that_only_wavers() => Gen.Select(Gen.Double[1, 1_000], Gen.Double[1, 1.6].Array[50, 400], Gen.Long[0, 8_000]).Sample((watts, factors, elapsed) =>
    {
        var learned = factors.Concat(factors).Concat(factors).Aggregate(IdleLearning.Empty, (known, factor) => known.Observe(watts * factor, elapsed));

        return learned.Limits() is null;
    });

    [Test]
    public void Puts_its_limits_between_rest_and_work_wherever_these_are() =>
        Gen.Select(Gen.Double[5, 300], Gen.Double[4, 20], Gen.Double[1, 1.2].Array[40]).Sample((rest, factor, waver) =>
        {
            var learned = IdleLearning.Empty;
            foreach (var wave in waver)
            {
                learned = Watch(learned, [(rest * wave, 30), (rest * factor * wave, 20)]);
            }

            var limits = learned.Limits();
            return limits is not null && limits.IdleUpTo > rest * waver.Max() && limits.ActiveAbove < rest * factor * waver.Min() && limits.IdleUpTo <= limits.ActiveAbove;
        });

    [Test]
    public void Stays_bounded_and_sound_whatever_is_read() => Gen.Select(AnyWatts, Gen.Long[-1_000_000, 1_000_000_000]).Array[0, 300].Sample(readings =>
    {
        var learned = IdleLearning.Empty;
        foreach (var (watts, elapsed) in readings)
        {
            learned = learned.Observe(watts, elapsed);
            if (!learned.IsSound || learned.Limits() is { } limits && !(limits.IdleUpTo > 0 && limits.IdleUpTo <= limits.ActiveAbove && double.IsFinite(limits.ActiveAbove)))
            {
                return false;
            }
        }

        return true;
    });

    /// <summary>One reading a second.</summary>
    private static IdleLearning Watch(IdleLearning learned, IEnumerable<(double Watts, int Seconds)> levels)
    {
        foreach (var (watts, seconds) in levels)
        {
            for (var second = 0; second < seconds; second++)
            {
                learned = learned.Observe(watts, 1_000);
            }
        }

        return learned;
    }

    private static IEnumerable<(double Watts, int Seconds)> Cycles(int count, params (double Watts, int Seconds)[] levels) => Enumerable.Repeat(levels, count).SelectMany(level => level);
}
