namespace Fablab.Domain.Reservations.Rules;

/// <summary>Which hours a rule counts: those in which it is enforced, without quiet hours that relax it.</summary>
internal readonly struct CountedHours
{
    private readonly List<Stretch>? enforced;
    private readonly List<Stretch>? quiet;

    private CountedHours(List<Stretch>? enforced, List<Stretch>? quiet) => (this.enforced, this.quiet) = (enforced, quiet);

    public static CountedHours Of(QuotaRule quota, IReadOnlyList<QuietHoursRule> quietHours, Stretch span, DateTimeZone zone) =>
        new(quota.Enforced?.Within(span, zone), Quiet(QuotaRule.Kind, quietHours, span, zone));

    /// <summary>Quiet hours for one kind of rule; <see langword="null"/> when there are none.</summary>
    public static List<Stretch>? Quiet(string kind, IReadOnlyList<QuietHoursRule> quietHours, Stretch span, DateTimeZone zone)
    {
        List<Stretch>? quiet = null;
        foreach (var rule in quietHours)
        {
            if (rule.Relaxes.Contains(kind))
            {
                quiet ??= [];
                rule.Windows.AddTo(quiet, WallClock.DateOf(span.Start, zone).PlusDays(-1), WallClock.DateOf(span.End, zone), span, zone);
            }
        }

        if (quiet is not null)
        {
            Stretches.Merge(quiet);
        }

        return quiet;
    }

    /// <summary>Adds what counts of a booking.</summary>
    public void AddParts(Stretch booking, List<Stretch> into)
    {
        if (enforced is null)
        {
            AddPart(booking, into);
            return;
        }

        foreach (var hours in enforced)
        {
            if (booking.Cut(hours) is { } part)
            {
                AddPart(part, into);
            }
        }
    }

    private void AddPart(Stretch part, List<Stretch> into)
    {
        if (quiet is null)
        {
            into.Add(part);
        }
        else
        {
            Stretches.AddOutside(part, quiet, into);
        }
    }
}
