namespace Fablab.Domain.Members;

/// <summary>What a person may be besides a member, at a site or in the whole lab.</summary>
public enum StaffRole
{
    Administrator,
    Manager,

    /// <summary>Teaches courses at a site and authorises for their machines.</summary>
    Trainer,

    /// <summary>Receives people at a site: invites, badges, checks in for others. Neither rules nor money.</summary>
    FrontDesk,

    /// <summary>Keeps the machines of a site alive.</summary>
    Technician,
}

/// <summary>What a person is in an organisation.</summary>
public enum OrganisationRole
{
    Owner,
    Buyer,
    Member,
    Accountant,
}

/// <summary>Who stands above whom among staff: administrators above managers, managers above all others, who stand above members.</summary>
public static class StaffRanks
{
    /// <returns>0 for somebody without a role.</returns>
    public static int HighestOf(IEnumerable<StaffRole> roles) => roles.Select(Of).DefaultIfEmpty().Max();

    public static int Of(StaffRole role) => role switch
    {
        StaffRole.Administrator => 3,
        StaffRole.Manager => 2,
        _ => 1,
    };
}
