using Fablab.Domain.Machines;
using Fablab.Domain.Presence;

namespace Fablab.Domain.Members;

/// <summary>What somebody may do. Who may is in <see cref="Access"/> and nowhere else.</summary>
public enum Right
{
    SeeReservation,
    CancelReservation,
    ChangeReservation,
    BookForOthers,
    LiftRules,
    ApproveReservations,
    EditRules,
    EditLabRules,
    PlanMaintenance,
    EndReservation,
    SetOutOfOrder,
    MendFaults,
    SeeSiteReservations,
    SeeProjects,
    ChargeProject,
    SeeCharges,
    SeeInvoices,
    IssueInvoices,
    SeeAuthorisations,
    TrainMembers,
    AuthoriseFreely,
    EditCourses,
    SeeAudit,

    /// <summary>Accounts and machines, from a file.</summary>
    ImportLab,

    /// <summary>Reservations and authorisations of a site, from a file.</summary>
    ImportAtSite,

    /// <summary>All that a site has, as files.</summary>
    ExportSite,

    /// <summary>Say that an organisation is who it says.</summary>
    VerifyOrganisations,

    /// <summary>Its data, members, projects and budgets.</summary>
    ManageOrganisation,

    /// <summary>Make and take back the access tokens that are an organisation's own.</summary>
    KeepOrganisationTokens,

    /// <summary>What is booked on its projects, and by whom.</summary>
    SeeOrganisationReservations,

    /// <summary>What its projects may spend and have spent.</summary>
    SeeBudgets,

    /// <summary>Say yes or no to what goes beyond a budget or a limit.</summary>
    ApproveSpending,
    SeeMembers,
    InviteMembers,
    AdmitMembers,
    EditRegistration,
    NoteMembers,

    /// <summary>What members cannot put right themselves.</summary>
    CorrectMembers,
    SuspendMembers,
    SuspendEverywhere,
    KeepBadges,
    CheckInForOthers,
    MarkAttendance,

    /// <summary>Enrol others in training sessions, and remove them.</summary>
    EnrolMembers,

    /// <summary>See what is owed for trainings, and say that it was given back.</summary>
    SettleRefunds,
    GrantRoles,

    /// <summary>Take authenticator app, recovery codes, passkeys and sign-ins at providers from somebody who lost them.</summary>
    ResetFactors,
    EditTariffGroups,

    /// <summary>Who is in a site now.</summary>
    SeePresence,

    /// <summary>Say of somebody that they are in, or that they left.</summary>
    TellPresence,

    /// <summary>Who was in a site, and when.</summary>
    SeeVisits,
    ManageKiosks,

    /// <summary>The programs beside a site's machines, and what they hold the keys of.</summary>
    ManageBridges,

    /// <summary>Machines and pools of a site: make them, and say what they are and how they are used.</summary>
    EditMachines,

    /// <summary>Sites, who issues their invoices, and tariffs.</summary>
    SetUpLab,

    /// <summary>Labels that lead to machines.</summary>
    PrintLabels,

    /// <summary>Let people come and go by holding a badge to it.</summary>
    TapAtKiosk,

    /// <summary>Let people use the machine that it stands at.</summary>
    UseMachineAtKiosk,

    /// <summary>Have a member erased; managers only those who belong to their sites alone.</summary>
    EraseMembers,
}

/// <summary>What somebody is to a subject; usually several.</summary>
[Flags]
public enum Standing
{
    None = 0,

    /// <summary>It is theirs.</summary>
    Holder = 1,
    OrganisationMember = 2,
    OrganisationBuyer = 4,
    OrganisationAccountant = 8,
    OrganisationOwner = 16,

    /// <summary>Manages the subject's site.</summary>
    Manager = 32,
    Administrator = 64,

    /// <summary>Trains at the subject's site; which machines, their courses say.</summary>
    Trainer = 128,

    /// <summary>Receives people at the subject's site.</summary>
    FrontDesk = 256,

    /// <summary>A device at the subject's door or machine. No member is one.</summary>
    Kiosk = 512,

    /// <summary>Keeps the machines of the subject's site alive.</summary>
    Technician = 1_024,

    /// <summary>An access token of the subject's organisation. No member is one.</summary>
    OrganisationToken = 2_048,
}

/// <summary>What a right is asked for: whose it is, where it is, which organisation it belongs to, as far as that applies.</summary>
public readonly record struct Subject(MemberId? Holder = null, SiteId? Site = null, OrganisationId? Organisation = null)
{
    public static Subject Nothing => default;

    public static Subject At(SiteId site) => new(Site: site);

    public static Subject Of(OrganisationId organisation) => new(Organisation: organisation);
}

/// <summary>The one table of rights.</summary>
public static class Access
{
    private const Standing Staff = Standing.Manager | Standing.Administrator;

    private const Standing AnyoneInOrganisation =
        Standing.OrganisationMember | Standing.OrganisationBuyer | Standing.OrganisationAccountant | Standing.OrganisationOwner;

    public static Standing WhoMay(Right right) => right switch
    {
        Right.SeeReservation => Standing.Holder | Staff,
        Right.CancelReservation => Standing.Holder | Staff,
        Right.ChangeReservation => Standing.Holder | Staff,
        Right.BookForOthers => Staff,
        Right.LiftRules => Staff,
        Right.ApproveReservations => Staff,
        Right.EditRules => Staff,
        Right.EditLabRules => Standing.Administrator,
        Right.PlanMaintenance => Staff | Standing.Technician,
        Right.EndReservation => Standing.Holder | Staff,
        Right.SetOutOfOrder => Staff | Standing.Technician,
        Right.MendFaults => Staff | Standing.Technician,
        Right.SeeSiteReservations => Staff | Standing.Technician,
        Right.SeeProjects => AnyoneInOrganisation | Standing.OrganisationToken | Standing.Administrator,
        Right.ChargeProject => Standing.OrganisationMember | Standing.OrganisationBuyer | Standing.OrganisationOwner,
        Right.SeeCharges => Standing.Holder | Standing.OrganisationAccountant | Standing.OrganisationOwner | Standing.OrganisationToken | Standing.Administrator,
        Right.SeeInvoices => Standing.Holder | Standing.OrganisationAccountant | Standing.OrganisationOwner | Standing.OrganisationToken | Standing.Administrator,
        Right.IssueInvoices => Standing.Administrator,
        Right.SeeAuthorisations => Standing.Holder | Standing.Trainer | Staff,
        Right.TrainMembers => Standing.Trainer | Staff,
        Right.AuthoriseFreely => Staff,
        Right.EditCourses => Staff,
        Right.SeeAudit => Staff,
        Right.ImportLab => Standing.Administrator,
        Right.ImportAtSite => Staff,
        Right.ExportSite => Staff,
        Right.VerifyOrganisations => Staff,
        Right.SeeBudgets => Standing.OrganisationBuyer | Standing.OrganisationAccountant | Standing.OrganisationOwner | Standing.OrganisationToken | Standing.Administrator,
        Right.ApproveSpending => Standing.OrganisationBuyer | Standing.OrganisationOwner,
        Right.ManageOrganisation => Standing.OrganisationOwner | Standing.Administrator,
        Right.KeepOrganisationTokens => Standing.OrganisationOwner | Standing.Administrator,
        Right.SeeOrganisationReservations => Standing.OrganisationBuyer | Standing.OrganisationOwner | Standing.OrganisationToken | Standing.Administrator,
        Right.SeeMembers => Staff | Standing.FrontDesk,
        Right.InviteMembers => Staff | Standing.FrontDesk,
        Right.AdmitMembers => Staff,
        Right.EditRegistration => Staff,
        Right.NoteMembers => Staff | Standing.FrontDesk,
        Right.CorrectMembers => Staff,
        Right.SuspendMembers => Staff,
        Right.SuspendEverywhere => Standing.Administrator,
        Right.KeepBadges => Staff | Standing.FrontDesk,
        Right.CheckInForOthers => Staff | Standing.FrontDesk,
        Right.MarkAttendance => Staff | Standing.FrontDesk,
        Right.EnrolMembers => Staff | Standing.FrontDesk,
        Right.SettleRefunds => Staff,
        Right.GrantRoles => Standing.Administrator,
        Right.ResetFactors => Standing.Administrator,
        Right.EditTariffGroups => Staff,
        Right.SeePresence => Staff | Standing.Trainer | Standing.FrontDesk | Standing.Technician,
        Right.TellPresence => Staff | Standing.Trainer | Standing.FrontDesk,
        Right.SeeVisits => Staff,
        Right.ManageKiosks => Staff,
        Right.ManageBridges => Staff,
        Right.EditMachines => Staff,
        Right.SetUpLab => Standing.Administrator,
        Right.PrintLabels => Staff | Standing.Trainer | Standing.FrontDesk | Standing.Technician,
        Right.TapAtKiosk => Standing.Kiosk,
        Right.UseMachineAtKiosk => Standing.Kiosk,
        Right.EraseMembers => Staff,
        _ => Standing.None,
    };

    public static bool Allows(Member me, Right right, Subject subject) => (WhoMay(right) & StandingOf(me, subject)) != Standing.None;

    /// <summary>A kiosk may what kiosks may, where it stands: one at a door for its site, one at a machine for that machine.</summary>
    /// <param name="ownMachine"><see langword="null"/> for one at a door.</param>
    public static bool Allows(SiteId ownSite, MachineId? ownMachine, Right right, SiteId site, MachineId? machine) =>
        (WhoMay(right) & Standing.Kiosk) != Standing.None && KioskReach.Covers(ownSite, ownMachine, site, machine);

    /// <summary>An organisation's own token may what such tokens may, of that organisation. It is nobody, so nothing else is its own.</summary>
    public static bool Allows(OrganisationId own, Right right, Subject subject) =>
        (WhoMay(right) & Standing.OrganisationToken) != Standing.None && subject.Organisation == own;

    public static Standing StandingOf(Member me, Subject subject)
    {
        var standing = Standing.None;
        if (subject.Holder == me.Id)
        {
            standing |= Standing.Holder;
        }

        if (subject.Site is { } site && me.ManagedSites.Contains(site))
        {
            standing |= Standing.Manager;
        }

        if (subject.Site is { } taught && me.TrainerSites.Contains(taught))
        {
            standing |= Standing.Trainer;
        }

        if (subject.Site is { } received && me.FrontDeskSites.Contains(received))
        {
            standing |= Standing.FrontDesk;
        }

        if (subject.Site is { } kept && me.TechnicianSites.Contains(kept))
        {
            standing |= Standing.Technician;
        }

        if (me.IsAdministrator)
        {
            standing |= Standing.Administrator;
        }

        if (subject.Organisation is { } organisation && me.Organisations.TryGetValue(organisation, out var role))
        {
            standing |= StandingOf(role);
        }

        return standing;
    }

    public static Standing StandingOf(OrganisationRole role) => role switch
    {
        OrganisationRole.Owner => Standing.OrganisationOwner,
        OrganisationRole.Buyer => Standing.OrganisationBuyer,
        OrganisationRole.Accountant => Standing.OrganisationAccountant,
        _ => Standing.OrganisationMember,
    };
}
