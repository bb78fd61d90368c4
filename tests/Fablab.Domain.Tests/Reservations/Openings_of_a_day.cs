using CsCheck;
using Fablab.Domain.Reservations;

namespace Fablab.Domain.Tests.Reservations;

public class Openings_of_a_day
{
    private static readonly TimeSlot Day = Monday.Slot((8, 0), (18, 0));

    [Test]
    public void Are_the_whole_day_when_nothing_is_taken()
    {
        Assert.That(Find([], 15), Is.EqualTo(new[] { Day }));
    }

    [Test]
    public void Lie_before_between_and_behind_what_is_taken()
    {
        var openings = Find([Monday.Slot((9, 0), (10, 0)), Monday.Slot((12, 0), (13, 0))], 15);

        Assert.That(openings, Is.EqualTo(new[] { Monday.Slot((8, 0), (9, 0)), Monday.Slot((10, 0), (12, 0)), Monday.Slot((13, 0), (18, 0)) }));
    }

    [Test]
    public void Leave_out_gaps_that_are_too_short_for_anyone()
    {
        var openings = Find([Monday.Slot((8, 0), (9, 0)), Monday.Slot((9, 14), (17, 45))], 15);

        Assert.That(openings, Is.EqualTo(new[] { Monday.Slot((17, 45), (18, 0)) }));
    }

    [Test]
    public void Are_none_when_the_day_is_taken()
    {
        Assert.That(Find([Monday.Slot((7, 0), (19, 0))], 15), Is.Empty);
    }

    [Test]
    public void Count_only_what_of_the_taken_lies_in_the_window()
    {
        var openings = Find([Monday.Slot((7, 0), (8, 30)), Monday.Slot((17, 0), (19, 0))], 15);

        Assert.That(openings, Is.EqualTo(new[] { Monday.Slot((8, 30), (17, 0)) }));
    }

    [Test]
    public void Hold_exactly_the_minutes_that_are_in_no_taken_slot()
    {
        Gen.Int[1, 40].Array[0, 20].Sample(steps =>
        {
            var taken = new List<TimeSlot>();
            var at = Monday.At(7);
            foreach (var (gap, length) in steps.Chunk(2).Where(pair => pair.Length == 2).Select(pair => (pair[0] - 1, pair[1])))
            {
                taken.Add(new TimeSlot(at + Duration.FromMinutes(gap), at + Duration.FromMinutes(gap + length)));
                at = taken[^1].End;
            }

            var inWindow = taken.Where(Day.Overlaps).ToList();
            var openings = Openings.Find(Day, inWindow, Duration.FromMinutes(1)).ToList();

            return Enumerable.Range(0, 600).Select(m => Day.Start + Duration.FromMinutes(m))
                .All(t => openings.Any(o => o.Contains(t)) != inWindow.Any(s => s.Contains(t)));
        });
    }

    private static List<TimeSlot> Find(IEnumerable<TimeSlot> taken, int minimumMinutes) =>
        Openings.Find(Day, taken, Duration.FromMinutes(minimumMinutes)).ToList();
}
