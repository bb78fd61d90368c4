using Fablab.Web.Features.Notices.Mailing;
using Fablab.Web.Features.Organisations.Approving;
using Fablab.Web.Features.Organisations.Belonging;
using Fablab.Web.Features.Organisations.Budgeting;
using Fablab.Web.Features.Organisations.Editing;
using Fablab.Web.Features.Organisations.Inviting;
using Fablab.Web.Features.Organisations.OwnTokens;
using Fablab.Web.Features.Organisations.SigningUp;
using Fablab.Web.Features.Organisations.Verifying;
using Fablab.Web.Hosting;

namespace Fablab.Web.Features.Organisations;

internal static class OrganisationsFeature
{
    public static void AddOrganisations(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSettings<OrganisationOptions, OrganisationOptionsValidator>(OrganisationOptions.Section);
        builder.Services
            .AddScoped<ReadOrganisations>()
            .AddScoped<SignUpOrganisation>()
            .AddScoped<EditOrganisation>()
            .AddScoped<NewOrganisations>()
            .AddScoped<Invitations>()
            .AddScoped<AnswerInvitation>()
            .AddScoped<OrganisationPeople>()
            .AddScoped<ReadSpending>()
            .AddScoped<BudgetNotices>()
            .AddScoped<EditProjects>()
            .AddScoped<ReadBudgets>()
            .AddScoped<SpendingRequests>()
            .AddScoped<OrganisationTokens>()
            .AddSingleton<SpendingLinks>()
            .AddScoped<SpendingOfLink>()
            .AddKeyedScoped<IMailActs, SpendingMail>("spending-waits")
            .AddKeyedScoped<IMailActs, InvitationMail>(InvitationMail.Code);
    }
}
