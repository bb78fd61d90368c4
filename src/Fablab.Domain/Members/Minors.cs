namespace Fablab.Domain.Members;

/// <summary>What age asks for before somebody books.</summary>
public enum AgeLack
{
    /// <summary>The site has a minimum age, and nobody knows how old the member is.</summary>
    BirthDateNeeded,
    TooYoung,

    /// <summary>A minor's guardian has not consented, or has withdrawn it.</summary>
    ConsentMissing,
}

public static class Minors
{
    public const int FullAge = 18;

    /// <summary>Whole years; who was born on 29 February is older on 28 February in other years.</summary>
    public static int AgeOn(LocalDate birth, LocalDate day) => Period.Between(birth, day, PeriodUnits.Years).Years;

    public static bool IsMinor(LocalDate? birth, LocalDate today) => birth is { } day && AgeOn(day, today) < FullAge;

    /// <param name="birth"><see langword="null"/> when nobody needed to know.</param>
    /// <param name="minimumAge">Of the site, in years; <see langword="null"/> when it asks nobody.</param>
    public static AgeLack? LackOf(LocalDate? birth, int? minimumAge, bool hasConsent, LocalDate today) => birth switch
    {
        null => minimumAge is null ? null : AgeLack.BirthDateNeeded,
        { } day when AgeOn(day, today) < minimumAge => AgeLack.TooYoung,
        { } day when AgeOn(day, today) < FullAge && !hasConsent => AgeLack.ConsentMissing,
        _ => null,
    };
}
