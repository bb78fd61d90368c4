namespace Fablab.Domain.Members;

/// <summary>What is known of a member at a site besides trainings and bookings; all of it can stand against a booking.</summary>
public sealed record MemberStanding
{
    public static MemberStanding Good { get; } = new();

    /// <summary>Of everything that <see cref="Against"/> may tell.</summary>
    public static IReadOnlySet<string> Codes { get; } = new HashSet<string>
    {
        "member-suspended", "membership-waits", "membership-needed", "birth-date-needed", "too-young", "guardian-consent-missing", "site-terms-not-accepted", "safety-rules-not-accepted",
    };

    /// <summary><see langword="null"/> for who may book as a member, or become one by booking.</summary>
    public MembershipLack? Lack { get; init; }

    /// <summary>At the site or everywhere, now. Until when it lasts is no matter: nobody books from within a suspension.</summary>
    public bool IsSuspended { get; init; }

    /// <summary>The site's terms of use in force, or there are none.</summary>
    public bool HasAcceptedTerms { get; init; } = true;

    /// <summary>The same of its safety rules.</summary>
    public bool HasAcceptedSafetyRules { get; init; } = true;

    public AgeLack? Age { get; init; }

    /// <summary>All that stands against booking anything there, at whatever time.</summary>
    public IEnumerable<StandingProblem> Against()
    {
        if (IsSuspended)
        {
            yield return new("member-suspended", IsHard: true);
        }

        if (Lack is { } lack)
        {
            yield return new(lack is MembershipLack.Waits ? "membership-waits" : "membership-needed", IsHard: false);
        }

        if (Age is { } age)
        {
            yield return new(age switch { AgeLack.BirthDateNeeded => "birth-date-needed", AgeLack.TooYoung => "too-young", _ => "guardian-consent-missing" }, IsHard: true);
        }

        if (!HasAcceptedTerms)
        {
            yield return new("site-terms-not-accepted", IsHard: false);
        }

        if (!HasAcceptedSafetyRules)
        {
            yield return new("safety-rules-not-accepted", IsHard: false);
        }
    }
}

/// <param name="IsHard">Nobody may lift it; a manager of the site may lift the others.</param>
public readonly record struct StandingProblem(string Code, bool IsHard);
