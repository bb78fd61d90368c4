namespace Fablab.Domain.Members;

/// <summary>What is known of a member at a site besides trainings and bookings; all of it can stand against a booking.</summary>
public sealed record MemberStanding
{
    public static MemberStanding Good { get; } = new();

    /// <summary><see langword="null"/> for who may book as a member, or become one by booking.</summary>
    public MembershipLack? Lack { get; init; }

    /// <summary>At the site or everywhere, now. Until when it lasts is no matter: nobody books from within a suspension.</summary>
    public bool IsSuspended { get; init; }

    /// <summary>The site's terms of use in force, or there are none.</summary>
    public bool HasAcceptedTerms { get; init; } = true;

    /// <summary>The same of its safety rules.</summary>
    public bool HasAcceptedSafetyRules { get; init; } = true;

    public AgeLack? Age { get; init; }
}
