using Fablab.Web.Features.Notices.Mailing;
using Fablab.Web.Features.People.Admitting;
using Fablab.Web.Features.People.AskingForTariffs;
using Fablab.Web.Features.People.Badges;
using Fablab.Web.Features.People.Browsing;
using Fablab.Web.Features.People.Correcting;
using Fablab.Web.Features.People.Groups;
using Fablab.Web.Features.People.Guarding;
using Fablab.Web.Features.People.Inviting;
using Fablab.Web.Features.People.Leaving;
using Fablab.Web.Features.People.Policies;
using Fablab.Web.Features.People.Profiles;
using Fablab.Web.Features.People.Registering;
using Fablab.Web.Features.People.ResettingFactors;
using Fablab.Web.Features.People.Roles;
using Fablab.Web.Features.People.Suspending;
using Fablab.Web.Features.People.Texts;
using Fablab.Web.Hosting;

namespace Fablab.Web.Features.People;

/// <summary>Becoming a member of a site, and what staff of sites know and say of its members.</summary>
internal static class PeopleFeature
{
    public static void AddPeople(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSettings<TariffProofOptions, TariffProofOptionsValidator>(TariffProofOptions.Section);
        builder.Services.AddSettings<TariffGroupOptions, TariffGroupOptionsValidator>(TariffGroupOptions.Section);
        builder.Services
            .AddScoped<NewAccounts>()
            .AddScoped<RegisterMember>()
            .AddScoped<AskForMembership>()
            .AddScoped<AdmitMembers>()
            .AddScoped<InviteMember>()
            .AddScoped<AcceptInvitation>()
            .AddKeyedScoped<IMailActs, AcceptInvitation>(InviteMember.MailCode)
            .AddScoped<EditSitePolicy>()
            .AddScoped<ReadMembers>()
            .AddScoped<PeopleList>()
            .AddScoped<MemberPages>()
            .AddScoped<NoteMember>()
            .AddScoped<CorrectBirthDate>()
            .AddScoped<SuspendMember>()
            .AddSingleton<BadgeNumbers>()
            .AddScoped<KeepBadges>()
            .AddScoped<GrantRoles>()
            .AddScoped<ResetFactors>()
            .AddScoped<TariffGroups>()
            .AddScoped<TellOfTariffEnd>()
            .AddSingleton<TariffEndSweep>()
            .AddScoped<LeaveSite>()
            .AddScoped<AskForTariff>()
            .AddScoped<DecideTariffRequests>()
            .AddScoped<TariffPages>()
            .AddScoped<MyProfile>()
            .AddScoped<SiteTexts>()
            .AddScoped<GuardianConsents>()
            .AddKeyedScoped<IMailActs, GuardianConsents>(GuardianConsents.MailCode);
    }

    public static void MapPeople(this RouteGroupBuilder api)
    {
        api.MapRegistration();
        api.MapAdmitting();
        api.MapLeaving();
        api.MapInvitations();
        api.MapSitePolicies();
        api.MapMemberBrowsing();
        api.MapCorrecting();
        api.MapSuspensions();
        api.MapBadges();
        api.MapRoles();
        api.MapFactors();
        api.MapTariffGroups();
        api.MapTariffRequests();
        api.MapProfile();
        api.MapSiteTexts();
    }

    public static void MapPeoplePages(this IEndpointRouteBuilder pages)
    {
        pages.MapRegistrationPages();
        pages.MapAdmittingPages();
        pages.MapLeavingPages();
        pages.MapSiteInvitationPages();
        pages.MapSitePolicyPages();
        pages.MapMemberPages();
        pages.MapCorrectingPages();
        pages.MapSuspensionPages();
        pages.MapBadgePages();
        pages.MapRolePages();
        pages.MapFactorPages();
        pages.MapGroupPages();
        pages.MapTariffRequestPages();
        pages.MapProfilePages();
        pages.MapSiteTextPages();
        pages.MapGuardianPages();
    }
}
