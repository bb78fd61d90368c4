namespace Fablab.Domain.Members;

/// <summary>How people become members of a site.</summary>
public enum RegistrationPolicy
{
    /// <summary>Only whom staff invite.</summary>
    Invitation,

    /// <summary>Whoever registers, or books for the first time.</summary>
    Open,

    /// <summary>Whoever asks and a manager of the site says yes to.</summary>
    Approval,
}

/// <summary>What a member is to a site.</summary>
public enum MembershipState
{
    /// <summary>A manager has not said yes yet.</summary>
    Waiting,
    Active,
    Refused,
}

/// <summary>What somebody who asks to become a member of a site gets; <see cref="SiteMembership.Ask"/>.</summary>
public enum MembershipAnswer
{
    /// <summary>They are a member, now or already.</summary>
    Member,
    Waits,
    NeedsInvitation,
    WasRefused,
}

/// <summary>Who may become a member of a site, and who may book there.</summary>
public static class SiteMembership
{
    /// <param name="present">What they are to the site already; <see langword="null"/> for nothing.</param>
    public static MembershipAnswer Ask(RegistrationPolicy policy, MembershipState? present) => (policy, present) switch
    {
        (_, MembershipState.Active) => MembershipAnswer.Member,
        (_, MembershipState.Refused) => MembershipAnswer.WasRefused,
        (_, MembershipState.Waiting) => MembershipAnswer.Waits,
        (RegistrationPolicy.Open, null) => MembershipAnswer.Member,
        (RegistrationPolicy.Approval, null) => MembershipAnswer.Waits,
        _ => MembershipAnswer.NeedsInvitation,
    };

    /// <summary>What stands against a booking; <see langword="null"/> when nothing does. At an open site the first booking makes the member.</summary>
    /// <param name="isStaff">Of the site, or of the lab: they need no membership.</param>
    public static MembershipLack? LackOf(RegistrationPolicy policy, MembershipState? present, bool isStaff) => present switch
    {
        _ when isStaff => null,
        MembershipState.Active => null,
        MembershipState.Waiting => MembershipLack.Waits,
        MembershipState.Refused => MembershipLack.NotAMember,
        _ => policy is RegistrationPolicy.Open ? null : MembershipLack.NotAMember,
    };
}

public enum MembershipLack
{
    /// <summary>Asked, and nobody has answered yet.</summary>
    Waits,
    NotAMember,
}
