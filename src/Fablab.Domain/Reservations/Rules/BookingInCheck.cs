using Fablab.Domain.Machines;

namespace Fablab.Domain.Reservations.Rules;

/// <summary>A wish under examination and the <see cref="BookingProblem"/>s found so far.</summary>
internal sealed class BookingInCheck(WantedBooking wanted, BookingFacts facts, Instant now)
{
    /// <summary>A refusal names this many problems of one kind; more would help nobody.</summary>
    public const int MostOfAKind = 20;

    private static readonly IReadOnlyDictionary<string, object> NoFacts = new Dictionary<string, object>();

    public List<BookingProblem> Problems { get; } = [];

    public MachineId Machine { get; } = wanted.Machine;

    public TimeSlot Slot { get; } = wanted.Slot;

    /// <summary>What is far from now has its own problem; wall clocks and quotas are not asked about it.</summary>
    public bool IsWithinReach { get; } = BookingRules.IsWithinReach(wanted.Slot, now);

    public Stretch Stretch { get; } = Stretch.Of(wanted.Slot);

    public BookingFacts Facts { get; } = facts;

    public EffectiveRules Rules { get; } = facts.Rules;

    public DateTimeZone Zone => Facts.Zone;

    public Instant Now { get; } = now;

    /// <summary>What would change, on whatever machine: the member's own, or what comes from somebody else's hands.</summary>
    public Reservation? Present => Facts.Present;

    /// <summary>What the member has at present; what comes from other hands is all new to them.</summary>
    public Reservation? Had { get; } = facts.Present is { } present && present.Member == facts.Subject?.Member ? present : null;

    /// <summary>The bookings that count beside the one at hand, and what the member had of it.</summary>
    public IReadOnlyList<CountedBooking> Counted { get; } = facts.Present is { } given && given.Member != facts.Subject?.Member
        ? [.. facts.Bookings.Where(booking => booking.Reservation != given.Id)]
        : facts.Bookings;

    public bool HasNewStart => Present is null || Present.Slot.Start != Slot.Start;

    /// <summary>Whether any time is asked for that nobody has on this machine yet; giving time back asks for none.</summary>
    public bool WantsMore =>
        Present is not { } present || present.Machine != wanted.Machine || Slot.Start < present.Slot.Start || Slot.End > present.Slot.End;

    /// <summary>What is asked for beyond what the member has on this machine: up to two stretches.</summary>
    public void AddNewTime(List<Stretch> into)
    {
        if (Present is { } present && present.Machine == wanted.Machine)
        {
            Stretches.AddOutside(Stretch, [Stretch.Of(present.Slot)], into);
        }
        else
        {
            into.Add(Stretch);
        }
    }

    /// <summary>Whether the whole slot lies in hours that relax a kind of rule.</summary>
    public bool IsRelaxed(string kind) =>
        IsWithinReach && Rules.QuietHours.Count > 0 && CountedHours.Quiet(kind, Rules.QuietHours, Stretch, Zone) is { } quiet && Stretches.Cover(quiet, Stretch);

    public void Hard(string code, params ReadOnlySpan<(string Name, object Value)> numbers) => Add(code, ProblemSeverity.Hard, null, null, numbers);

    public void Add(string code, ProblemSeverity severity, BookingRule rule, params ReadOnlySpan<(string Name, object Value)> numbers) =>
        Add(code, severity, rule.LiftedBy, rule.Id, numbers);

    /// <param name="rule">The rule that says so; <see langword="null"/> for the machine's policy.</param>
    public void Add<T>(string code, ProblemSeverity severity, Chosen<T>? rule, params ReadOnlySpan<(string Name, object Value)> numbers) =>
        Add(code, severity, rule is null ? Lifters.Manager : rule.LiftedBy, rule?.Rule, numbers);

    public void Add(string code, ProblemSeverity severity, string? liftedBy, BookingRuleId? rule, params ReadOnlySpan<(string Name, object Value)> numbers)
    {
        if (numbers.IsEmpty && rule is null)
        {
            Problems.Add(new BookingProblem(code, severity, NoFacts, liftedBy));
            return;
        }

        var told = new Dictionary<string, object>(numbers.Length + 1);
        foreach (var (name, value) in numbers)
        {
            told.Add(name, value);
        }

        if (rule is { } id)
        {
            told.Add("rule", id.ToString());
        }

        Problems.Add(new BookingProblem(code, severity, told, liftedBy));
    }

    public static long Seconds(Duration duration) => (long)duration.TotalSeconds;
}
