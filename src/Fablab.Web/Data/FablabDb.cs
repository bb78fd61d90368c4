using Fablab.Domain.Billing;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Presence;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;
using Fablab.Web.Data.Mappings;
using Fablab.Web.Data.Rows;
using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Fablab.Web.Data;

/// <summary>
/// Everything that is kept. The domain's records are read without tracking and saved whole with <see cref="DbContext.Update{T}(T)"/>:
/// a changed record is a new one. One derived class a database, because each has its own migrations.
/// </summary>
public abstract class FablabDb(DbContextOptions options) : IdentityUserContext<Account, Guid>(options), IDataProtectionKeyContext
{
    public DbSet<SiteRow> Sites => Set<SiteRow>();

    public DbSet<LegalEntityRow> LegalEntities => Set<LegalEntityRow>();

    public DbSet<MachineRow> Machines => Set<MachineRow>();

    public DbSet<FaultRow> Faults => Set<FaultRow>();

    public DbSet<MachineCalendarRow> MachineCalendars => Set<MachineCalendarRow>();

    public DbSet<PoolRow> Pools => Set<PoolRow>();

    public DbSet<CompanyRow> Company => Set<CompanyRow>();

    public DbSet<SeriesRow> Series => Set<SeriesRow>();

    public DbSet<WaitingWishRow> WaitingList => Set<WaitingWishRow>();

    public DbSet<HandoverRow> Handovers => Set<HandoverRow>();

    public DbSet<RuleBookRow> RuleBooks => Set<RuleBookRow>();

    public DbSet<TariffRequestRow> TariffRequests => Set<TariffRequestRow>();

    public DbSet<TariffProofRow> TariffProofs => Set<TariffProofRow>();

    public DbSet<TariffGroupRow> TariffGroups => Set<TariffGroupRow>();

    public DbSet<TariffGroupMemberRow> TariffGroupMembers => Set<TariffGroupMemberRow>();

    public DbSet<MissedBookingFeeRow> MissedBookingFees => Set<MissedBookingFeeRow>();

    public DbSet<AcceptedTermsRow> AcceptedTerms => Set<AcceptedTermsRow>();

    public DbSet<MaintenanceTaskRow> MaintenanceTasks => Set<MaintenanceTaskRow>();

    public DbSet<DeskRow> Desks => Set<DeskRow>();

    public DbSet<BridgeRow> Bridges => Set<BridgeRow>();

    public DbSet<OrganisationRow> Organisations => Set<OrganisationRow>();

    public DbSet<OrganisationMemberRow> OrganisationMembers => Set<OrganisationMemberRow>();

    public DbSet<OrganisationTokenRow> OrganisationTokens => Set<OrganisationTokenRow>();

    public DbSet<OrganisationInvitationRow> OrganisationInvitations => Set<OrganisationInvitationRow>();

    public DbSet<BudgetNoticeRow> BudgetNotices => Set<BudgetNoticeRow>();

    public DbSet<ProjectRow> Projects => Set<ProjectRow>();

    public DbSet<RoleGrantRow> RoleGrants => Set<RoleGrantRow>();

    public DbSet<SiteMembershipRow> SiteMemberships => Set<SiteMembershipRow>();

    public DbSet<SiteInvitationRow> SiteInvitations => Set<SiteInvitationRow>();

    public DbSet<SiteTextRow> SiteTexts => Set<SiteTextRow>();

    public DbSet<SuspensionRow> Suspensions => Set<SuspensionRow>();

    public DbSet<MemberNoteRow> MemberNotes => Set<MemberNoteRow>();

    public DbSet<BadgeRow> Badges => Set<BadgeRow>();

    public DbSet<LabSecretRow> LabSecrets => Set<LabSecretRow>();

    public DbSet<Visit> Visits => Set<Visit>();

    public DbSet<KioskRow> Kiosks => Set<KioskRow>();

    public DbSet<KioskPinRow> KioskPins => Set<KioskPinRow>();

    public DbSet<KioskGuessRow> KioskGuesses => Set<KioskGuessRow>();

    public DbSet<GuardianConsentRow> GuardianConsents => Set<GuardianConsentRow>();

    public DbSet<MachineAuthorisationRow> MachineAuthorisations => Set<MachineAuthorisationRow>();

    public DbSet<AuthorisationFactRow> AuthorisationFacts => Set<AuthorisationFactRow>();

    public DbSet<CourseRow> Courses => Set<CourseRow>();

    public DbSet<CourseSiteRow> CourseSites => Set<CourseSiteRow>();

    public DbSet<CourseTrainerRow> CourseTrainers => Set<CourseTrainerRow>();

    public DbSet<TrainingSessionRow> TrainingSessions => Set<TrainingSessionRow>();

    public DbSet<EnrolmentRow> Enrolments => Set<EnrolmentRow>();

    public DbSet<TrainingRefundRow> TrainingRefunds => Set<TrainingRefundRow>();

    public DbSet<QuizAttemptRow> QuizAttempts => Set<QuizAttemptRow>();

    public DbSet<CertificateRow> Certificates => Set<CertificateRow>();

    public DbSet<ErasureRow> Erasures => Set<ErasureRow>();

    public DbSet<ConsentRow> Consents => Set<ConsentRow>();

    public DbSet<AccessTokenRow> AccessTokens => Set<AccessTokenRow>();

    public DbSet<IdempotentAnswerRow> IdempotentAnswers => Set<IdempotentAnswerRow>();

    public DbSet<BrowserSessionRow> BrowserSessions => Set<BrowserSessionRow>();

    public DbSet<ExternalIdRow> ExternalIds => Set<ExternalIdRow>();
    public DbSet<SignInLinkRow> SignInLinks => Set<SignInLinkRow>();

    public DbSet<NoticeRow> Notices => Set<NoticeRow>();

    public DbSet<FeedRow> Feeds => Set<FeedRow>();

    public DbSet<ReservationChangeRow> ReservationChanges => Set<ReservationChangeRow>();

    public DbSet<CalendarEntryRow> CalendarEntries => Set<CalendarEntryRow>();

    public DbSet<PushSubscriptionRow> PushSubscriptions => Set<PushSubscriptionRow>();

    public DbSet<PushRow> Pushes => Set<PushRow>();

    public DbSet<PushKeyRow> PushKeys => Set<PushKeyRow>();

    public DbSet<MailRow> Mails => Set<MailRow>();

    public DbSet<AuditRow> Audit => Set<AuditRow>();

    public DbSet<AuditSealRow> AuditSeals => Set<AuditSealRow>();

    public DbSet<UnsealedAuditRow> UnsealedAudit => Set<UnsealedAuditRow>();

    public DbSet<Reservation> Reservations => Set<Reservation>();

    public DbSet<MachineJob> MachineJobs => Set<MachineJob>();

    public DbSet<UsageSession> UsageSessions => Set<UsageSession>();

    public DbSet<JournalEntryRow> JournalEntries => Set<JournalEntryRow>();

    public DbSet<SpoolMarkRow> SpoolMarks => Set<SpoolMarkRow>();

    public DbSet<QuarantinedRow> Quarantined => Set<QuarantinedRow>();

    public DbSet<Tariff> Tariffs => Set<Tariff>();

    public DbSet<Charge> Charges => Set<Charge>();

    public DbSet<InvoiceRow> Invoices => Set<InvoiceRow>();

    public DbSet<InvoiceLineRow> InvoiceLines => Set<InvoiceLineRow>();

    public DbSet<InvoiceCounterRow> InvoiceCounters => Set<InvoiceCounterRow>();

    public DbSet<LedgerEntryRow> LedgerEntries => Set<LedgerEntryRow>();

    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    /// <summary>Whatever becomes of a reservation, and by whichever use case, calendars are told.</summary>
    public override async Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        // What is new is saved as it is; among the rest changes are looked for once, and not at each step.
        ChangeTracker.AutoDetectChangesEnabled = false;
        try
        {
            if (acceptAllChangesOnSuccess && OnlyNewRows() is { } added && HotInserts.Covers(this, added))
            {
                var count = await HotInserts.SaveAsync(this, added, cancellationToken);
                ChangeTracker.AcceptAllChanges();
                return count;
            }

            ChangeTracker.DetectChanges();
            ReservationChanges.AddRange(Told([.. ChangeTracker.Entries()]));
            return await base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
        }
        finally
        {
            ChangeTracker.AutoDetectChangesEnabled = true;
        }
    }

    /// <returns>What is to be saved, with what calendars are told of it; <see langword="null"/> when not all of it is new.</returns>
    private List<object>? OnlyNewRows()
    {
        List<EntityEntry> entries = [.. ChangeTracker.Entries()];
        return entries.TrueForAll(entry => entry.State is EntityState.Added) ? [.. entries.Select(entry => entry.Entity), .. Told(entries)] : null;
    }

    private static List<ReservationChangeRow> Told(List<EntityEntry> entries) => [.. entries
        .Where(entry => entry.State is EntityState.Added or EntityState.Modified).Select(entry => entry.Entity)
        .OfType<Reservation>().Where(reservation => reservation.MattersToCalendars)
        .Select(reservation => new ReservationChangeRow { Id = Guid.CreateVersion7(), Reservation = reservation.Id })];

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        Conversions.Configure(configurationBuilder, storesInstantsAsTime: Database.IsNpgsql());
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.ApplyConfigurationsFromAssembly(typeof(FablabDb).Assembly);
    }
}

/// <summary>The default: one file beside the program.</summary>
public sealed class SqliteFablabDb(DbContextOptions<SqliteFablabDb> options) : FablabDb(options);

/// <summary>For campuses and for several web nodes.</summary>
public sealed class PostgresFablabDb(DbContextOptions<PostgresFablabDb> options) : FablabDb(options);
