using Fablab.Domain.Members;
using Microsoft.AspNetCore.Authorization;

namespace Fablab.Web.Api;

/// <summary>What an access token needs for an operation.</summary>
/// <param name="Scope"><see langword="null"/> when any token will do.</param>
/// <param name="IsOpenToOrganisations">An organisation's own token may ask too; the operation then sees whose it is.</param>
internal sealed record OperationScope(Scope? Scope, bool IsOpenToOrganisations);

/// <summary>
/// The one table of scopes, by the names of operations. What only reads needs <see cref="Scope.Read"/> unless it stands here; what changes
/// something and does not stand here is open to no token, and fails a test. What staff read needs <see cref="Scope.Staff"/> so that a program is
/// told what it lacks; it would find nothing without, since roles do not count for it.
/// </summary>
internal static class OperationScopes
{
    /// <summary>They ask by POST and change nothing.</summary>
    private static readonly string[] Read = ["CheckBooking", "CheckSeries", "FindSequence"];

    private static readonly string[] Book =
    [
        "AcceptHandover", "AcceptOffer", "BookBundle", "BookMachine", "BookSeries", "CancelBundle", "CancelReservation", "CancelSeries", "CheckIn", "ConfirmPresence",
        "DeclineHandover", "DeclineOffer", "EndUse", "EndVisit", "Enrol", "ExtendReservation", "JoinWaitingList", "MoveReservation", "MoveSeries", "OfferReservation",
        "ReportFault", "SetMyDefaultProject", "TakeQuiz", "UploadJob", "WalkUp", "WishJob", "WithdrawEnrolment", "WithdrawHandover", "WithdrawWish",
    ];

    private static readonly string[] Account =
    [
        "AcceptSiteSafetyRules", "AcceptSiteTerms", "AskAddressChange", "AskForMembership", "AskForTariff", "ChangeAddress", "CreateAccessToken", "CreateFeed", "EndMyBrowserSession", "EndMyBrowserSessions", "EraseMe", "ExportMe",
        "GetMyErasure", "GetMyMailPreferences", "GetMyProfile", "GetPushKey", "KeepMe", "LeaveSite", "ListAccessTokens", "ListMyBadges", "ListMyBrowserSessions", "ListMyConsents", "ListMyFeeds",
        "ListMyPushSubscriptions", "ListMySignInLinks", "ListMyTariffRequests", "ListMyVisits", "RevokeAccessToken", "RevokeFeed", "RevokeMyBadge", "SetMyConsent", "SetMyMailPreferences", "SetMyNoticesSeen", "SetMyProfile",
        "SubscribeToPush", "UnsubscribeFromPush", "WithdrawTariffRequest",
    ];

    private static readonly string[] Organisation =
    [
        "AnswerInvitation", "AnswerInvitationLink", "ApproveSpending", "ChangeOrganisationMember", "CreateOrganisationToken", "CreateProject", "DeclineSpending",
        "EditOrganisation", "EditProject", "GetOrganisationLimits", "InviteMember", "ListInvitations", "ListOrganisationTokens", "ListSpendingRequests",
        "RemoveOrganisationMember", "RevokeOrganisationToken", "SetMemberLimit", "SetOrganisationLimits", "SignUpOrganisation", "WithdrawInvitation",
    ];

    private static readonly string[] Staff =
    [
        "AcceptMember", "AcceptTariffRequest", "AddBridgeDevice", "ApproveReservation", "CancelTrainingSession", "CloseFault", "CompleteMaintenance", "CorrectAttendance", "CorrectBirthDate", "CreateCourse", "CreateTariffGroup",
        "DeclineReservation", "EditCourse", "EditLabRules", "EditLegalEntity", "EditMachine", "EditSite", "EditSiteRules", "EditTrainingSession", "EnrolMember", "EraseMember", "ExportAuditAsCsv", "ExportAuditAsJson", "FindMemberByBadge",
        "GetMachineSettings", "GetMember", "GetSitePolicy", "GetTariffProof", "GiveUpSession", "GrantAuthorisation", "GrantRole", "Import", "InviteToSite", "IssueInvoice", "KeepMember", "LiftSuspension", "ListBridges", "ListEnrolments",
        "ListKiosks", "ListLegalEntities", "ListMaintenanceTasks", "ListMembers", "ListMembershipRequests", "ListRequests", "ListSiteInvitations", "ListSiteRuleVersions", "ListTariffGroups", "ListTariffRequests", "ListTariffs", "ListTrainingRefunds",
        "ListUnverifiedOrganisations", "ListVisits", "ListWaitingForMachine", "MakeBridge", "MakeKiosk", "MakeLegalEntity", "MakeMachine", "MakePool", "MakeSite", "NoteMember", "PlanMaintenance", "PlanTrainingSession", "PublishSiteSafetyRules",
        "PublishSiteTerms", "PutIntoTariffGroup", "RecogniseCourse", "RefuseMember", "RefuseTariffRequest", "RegisterBadge", "ReissueBadge", "RemoveBridgeDevice", "RemoveEnrolment", "RenameTariffGroup", "RenewAuthorisation", "RenewBridge", "RenewKiosk",
        "ReplayLabRules", "ReplaySiteRules", "ResetFactors", "ResumeAuthorisation", "RevokeAuthorisation", "RevokeBadge", "RevokeBridge", "RevokeKiosk", "SearchAudit", "SearchAuthorisations", "SetOutOfOrder", "SetSitePolicy", "SetTariff", "SettleTrainingRefund",
        "StopBookings", "SuspendAuthorisation", "SuspendMember", "TakeAttendance", "TakeOutOfTariffGroup", "TakeRole", "TellIn", "TurnDownOrganisation", "VerifyOrganisation", "WithdrawSiteInvitation",
    ];

    /// <summary>What an organisation's own token may read; each asks <c>Access</c> whose it is.</summary>
    private static readonly string[] OpenToOrganisations =
    [
        "GetInvoicePdf", "GetOrganisation", "ListOrganisationCharges", "ListOrganisationInvoices", "ListOrganisationMembers", "ListOrganisationProjects", "ListOrganisationReservations",
    ];

    private static readonly Dictionary<string, Scope> ByName = new[]
    {
        (Scope.Read, Read), (Scope.Book, Book), (Scope.Account, Account), (Scope.Organisation, Organisation), (Scope.Staff, Staff),
    }.SelectMany(group => group.Item2.Select(name => (Name: name, Scope: group.Item1))).ToDictionary(pair => pair.Name, pair => pair.Scope);

    /// <summary>All operations that are named, for the test that no name is of something gone.</summary>
    public static IEnumerable<string> Named => ByName.Keys.Concat(OpenToOrganisations);

    public static RouteGroupBuilder WithScopes(this RouteGroupBuilder api)
    {
        // At last, when each operation has told its name.
        ((IEndpointConventionBuilder)api).Finally(endpoint =>
        {
            if (endpoint.Metadata.OfType<IEndpointNameMetadata>().LastOrDefault()?.EndpointName is { } name && !endpoint.Metadata.OfType<IAllowAnonymous>().Any()
                && ScopeOf(name, endpoint.Metadata.OfType<HttpMethodMetadata>().LastOrDefault()?.HttpMethods ?? []) is { } scope)
            {
                endpoint.Metadata.Add(new OperationScope(scope, OpenToOrganisations.Contains(name)));
            }
        });
        return api;
    }

    private static Scope? ScopeOf(string name, IReadOnlyList<string> verbs) =>
        ByName.TryGetValue(name, out var scope) ? scope : verbs.Count > 0 && verbs.All(HttpMethods.IsGet) ? Scope.Read : null;
}
