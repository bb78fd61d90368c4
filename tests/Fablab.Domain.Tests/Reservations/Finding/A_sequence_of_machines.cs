using CsCheck;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Finding;

namespace Fablab.Domain.Tests.Reservations.Finding;

public class A_sequence_of_machines
{
    private static readonly TimeSlot Day = Monday.Slot((8, 0), (18, 0));
    private static readonly StartGrid Halves = new(Duration.FromMinutes(30), DateTimeZone.Utc);

    [Test]
    public void Is_booked_one_right_after_the_other_when_all_is_free()
    {
        Assert.That(Told(Find(0, Step(2, On(1)), Step(1, On(2)))), Is.EqualTo("1 08:00–10:00, 2 10:00–11:00"));
    }

    [Test]
    public void Waits_in_between_no_longer_than_allowed()
    {
        var engraver = On(2, Monday.Slot((8, 0), (13, 0)));

        using var all = Assert.EnterMultipleScope();
        Assert.That(Told(Find(60, Step(2, On(1)), Step(1, engraver))), Is.EqualTo("1 10:00–12:00, 2 13:00–14:00"));
        Assert.That(Told(Find(300, Step(2, On(1)), Step(1, engraver))), Is.EqualTo("1 08:00–10:00, 2 13:00–14:00"));
    }

    [Test]
    public void Lets_a_step_wait_when_its_earliest_time_would_leave_the_next_too_far_behind()
    {
        // The second could begin at nine; then the third, not before two, would be too late.
        var steps = new[] { Step(1, On(1, Monday.Slot((9, 0), (18, 0)))), Step(1, On(2)), Step(1, On(3, Monday.Slot((8, 0), (14, 0)))) };

        Assert.That(Told(Find(240, steps)), Is.EqualTo("1 08:00–09:00, 2 09:00–10:00, 3 14:00–15:00"));
        Assert.That(Told(Find(150, steps)), Is.EqualTo("1 08:00–09:00, 2 10:30–11:30, 3 14:00–15:00"));
    }

    [Test]
    public void Takes_any_machine_that_would_do_and_the_preferred_one_of_two()
    {
        using var all = Assert.EnterMultipleScope();
        Assert.That(Told(Find(0, Step(2, On(1), On(2)))), Is.EqualTo("1 08:00–10:00"));
        Assert.That(Told(Find(0, Step(2, On(1, Monday.Slot((8, 0), (9, 0))), On(2)))), Is.EqualTo("2 08:00–10:00"));
    }

    [Test]
    public void Is_all_or_nothing()
    {
        using var all = Assert.EnterMultipleScope();
        Assert.That(Find(60, Step(2, On(1)), Step(1, On(2, Day))), Is.Null);
        Assert.That(Find(60, Step(6, On(1)), Step(6, On(2))), Is.Null);
    }

    [Test]
    public void Needs_nothing_in_between_on_one_machine()
    {
        var laser = On(1) with { SetUp = Duration.FromMinutes(15), CleanUp = Duration.FromMinutes(30) };

        var parts = Find(0, Step(1, laser), Step(1, laser))!;

        Assert.That(parts.Select(part => part.Kept), Is.EqualTo(new[] { Monday.Slot((7, 45), (9, 0)), Monday.Slot((9, 0), (10, 30)) }));
    }

    [Test]
    public void Begins_as_early_as_the_best_of_all_combinations()
    {
        var taken = Gen.Select(Gen.Int[0, 9], Gen.Int[1, 4], (start, length) => new TimeSlot(Day.Start + Duration.FromHours(start), Day.Start + Duration.FromHours(start + length)));
        var machine = Gen.Select(Gen.Int[1, 4], taken.Array[0, 3], Gen.Int[0, 1], (number, slots, buffer) =>
            new SequenceMachine(On(number).Machine, Apart(slots), Duration.FromMinutes(30 * buffer), Duration.FromMinutes(30 * buffer)));
        var step = Gen.Select(Gen.Int[1, 4], machine.Array[1, 2], (halves, machines) => new SequenceStep(Duration.FromMinutes(30 * halves), machines));
        Gen.Select(step.Array[1, 3], Gen.Int[0, 6]).Sample((steps, gap) =>
        {
            var wish = new SequenceWish(Day, steps, Duration.FromMinutes(30 * gap), Halves);

            var parts = SequenceFit.Find(wish) ?? [];

            Assert.That(parts.Select(part => part.Slot.Start), Is.EqualTo(Best(wish, 0, null) ?? []));
            Assert.That(parts.Count(part => parts.Any(other => other != part && other.Machine == part.Machine && other.Kept.Overlaps(part.Kept))), Is.Zero);
        }, iter: 2_000, threads: 1);
    }

    /// <summary>Tries every start of every step, the early ones first.</summary>
    private static List<Instant>? Best(SequenceWish wish, int at, Instant? end)
    {
        if (at == wish.Steps.Count)
        {
            return [];
        }

        var step = wish.Steps[at];
        foreach (var start in Enumerable.Range(0, 20).Select(half => Day.Start + Duration.FromMinutes(30 * half)))
        {
            var isInTime = end is null || (start >= end && start - end <= wish.MostGap);
            var isFree = start + step.Length <= Day.End && step.Machines.Any(machine =>
                !machine.Taken.Any(new TimeSlot(start - machine.SetUp, start + step.Length + machine.CleanUp).Overlaps));
            if (isInTime && isFree && Best(wish, at + 1, start + step.Length) is { } rest)
            {
                return [start, .. rest];
            }
        }

        return null;
    }

    private static List<TimeSlot> Apart(IEnumerable<TimeSlot> slots)
    {
        var apart = new List<TimeSlot>();
        foreach (var slot in slots.OrderBy(slot => slot.Start).Where(slot => apart.Count == 0 || slot.Start >= apart[^1].End))
        {
            apart.Add(slot);
        }

        return apart;
    }

    private static IReadOnlyList<SequencePart>? Find(int mostGapMinutes, params SequenceStep[] steps) =>
        SequenceFit.Find(new SequenceWish(Day, steps, Duration.FromMinutes(mostGapMinutes), Halves));

    private static SequenceStep Step(int hours, params SequenceMachine[] machines) => new(Duration.FromHours(hours), machines);

    private static SequenceMachine On(int number, params TimeSlot[] taken) => new(new MachineId(new Guid(number, 1, 0, new byte[8])), taken);

    private static string? Told(IReadOnlyList<SequencePart>? parts) => parts is null ? null :
        string.Join(", ", parts.Select(part => $"{BitConverter.ToInt32(part.Machine.Value.ToByteArray())} {part.Slot.Start:HH:mm}–{part.Slot.End:HH:mm}"));
}
