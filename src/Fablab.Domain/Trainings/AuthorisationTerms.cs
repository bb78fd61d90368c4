namespace Fablab.Domain.Trainings;

/// <summary>How freely a member may use a machine; each level includes the ones before.</summary>
public enum AuthorisationLevel
{
    /// <summary>With somebody beside them who is authorised in full.</summary>
    Supervised,

    /// <summary>Alone, but only within weekly hours.</summary>
    LimitedHours,

    Full,
}

/// <summary>What makes an authorisation last longer, besides being granted anew.</summary>
public enum RenewalRule
{
    /// <summary>A trainer's word.</summary>
    ByTrainer,

    /// <summary>Only a training.</summary>
    ByTraining,

    /// <summary>Each use, and a trainer's word.</summary>
    ByUse,
}

/// <summary>
/// How long an authorisation lasts. Days are those of the machine's site, and the last one is valid to its end: three months from
/// 30 November are over when 1 March begins. Without any number it lasts for ever.
/// </summary>
public sealed record AuthorisationTerms
{
    public const int MostMonths = 1200;

    public static readonly AuthorisationTerms ForEver = new();

    /// <summary>From the day of the training, or of the last renewal.</summary>
    public int? Months { get; init; }

    /// <summary>A day of each year with which it ends; one that is trained on that very day has a year. Of 29 February the 28th stands in.</summary>
    public AnnualDate? EndsEachYearOn { get; init; }

    /// <summary>Lost when the machine was not used for so long, counted from the last use or the training.</summary>
    public int? UnusedMonths { get; init; }

    public RenewalRule Renewal { get; init; }

    /// <summary>A use changes until when it is valid.</summary>
    public bool CountsUses => UnusedMonths is not null || Renewal is RenewalRule.ByUse;

    /// <returns>The first instant at which it is not valid any more; <see langword="null"/> without an end.</returns>
    public Instant? EndByDate(Instant from, DateTimeZone zone)
    {
        var day = from.InZone(zone).Date;
        Instant? end = Months is { } months ? EndOf(day.PlusMonths(months), zone) : null;
        if (EndsEachYearOn is { } date)
        {
            var next = date.InYear(day.Year) > day ? date.InYear(day.Year) : date.InYear(day.Year + 1);
            end = Earlier(end, EndOf(next, zone));
        }

        return end;
    }

    /// <param name="lastUse">Or the training, when nothing was used since.</param>
    public Instant? EndByDisuse(Instant lastUse, DateTimeZone zone) =>
        UnusedMonths is { } months ? EndOf(lastUse.InZone(zone).Date.PlusMonths(months), zone) : null;

    internal static Instant? Earlier(Instant? one, Instant? other) => one is null || other < one ? other : one;

    /// <returns>The first instant behind a day.</returns>
    internal static Instant EndOf(LocalDate day, DateTimeZone zone) => zone.AtStartOfDay(day.PlusDays(1)).ToInstant();
}
