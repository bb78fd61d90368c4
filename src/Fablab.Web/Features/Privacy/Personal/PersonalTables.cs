using Fablab.Domain.Billing;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Members;
using Fablab.Domain.Presence;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Data.Rows;
using Microsoft.AspNetCore.Identity;

namespace Fablab.Web.Features.Privacy.Personal;

/// <summary>
/// All tables that have a member in a column. Export and erasure go through this list, and a test holds it against the model: a new
/// table is on it or fails.
/// </summary>
internal static class PersonalTables
{
    private const string Secrets = "holds secrets, which leave the program for nobody";
    private const string Fiscal = "what was used, charged and invoiced is kept for ten years (Code de commerce L123-22)";
    private const string Safety = "who was allowed at which machine, and by whom, is shown after an accident";
    private const string Machine = "belongs to the history of a machine that others use";
    private const string Agreed = "shows what was agreed, for claims under it (Code civil 2224)";
    private const string OfOthers = "belongs to other people or to the lab, who need it";

    public static IReadOnlyList<PersonalTable> All { get; } =
    [
        new PersonalTable<Account> { Kind = "profile", Whose = [nameof(Account.Id)], WhyKept = "the pseudonym" },
        new PersonalTable<IdentityUserClaim<Guid>> { WhyNotExported = "nothing is kept there", Whose = [nameof(IdentityUserClaim<>.UserId)] },
        new PersonalTable<IdentityUserLogin<Guid>> { WhyNotExported = "nothing is kept there", Whose = [nameof(IdentityUserLogin<>.UserId)] },
        new PersonalTable<IdentityUserToken<Guid>> { WhyNotExported = Secrets, Whose = [nameof(IdentityUserToken<>.UserId)] },
        new PersonalTable<IdentityUserPasskey<Guid>>
        {
            Kind = "passkeys", Whose = [nameof(IdentityUserPasskey<>.UserId)], Shape = (row, _) => new { row.Data.Name, row.Data.CreatedAt },
        },
        new PersonalTable<SignInLinkRow> { Kind = "sign-ins-elsewhere", Whose = [nameof(SignInLinkRow.Member)] },
        new PersonalTable<BrowserSessionRow> { Kind = "browser-sessions", Whose = [nameof(BrowserSessionRow.Member)] },
        new PersonalTable<AccessTokenRow>
        {
            Kind = "access-tokens", Whose = [nameof(AccessTokenRow.Member)],
            Shape = (row, _) => new { row.Id, row.Name, row.Scopes.Scopes, row.CreatedAt, row.ExpiresAt, row.LastUsedAt, row.RevokedAt },
        },
        new PersonalTable<IdempotentAnswerRow> { WhyNotExported = "repeats for a day what stands elsewhere", Whose = [nameof(IdempotentAnswerRow.Member)] },
        new PersonalTable<ExternalIdRow> { Kind = "ids-of-other-programs", Whose = [nameof(ExternalIdRow.Target)] },
        new PersonalTable<ConsentRow> { Kind = "consents", Whose = [nameof(ConsentRow.Member)] },
        new PersonalTable<ErasureRow>
        {
            Kind = "erasures", Whose = [nameof(ErasureRow.Member)], ActedBy = [nameof(ErasureRow.By), nameof(ErasureRow.CancelledBy)],
            WhyKept = "that it was done, without a name", Wiped = [nameof(ErasureRow.Reason)],
        },
        new PersonalTable<GuardianConsentRow> { Kind = "guardian-consents", Whose = [nameof(GuardianConsentRow.Member)] },
        new PersonalTable<RoleGrantRow> { Kind = "roles", Whose = [nameof(RoleGrantRow.Member)] },
        new PersonalTable<SiteMembershipRow> { Kind = "memberships", Whose = [nameof(SiteMembershipRow.Member)], ActedBy = [nameof(SiteMembershipRow.DecidedBy)] },
        new PersonalTable<SiteInvitationRow>
        {
            Kind = "site-invitations", Whose = [nameof(SiteInvitationRow.UsedBy)], ActedBy = [nameof(SiteInvitationRow.By)],
        },
        new PersonalTable<AcceptedTermsRow> { Kind = "accepted-terms", Whose = [nameof(AcceptedTermsRow.Member)], WhyKept = Agreed },
        new PersonalTable<SuspensionRow>
        {
            Kind = "suspensions", Whose = [nameof(SuspensionRow.Member)], ActedBy = [nameof(SuspensionRow.By), nameof(SuspensionRow.LiftedBy)],
        },
        new PersonalTable<MemberNoteRow> { Kind = "notes", Whose = [nameof(MemberNoteRow.Member)], ActedBy = [nameof(MemberNoteRow.By)] },
        new PersonalTable<BadgeRow> { Kind = "badges", Whose = [nameof(BadgeRow.Member)], ActedBy = [nameof(BadgeRow.By), nameof(BadgeRow.RevokedBy)] },
        new PersonalTable<Visit> { Kind = "visits", Whose = [nameof(Visit.Member)] },
        new PersonalTable<KioskPinRow> { Kind = "kiosk-pin", Whose = [nameof(KioskPinRow.Member)], Shape = (row, _) => new { row.At } },
        new PersonalTable<KioskRow>
        {
            Kind = "kiosks-set-up", Whose = [nameof(KioskRow.By)], ActedBy = [nameof(KioskRow.Person)], WhyKept = OfOthers, Shape = (row, _) => new { row.Site, row.Name, row.At },
        },
        new PersonalTable<TariffGroupMemberRow> { Kind = "tariff-groups", Whose = [nameof(TariffGroupMemberRow.Member)], ActedBy = [nameof(TariffGroupMemberRow.By)] },
        new PersonalTable<TariffRequestRow> { Kind = "tariff-requests", Whose = [nameof(TariffRequestRow.Member)], ActedBy = [nameof(TariffRequestRow.DecidedBy)] },
        new PersonalTable<OrganisationMemberRow>
        {
            Kind = "organisations", Whose = [nameof(OrganisationMemberRow.Member)], WhyKept = "only of an organisation that nobody else belongs to, which keeps an owner without a name",
        },
        new PersonalTable<OrganisationInvitationRow>
        {
            Kind = "organisation-invitations", Whose = [nameof(OrganisationInvitationRow.AnsweredBy)], ActedBy = [nameof(OrganisationInvitationRow.InvitedBy)], WhyKept = OfOthers,
            Wiped = [nameof(OrganisationInvitationRow.Email)],
        },
        new PersonalTable<OrganisationRow>
        {
            Kind = "organisations-signed-up", Whose = [nameof(OrganisationRow.CreatedBy)], ActedBy = [nameof(OrganisationRow.VerifiedBy), nameof(OrganisationRow.TurnedDownBy)], WhyKept = OfOthers,
            Shape = (row, _) => new { row.Id, row.Name, row.CreatedAt },
        },
        new PersonalTable<MachineAuthorisationRow> { Kind = "authorisations", Whose = [nameof(MachineAuthorisationRow.Member)] },
        new PersonalTable<AuthorisationFactRow>
        {
            Kind = "authorisation-history", Whose = [nameof(AuthorisationFactRow.Member)], ActedBy = [nameof(AuthorisationFactRow.By)], WhyKept = Safety,
            Wiped = [nameof(AuthorisationFactRow.Reason)],
        },
        new PersonalTable<EnrolmentRow> { Kind = "trainings", Whose = [nameof(EnrolmentRow.Member)], WhyKept = Safety },
        new PersonalTable<TrainingRefundRow>
        {
            Kind = "training-refunds", Whose = [nameof(TrainingRefundRow.Member)], ActedBy = [nameof(TrainingRefundRow.RefundedBy)], WhyKept = Fiscal,
        },
        new PersonalTable<QuizAttemptRow> { Kind = "quizzes", Whose = [nameof(QuizAttemptRow.Member)], WhyKept = Safety },
        new PersonalTable<CertificateRow> { Kind = "certificates", Whose = [nameof(CertificateRow.Member)], ActedBy = [nameof(CertificateRow.WithdrawnBy)] },
        new PersonalTable<CourseTrainerRow> { Kind = "courses-taught", Whose = [nameof(CourseTrainerRow.Trainer)] },
        new PersonalTable<TrainingSessionRow> { Kind = "trainings-held", Whose = [nameof(TrainingSessionRow.Trainer)], WhyKept = OfOthers },
        new PersonalTable<Reservation>
        {
            Kind = "reservations", Whose = [nameof(Reservation.Member)], ActedBy = [nameof(Reservation.BookedBy)], WhyKept = Fiscal, Wiped = [nameof(Reservation.Title)],
        },
        new PersonalTable<SeriesRow> { Kind = "series", Whose = [nameof(SeriesRow.Member)], WhyKept = Fiscal },
        new PersonalTable<CompanyRow> { Kind = "coming-along", Whose = [nameof(CompanyRow.Member)], WhyKept = OfOthers },
        new PersonalTable<WaitingWishRow> { Kind = "waiting-list", Whose = [nameof(WaitingWishRow.Member)] },
        new PersonalTable<HandoverRow> { Kind = "handovers", Whose = [nameof(HandoverRow.From), nameof(HandoverRow.To)], WhyKept = OfOthers },
        new PersonalTable<FeedRow> { Kind = "calendar-feeds", Whose = [nameof(FeedRow.Member)] },
        new PersonalTable<CalendarEntryRow> { Kind = "calendar-entries", Whose = [nameof(CalendarEntryRow.Member)] },
        new PersonalTable<MachineJob> { Kind = "jobs", Whose = [nameof(MachineJob.Member)], WhyKept = Fiscal, Wiped = [nameof(MachineJob.FileName)] },
        new PersonalTable<UsageSession> { Kind = "usage-sessions", Whose = [nameof(UsageSession.Member)], WhyKept = Fiscal },
        new PersonalTable<Charge> { Kind = "charges", Whose = [nameof(Charge.Member)], WhyKept = Fiscal },
        new PersonalTable<MissedBookingFeeRow> { Kind = "missed-bookings", Whose = [nameof(MissedBookingFeeRow.Member)], WhyKept = Fiscal },
        new PersonalTable<InvoiceRow> { Kind = "invoices", Whose = [nameof(InvoiceRow.Member)], WhyKept = Fiscal },
        new PersonalTable<FaultRow> { Kind = "faults-reported", Whose = [nameof(FaultRow.Reporter)], ActedBy = [nameof(FaultRow.ClosedBy)], WhyKept = Machine },
        new PersonalTable<MaintenanceTaskRow> { Kind = "maintenance-planned", Whose = [nameof(MaintenanceTaskRow.OpenedBy)], WhyKept = Machine },
        new PersonalTable<RuleBookRow>
        {
            Kind = "rules-written", Whose = [nameof(RuleBookRow.By)], WhyKept = OfOthers, Shape = (row, _) => new { row.Site, row.Version, row.Note, row.At },
        },
        new PersonalTable<SiteTextRow> { Kind = "site-texts-written", Whose = [nameof(SiteTextRow.By)], WhyKept = OfOthers, Shape = (row, _) => new { row.Site, row.Kind, row.Version, row.At } },
        new PersonalTable<NoticeRow> { Kind = "notices", Whose = [nameof(NoticeRow.Member)] },
        new PersonalTable<MailRow> { Kind = "mails", Whose = [nameof(MailRow.Member)] },
        new PersonalTable<PushSubscriptionRow> { Kind = "push-subscriptions", Whose = [nameof(PushSubscriptionRow.Member)] },
        new PersonalTable<AuditRow>
        {
            Kind = "audit", Whose = [nameof(AuditRow.Actor), nameof(AuditRow.Concerns)], WhyKept = "shows what happened, in ids and codes; its network addresses go", Shape = Audited,
        },
    ];

    public static PersonalTable? Of(Type row) => All.SingleOrDefault(table => table.Row == row);

    /// <summary>Of what they did to others, that they did it and when; what it was of others is not theirs to have.</summary>
    private static object Audited(AuditRow row, MemberId member) => row.Concerns is { } other && other != member
        ? new { row.At, row.Action, Actor = row.Actor, Concerns = row.Concerns, Subject = row.Subject.Split('/')[0] }
        : new { row.At, row.Action, Actor = row.Actor, Concerns = row.Concerns, row.Subject, row.Before, row.After, Address = row.Actor == member ? row.Address : null };
}
