using CsCheck;
using Fablab.Domain.Reservations;

namespace Fablab.Domain.Tests.Reservations;

public class A_time_slot
{
    private static readonly Gen<TimeSlot> Slots = Gen.Select(Gen.Int[0, 300], Gen.Int[1, 120], (start, length) =>
        new TimeSlot(Monday.At(8) + Duration.FromMinutes(start), Monday.At(8) + Duration.FromMinutes(start + length)));

    [Test]
    public void Does_not_clash_with_the_one_that_begins_when_it_ends()
    {
        var first = Monday.Slot((9, 0), (10, 0));
        var second = Monday.Slot((10, 0), (11, 0));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Overlaps(second), Is.False);
            Assert.That(second.Overlaps(first), Is.False);
        }
    }

    [Test]
    public void Without_others_is_what_lies_between_them()
    {
        var taken = new[] { Monday.Slot((8, 0), (9, 30)), Monday.Slot((10, 0), (11, 0)), Monday.Slot((10, 30), (10, 45)), Monday.Slot((11, 0), (12, 0)), Monday.Slot((15, 0), (16, 0)) };

        Assert.That(Monday.Slot((9, 0), (14, 0)).Without(taken), Is.EqualTo([Monday.Slot((9, 30), (10, 0)), Monday.Slot((12, 0), (14, 0))]));
    }

    [Test]
    public void Holds_its_start_and_not_its_end()
    {
        var slot = Monday.Slot((9, 0), (10, 0));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(slot.Contains(Monday.At(9)), Is.True);
            Assert.That(slot.Contains(Monday.At(9, 59, 59)), Is.True);
            Assert.That(slot.Contains(Monday.At(10)), Is.False);
        }
    }

    [TestCase(9)]
    [TestCase(8)]
    public void Cannot_be_empty_or_run_backwards(int end)
    {
        Assert.That(() => new TimeSlot(Monday.At(9), Monday.At(end)), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Overlaps_another_exactly_when_they_share_a_minute()
    {
        Gen.Select(Slots, Slots).Sample((a, b) =>
        {
            var shares = Enumerable.Range(0, 450).Select(m => Monday.At(8) + Duration.FromMinutes(m)).Any(t => a.Contains(t) && b.Contains(t));
            return a.Overlaps(b) == shares && b.Overlaps(a) == shares;
        });
    }

    [Test]
    public void Is_cut_at_an_earlier_end_and_never_made_longer_or_empty()
    {
        var slot = Monday.Slot((9, 0), (10, 0));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(slot.CutAt(Monday.At(9, 20)), Is.EqualTo(Monday.Slot((9, 0), (9, 20))));
            Assert.That(slot.CutAt(Monday.At(11)), Is.EqualTo(slot));
            Assert.That(slot.CutAt(Monday.At(8)).Length, Is.EqualTo(Duration.FromMilliseconds(1)));
        }
    }

    [Test]
    public void Of_two_hours_over_the_spring_clock_change_is_two_hours_long()
    {
        var paris = DateTimeZoneProviders.Tzdb["Europe/Paris"];
        var start = paris.AtStrictly(new LocalDateTime(2027, 3, 28, 1, 0)).ToInstant();
        var end = paris.AtStrictly(new LocalDateTime(2027, 3, 28, 4, 0)).ToInstant();

        Assert.That(new TimeSlot(start, end).Length, Is.EqualTo(Duration.FromHours(2)));
    }

    [Test]
    public void Is_written_as_an_interval_in_UTC()
    {
        Assert.That(Monday.Slot((9, 0), (10, 30)).ToString(), Is.EqualTo("2026-11-23T09:00:00Z/2026-11-23T10:30:00Z"));
    }
}
