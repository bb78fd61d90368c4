using CsCheck;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Finding;

namespace Fablab.Domain.Tests.Reservations.Finding;

public class The_earliest_fit
{
    private static readonly FitWish TwoHours = new()
    {
        Window = Monday.Slot((8, 0), (18, 0)),
        Length = Duration.FromHours(2),
        Grid = new StartGrid(Duration.FromMinutes(15), DateTimeZone.Utc),
    };

    [Test]
    public void Of_a_free_day_is_at_its_beginning()
    {
        Assert.That(EarliestFit.Find(TwoHours, [])?.Slot, Is.EqualTo(Monday.Slot((8, 0), (10, 0))));
    }

    [Test]
    public void Skips_gaps_that_are_too_short()
    {
        Assert.That(EarliestFit.Find(TwoHours, [Monday.Slot((9, 0), (10, 0)), Monday.Slot((11, 50), (12, 10))])?.Slot, Is.EqualTo(Monday.Slot((12, 15), (14, 15))));
    }

    [Test]
    public void Leaves_room_for_setting_up_and_cleaning()
    {
        var wish = TwoHours with { SetUp = Duration.FromMinutes(10), CleanUp = Duration.FromMinutes(20) };

        var fit = EarliestFit.Find(wish, [Monday.Slot((7, 0), (8, 0)), Monday.Slot((10, 30), (11, 0))]);

        using var all = Assert.EnterMultipleScope();
        Assert.That(fit?.Slot, Is.EqualTo(Monday.Slot((11, 15), (13, 15))));
        Assert.That(fit?.Kept, Is.EqualTo(Monday.Slot((11, 5), (13, 35))));
        Assert.That(EarliestFit.Find(wish, [])?.Slot.Start, Is.EqualTo(Monday.At(8)), "set-up may stand out of the window");
    }

    [Test]
    public void Is_none_after_the_latest_start_or_the_end_of_the_window()
    {
        using var all = Assert.EnterMultipleScope();
        Assert.That(EarliestFit.Find(TwoHours with { LatestStart = Monday.At(9) }, [Monday.Slot((7, 0), (9, 10))]), Is.Null);
        Assert.That(EarliestFit.Find(TwoHours, [Monday.Slot((7, 0), (16, 10))]), Is.Null);
        Assert.That(EarliestFit.Find(TwoHours, [Monday.Slot((7, 0), (19, 0))]), Is.Null);
    }

    [Test]
    public void Is_the_first_minute_that_a_walk_through_the_day_finds()
    {
        Gen.Select(Gen.Int[1, 90].Array[0, 16], Gen.Int[1, 12], Gen.Int[0, 20], Gen.Int[0, 20], Gen.Int[0, 2]).Sample((steps, quarters, setUp, cleanUp, pick) =>
        {
            var grid = new[] { 5, 15, 60 }[pick];
            var taken = new List<TimeSlot>();
            var at = Monday.At(7);
            foreach (var pair in steps.Chunk(2).Where(pair => pair.Length == 2))
            {
                taken.Add(new TimeSlot(at + Duration.FromMinutes(pair[0] - 1), at + Duration.FromMinutes(pair[0] - 1 + pair[1])));
                at = taken[^1].End;
            }

            var wish = TwoHours with
            {
                Length = Duration.FromMinutes(quarters * 15),
                SetUp = Duration.FromMinutes(setUp),
                CleanUp = Duration.FromMinutes(cleanUp),
                Grid = new StartGrid(Duration.FromMinutes(grid), DateTimeZone.Utc),
            };

            var first = Enumerable.Range(0, 600 / grid).Select(step => wish.Window.Start + Duration.FromMinutes(step * grid)).Where(start =>
                start + wish.Length <= wish.Window.End && !taken.Any(new TimeSlot(start - wish.SetUp, start + wish.Length + wish.CleanUp).Overlaps));

            return EarliestFit.Find(wish, taken)?.Slot.Start == first.Select(start => (Instant?)start).FirstOrDefault();
        }, iter: 3_000, threads: 1);
    }
}
