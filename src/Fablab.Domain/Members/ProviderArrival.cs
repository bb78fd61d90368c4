namespace Fablab.Domain.Members;

/// <summary>Whom a sign-in provider may send to us, and what they may do here.</summary>
/// <param name="AllowedDomains">Of their mail addresses, in lower case; empty for any.</param>
/// <param name="CreatesAccounts">Who is new here may have an account made.</param>
public sealed record ProviderTerms(IReadOnlyList<string> AllowedDomains, bool CreatesAccounts);

/// <summary>Somebody who came back from a provider, and what we know of them.</summary>
/// <param name="Email">As the provider says; never what an account is found by.</param>
/// <param name="LinkedTo">Whose sign-in this is, by issuer and subject.</param>
/// <param name="IsEmailKnown">An account has that address.</param>
public sealed record ProviderArrival(string? Email, bool IsEmailVerified, MemberId? LinkedTo, bool IsEmailKnown)
{
    /// <param name="linking">Who is signed in and asked to link this sign-in; <see langword="null"/> for somebody who signs in.</param>
    public ArrivalOutcome Meet(ProviderTerms terms, MemberId? linking)
    {
        var isVerified = IsEmailVerified && !string.IsNullOrEmpty(Email);
        if (terms.AllowedDomains.Count > 0)
        {
            // Somebody may have been let in by an address that is no longer theirs, so this is asked each time.
            if (!isVerified)
            {
                return ArrivalOutcome.EmailNotVerified;
            }

            if (!terms.AllowedDomains.Contains(DomainOf(Email!), StringComparer.OrdinalIgnoreCase))
            {
                return ArrivalOutcome.DomainNotAllowed;
            }
        }

        return (linking, LinkedTo) switch
        {
            ({ } me, { } owner) => me == owner ? ArrivalOutcome.AlreadyLinked : ArrivalOutcome.LinkedToAnother,
            ({ }, null) => ArrivalOutcome.AskToLink,
            (null, { }) => ArrivalOutcome.SignIn,
            _ when !terms.CreatesAccounts => ArrivalOutcome.NotLinked,
            _ when !isVerified => ArrivalOutcome.EmailNotVerified,
            _ => IsEmailKnown ? ArrivalOutcome.EmailKnown : ArrivalOutcome.AskToCreate,
        };
    }

    private static string DomainOf(string email) => email[(email.LastIndexOf('@') + 1)..];
}

/// <summary>What becomes of somebody who came back from a provider.</summary>
public enum ArrivalOutcome
{
    SignIn,

    /// <summary>They are new here and may have an account.</summary>
    AskToCreate,

    /// <summary>They are signed in, and this sign-in belongs to nobody yet.</summary>
    AskToLink,
    AlreadyLinked,
    LinkedToAnother,

    /// <summary>Nobody's sign-in, and this provider makes no accounts.</summary>
    NotLinked,

    /// <summary>An account has the address; its owner signs in as usual and links there.</summary>
    EmailKnown,
    EmailNotVerified,
    DomainNotAllowed,
}
