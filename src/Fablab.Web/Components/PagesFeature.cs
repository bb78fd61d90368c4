using System.Text.Encodings.Web;
using System.Text.Unicode;
using Fablab.Web.Features.Bridges.Keeping;
using Fablab.Web.Features.Machines.Keeping;
using Fablab.Web.Features.Places.Setup;
using Fablab.Web.Features.Audit.Searching;
using Fablab.Web.Features.Exchange.Exporting;
using Fablab.Web.Features.Exchange.Importing;
using Fablab.Web.Features.Feeds;
using Fablab.Web.Features.LiveBoard.Streaming;
using Fablab.Web.Features.Machines.Browsing;
using Fablab.Web.Features.Machines.Managing;
using Fablab.Web.Features.Machines.Mending;
using Fablab.Web.Features.Machines.Watching;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Members.Accounts;
using Fablab.Web.Features.Members.FirstAdministrator;
using Fablab.Web.Features.Members.Securing;
using Fablab.Web.Features.Members.SigningIn;
using Fablab.Web.Features.Members.SigningInElsewhere;
using Fablab.Web.Features.Organisations.Approving;
using Fablab.Web.Features.Organisations.Belonging;
using Fablab.Web.Features.Organisations.Browsing;
using Fablab.Web.Features.Organisations.Budgeting;
using Fablab.Web.Features.Organisations.Inviting;
using Fablab.Web.Features.Organisations.OwnTokens;
using Fablab.Web.Features.Organisations.SigningUp;
using Fablab.Web.Features.Organisations.Verifying;
using Fablab.Web.Features.People;
using Fablab.Web.Features.Presence;
using Fablab.Web.Features.Privacy;
using Fablab.Web.Features.Reservations.Booking;
using Fablab.Web.Features.Reservations.Bundles;
using Fablab.Web.Features.Reservations.Changing;
using Fablab.Web.Features.Reservations.Finding;
using Fablab.Web.Features.Reservations.HandingOver;
using Fablab.Web.Features.Reservations.Mine;
using Fablab.Web.Features.Reservations.Reading;
using Fablab.Web.Features.Reservations.Rules.Editing;
using Fablab.Web.Features.Reservations.Series;
using Fablab.Web.Features.Reservations.Using;
using Fablab.Web.Features.Reservations.Waiting;
using Fablab.Web.Features.Trainings.Browsing;
using Fablab.Web.Features.Trainings.Certifying;
using Fablab.Web.Features.Trainings.Managing;
using Fablab.Web.Features.Trainings.Quizzes;
using Fablab.Web.Features.Trainings.Refunding;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.WebEncoders;

namespace Fablab.Web.Components;

/// <summary>The pages: plain HTML that works without script, in French and English.</summary>
internal static class PagesFeature
{
    public static void AddPages(this WebApplicationBuilder builder)
    {
        // Where the build left what it made of wwwroot; a published program has it all in wwwroot and this finds nothing.
        builder.WebHost.UseStaticWebAssets();
        var services = builder.Services;
        services.AddExceptionHandler<PageErrors>();
        services.AddLocalization();
        services.AddRazorComponents();
        services.AddSingleton<AssetAddresses>();
        services.AddScoped<MachineCards>();
        services.AddScoped<MachinePageModel>();
        services.AddSingleton<LiveFragments>();
        services.AddSingleton<LiveStreamEndpoint>();
        services.AddScoped<ReservationRuns>();
        services.AddScoped<MemberNames>();
        services.AddScoped<AccountPageModel>();
        services.AddScoped<BookingChecks>();
        services.AddScoped<BookingPageModel>();
        services.AddScoped<ChangeChecks>();
        services.AddScoped<ChangePageModel>();
        services.AddScoped<SeriesPreviews>();
        services.AddScoped<BookSeriesPageModel>();
        services.AddScoped<ReadSeries>();
        services.AddScoped<SeriesMoves>();
        services.AddScoped<BundlePreviews>();
        services.AddScoped<BookBundlePageModel>();
        services.AddScoped<ReadBundle>();
        services.AddScoped<SiteBoard>();
        services.AddScoped<OutagePageModel>();
        services.AddSingleton<Agreements>();
        services.AddScoped<OrganisationMonth>();
        services.AddScoped<MembersPageModel>();
        services.AddScoped<OrganisationTokensPageModel>();
        services.AddScoped<ProjectsPageModel>();
        services.AddScoped<SessionPageModel>();
        services.AddScoped<CoursePageModel>();
        services.AddScoped<SessionEditModel>();
        services.AddScoped<ILiveViewSource, MachineViews>();
        services.AddScoped<ILiveViewSource, BoardViews>();
        services.AddScoped<ILiveViewSource, ReservationViews>();
        services.Configure<WebEncoderOptions>(encoding => encoding.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        services.Configure<RequestLocalizationOptions>(languages =>
        {
            languages.DefaultRequestCulture = new RequestCulture(Language.English);
            languages.SupportedCultures = [.. Language.All];
            languages.SupportedUICultures = [.. Language.All];
            languages.RequestCultureProviders = [new LanguageChoice()];
        });
    }

    /// <summary>After signing in is known, since the account may choose the language.</summary>
    public static void UsePages(this WebApplication app)
    {
        app.UseRequestLocalization();
        app.Use(PageErrors.FillAsync);
    }

    public static void MapPages(this WebApplication app)
    {
        // Named, because the program may be started by another one, as tests do.
        app.MapGroup("").AllowAnonymous().MapStaticAssets($"{typeof(PagesFeature).Assembly.GetName().Name}.staticwebassets.endpoints.json");

        // Named for all, because the framework asks for the token only where an endpoint's fields say that they come from a form.
        var pages = app.MapGroup("").RequireAuthorization().WithMetadata(new RequireAntiforgeryTokenAttribute()).ExcludeFromDescription();
        pages.MapSwitchLanguage();
        pages.MapSignIn();
        pages.MapPasskeySignIn();
        pages.MapSigningInElsewhere();
        pages.MapAccountEntry();
        pages.MapFirstAdministratorPage();
        pages.MapPeoplePages();
        pages.MapPresenceAndKioskPages();
        pages.MapBridgePages();
        pages.MapSetupPages();
        pages.MapMachineKeepingPages();
        pages.MapBrowsing();
        pages.MapFaultPages();
        pages.MapCalendarPage();
        pages.MapBookingPages();
        pages.MapFindTime();
        pages.MapMyReservations();
        pages.MapWaitingListPages();
        pages.MapOfferPages();
        pages.MapReservationPages();
        pages.MapChangePages();
        pages.MapBookSeriesPages();
        pages.MapSeriesPages();
        pages.MapBookBundlePages();
        pages.MapBundlePages();
        pages.MapHandoverPages();
        pages.MapBoard();
        pages.MapRulePages();
        pages.MapOrganisationPages();
        pages.MapSignUpPages();
        pages.MapVerifyingPages();
        pages.MapInvitationPages();
        pages.MapBelongingPages();
        pages.MapProjectPages();
        pages.MapSpendingPages();
        pages.MapOrganisationTokenPages();
        pages.MapSpendingLinkPages();
        pages.MapTrainingPages();
        pages.MapTrainingStaffPages();
        pages.MapAuthorisationPages();
        pages.MapRefundPages();
        pages.MapCoursePages();
        pages.MapQuizPages();
        pages.MapCertificatePages();
        pages.MapAuditPages();
        pages.MapImportPages();
        pages.MapExportPages();
        pages.MapAccount();
        pages.MapPrivacyPages();
        pages.MapFeedPages();
        pages.MapSecurity();
        LiveStreamEndpoint.Map(pages);
    }
}
