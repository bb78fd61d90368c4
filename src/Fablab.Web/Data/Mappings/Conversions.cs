using System.Text.Json;
using Fablab.Domain.Audit;
using Fablab.Domain.Billing;
using Fablab.Domain.Desks;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Organisations;
using Fablab.Domain.Presence;
using Fablab.Domain.Privacy;
using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Rules;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Domain.Trainings;
using Fablab.Domain.UsageSessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using NodaTime;
using NodaTime.Serialization.SystemTextJson;
using NodaTime.Text;

namespace Fablab.Web.Data.Mappings;

/// <summary>How the program's types lie in columns, one rule a type.</summary>
internal static class Conversions
{
    /// <summary>For columns that hold a small document. The same options write and read, so they never change without a migration.</summary>
    public static readonly JsonSerializerOptions Json = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        .ConfigureForNodaTime(DateTimeZoneProviders.Tzdb);

    public static void Configure(ModelConfigurationBuilder conventions, bool storesInstantsAsTime)
    {
        Id<MachineIdConverter, MachineId>(conventions);
        Id<SiteIdConverter, SiteId>(conventions);
        Id<MemberIdConverter, MemberId>(conventions);
        Id<OrganisationIdConverter, OrganisationId>(conventions);
        Id<ProjectIdConverter, ProjectId>(conventions);
        Id<ReservationIdConverter, ReservationId>(conventions);
        Id<UsageSessionIdConverter, UsageSessionId>(conventions);
        Id<MachineJobIdConverter, MachineJobId>(conventions);
        Id<TariffIdConverter, TariffId>(conventions);
        Id<ChargeIdConverter, ChargeId>(conventions);
        Id<InvoiceIdConverter, InvoiceId>(conventions);
        Id<PoolIdConverter, PoolId>(conventions);
        Id<SeriesIdConverter, SeriesId>(conventions);
        Id<BundleIdConverter, BundleId>(conventions);
        Id<TariffGroupIdConverter, TariffGroupId>(conventions);
        Id<WaitingWishIdConverter, WaitingWishId>(conventions);
        Id<CourseIdConverter, CourseId>(conventions);
        Id<TrainingSessionIdConverter, TrainingSessionId>(conventions);
        Id<TrainingRefundIdConverter, TrainingRefundId>(conventions);
        Id<VisitIdConverter, VisitId>(conventions);
        Id<KioskIdConverter, KioskId>(conventions);
        Id<ErasureIdConverter, ErasureId>(conventions);

        if (storesInstantsAsTime)
        {
            conventions.Properties<Instant>().HaveConversion<InstantToTime>();
        }
        else
        {
            conventions.Properties<Instant>().HaveConversion<InstantToMilliseconds>();
        }

        conventions.Properties<Duration>().HaveConversion<DurationToMilliseconds>();
        conventions.Properties<LocalDate>().HaveConversion<LocalDateToDateOnly>();
        conventions.Properties<LocalTime>().HaveConversion<LocalTimeToTimeOnly>();
        conventions.Properties<LocalDateTime>().HaveConversion<LocalDateTimeToText>().HaveMaxLength(19);
        conventions.Properties<ReservationState>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<UsageSessionState>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<MachineJobState>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<JobIntent>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<TimeBasis>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<Fablab.Domain.Reservations.Rules.FeeReason>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<WishState>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<WishKind>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<AuthorisationLevel>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<AuthorisationEnd>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<AuthorisationFactKind>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<CourseKind>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<TrainingSessionState>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<EnrolmentState>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<Told>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<AuditWay>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<MachineCategory>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<OrganisationKind>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<BudgetPeriod>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<Rows.InvitationState>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<RegistrationPolicy>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<MembershipState>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<Rows.SiteTextKind>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<Rows.MembershipOrigin>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<OrganisationRole>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<Rows.MailState>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<ErasureOrigin>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<Rows.ConsentPurpose>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<StaffRole>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<Rows.TariffRequestState>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<ProofKind>().HaveConversion<string>().HaveMaxLength(20);
        conventions.Properties<ScopeSet>().HaveConversion<ScopesAsWords>().HaveMaxLength(60);

        conventions.Properties<MachinePolicy>().HaveConversion<PolicyAsJson, SameJson<MachinePolicy>>();
        Document<PostalAddress>(conventions);
        Document<DesiredState>(conventions);
        conventions.Properties<BookingTerms>().HaveConversion<TermsAsJson, SameTerms>();
        conventions.Properties<AuthorisationTerms>().HaveConversion<AsRuleJson<AuthorisationTerms>, SameRuleJson<AuthorisationTerms>>();
        conventions.Properties<Quiz>().HaveConversion<AsRuleJson<Quiz>, SameRuleJson<Quiz>>();
        conventions.Properties<WeeklyWindows>().HaveConversion<AsRuleJson<WeeklyWindows>, SameRuleJson<WeeklyWindows>>();
        conventions.Properties<IReadOnlyList<MachineCategory>>().HaveConversion<AsRuleJson<IReadOnlyList<MachineCategory>>, SameRuleJson<IReadOnlyList<MachineCategory>>>();
        Document<IReadOnlyList<MissedOffer>>(conventions);
        Document<IReadOnlyList<string>>(conventions);
        Document<IReadOnlyDictionary<string, string>>(conventions);
        Document<IReadOnlyList<RatedLine>>(conventions);
        Document<IReadOnlyList<ExplanationStep>>(conventions);
    }

    private static void Id<TConverter, TId>(ModelConfigurationBuilder conventions)
        where TConverter : ValueConverter => conventions.Properties<TId>().HaveConversion<TConverter>();

    private static void Document<T>(ModelConfigurationBuilder conventions)
        where T : class => conventions.Properties<T>().HaveConversion<AsJson<T>, SameJson<T>>();

    private sealed class MachineIdConverter() : ValueConverter<MachineId, Guid>(id => id.Value, value => new(value));

    private sealed class SiteIdConverter() : ValueConverter<SiteId, Guid>(id => id.Value, value => new(value));

    private sealed class MemberIdConverter() : ValueConverter<MemberId, Guid>(id => id.Value, value => new(value));

    private sealed class OrganisationIdConverter() : ValueConverter<OrganisationId, Guid>(id => id.Value, value => new(value));

    private sealed class ProjectIdConverter() : ValueConverter<ProjectId, Guid>(id => id.Value, value => new(value));

    private sealed class ReservationIdConverter() : ValueConverter<ReservationId, Guid>(id => id.Value, value => new(value));

    private sealed class UsageSessionIdConverter() : ValueConverter<UsageSessionId, Guid>(id => id.Value, value => new(value));

    private sealed class MachineJobIdConverter() : ValueConverter<MachineJobId, Guid>(id => id.Value, value => new(value));

    private sealed class TariffIdConverter() : ValueConverter<TariffId, Guid>(id => id.Value, value => new(value));

    private sealed class ChargeIdConverter() : ValueConverter<ChargeId, Guid>(id => id.Value, value => new(value));

    private sealed class InvoiceIdConverter() : ValueConverter<InvoiceId, Guid>(id => id.Value, value => new(value));

    private sealed class PoolIdConverter() : ValueConverter<PoolId, Guid>(id => id.Value, value => new(value));

    private sealed class SeriesIdConverter() : ValueConverter<SeriesId, Guid>(id => id.Value, value => new(value));

    private sealed class BundleIdConverter() : ValueConverter<BundleId, Guid>(id => id.Value, value => new(value));

    private sealed class TariffGroupIdConverter() : ValueConverter<TariffGroupId, Guid>(id => id.Value, value => new(value));

    private sealed class WaitingWishIdConverter() : ValueConverter<WaitingWishId, Guid>(id => id.Value, value => new(value));

    private sealed class CourseIdConverter() : ValueConverter<CourseId, Guid>(id => id.Value, value => new(value));

    private sealed class ErasureIdConverter() : ValueConverter<ErasureId, Guid>(id => id.Value, value => new(value));

    private sealed class TrainingRefundIdConverter() : ValueConverter<TrainingRefundId, Guid>(id => id.Value, value => new(value));

    private sealed class TrainingSessionIdConverter() : ValueConverter<TrainingSessionId, Guid>(id => id.Value, value => new(value));

    private sealed class VisitIdConverter() : ValueConverter<VisitId, Guid>(id => id.Value, value => new(value));

    private sealed class KioskIdConverter() : ValueConverter<KioskId, Guid>(id => id.Value, value => new(value));

    private sealed class ScopesAsWords() : ValueConverter<ScopeSet, string>(scopes => scopes.ToString(), text => ScopeSet.Parse(text));

    private sealed class InstantToMilliseconds() : ValueConverter<Instant, long>(
        instant => instant.ToUnixTimeMilliseconds(), value => Instant.FromUnixTimeMilliseconds(value));

    private sealed class InstantToTime() : ValueConverter<Instant, DateTime>(
        instant => instant.ToDateTimeUtc(), value => Instant.FromDateTimeUtc(DateTime.SpecifyKind(value, DateTimeKind.Utc)));

    private sealed class DurationToMilliseconds() : ValueConverter<Duration, long>(
        duration => (long)duration.TotalMilliseconds, value => Duration.FromMilliseconds(value));

    private sealed class LocalDateToDateOnly() : ValueConverter<LocalDate, DateOnly>(
        date => date.ToDateOnly(), value => LocalDate.FromDateOnly(value));

    private sealed class LocalTimeToTimeOnly() : ValueConverter<LocalTime, TimeOnly>(
        time => time.ToTimeOnly(), value => LocalTime.FromTimeOnly(value));

    // Text sorts like time, and no database puts it into a zone.
    private sealed class LocalDateTimeToText() : ValueConverter<LocalDateTime, string>(
        local => LocalDateTimePattern.GeneralIso.Format(local), text => LocalDateTimePattern.GeneralIso.Parse(text).Value);

    private sealed class AsJson<T>() : ValueConverter<T, string>(
        value => JsonSerializer.Serialize(value, Json), text => JsonSerializer.Deserialize<T>(text, Json)!)
        where T : class;

    private sealed class PolicyAsJson() : ValueConverter<MachinePolicy, string>(
        policy => JsonSerializer.Serialize(policy, Json), text => KnownDocuments<MachinePolicy>.Read(text, Json));

    private sealed class TermsAsJson() : ValueConverter<BookingTerms, string>(
        terms => JsonSerializer.Serialize(terms, RuleJson.Options), text => KnownDocuments<BookingTerms>.Read(text, RuleJson.Options));

    private sealed class AsRuleJson<T>() : ValueConverter<T, string>(
        value => JsonSerializer.Serialize(value, RuleJson.Options), text => JsonSerializer.Deserialize<T>(text, RuleJson.Options)!)
        where T : class;

    private sealed class SameRuleJson<T>() : ValueComparer<T>(
        (left, right) => JsonSerializer.Serialize(left, RuleJson.Options) == JsonSerializer.Serialize(right, RuleJson.Options),
        value => JsonSerializer.Serialize(value, RuleJson.Options).GetHashCode(StringComparison.Ordinal),
        value => value)
        where T : class;

    private sealed class SameTerms() : ValueComparer<BookingTerms>((left, right) => left == right, terms => terms.GetHashCode(), terms => terms);

    private sealed class SameJson<T>() : ValueComparer<T>(
        (left, right) => JsonSerializer.Serialize(left, Json) == JsonSerializer.Serialize(right, Json),
        value => JsonSerializer.Serialize(value, Json).GetHashCode(StringComparison.Ordinal),
        value => value)
        where T : class;
}
