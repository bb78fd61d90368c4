using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Booking;

/// <summary>What the database knows of a member at a site.</summary>
internal sealed record StandingRow
{
    /// <summary>IANA name of the site's zone.</summary>
    public required string TimeZone { get; init; }

    /// <summary>How people become members of the site.</summary>
    public RegistrationPolicy Registration { get; init; }

    /// <summary>What the member is to the site; <see langword="null"/> for nothing yet.</summary>
    public MembershipState? Membership { get; init; }

    /// <summary>Of the site, or of the lab.</summary>
    public bool IsStaff { get; init; }

    /// <summary>There or everywhere, now.</summary>
    public bool IsSuspended { get; init; }

    /// <summary>The versions in force at the site, or there are none.</summary>
    public bool HasAcceptedTerms { get; init; }

    public bool HasAcceptedSafetyRules { get; init; }

    /// <summary>Of the site, in years.</summary>
    public int? MinimumAge { get; init; }

    public LocalDate? BirthDate { get; init; }

    /// <summary>Of the member's guardian.</summary>
    public bool HasConsent { get; init; }

    public MemberStanding At(Instant now) => new()
    {
        Lack = SiteMembership.LackOf(Registration, Membership, IsStaff),
        IsSuspended = IsSuspended,
        HasAcceptedTerms = HasAcceptedTerms,
        HasAcceptedSafetyRules = HasAcceptedSafetyRules,
        Age = Minors.LackOf(BirthDate, IsStaff ? null : MinimumAge, HasConsent, now.InZone(DateTimeZoneProviders.Tzdb[TimeZone]).Date),
    };
}

internal static class Standings
{
    /// <summary>What the member is to each of the sites, in one question.</summary>
    public static async Task<IReadOnlyDictionary<SiteId, MemberStanding>> StandingsAsync(
        this FablabDb db, MemberId member, IReadOnlyCollection<SiteId> sites, Instant now, CancellationToken ct)
    {
        var account = member.Value;
        var rows = await (
            from site in db.Sites.AsNoTracking()
            where sites.Contains(site.Id)
            select new
            {
                site.Id,
                Row = new StandingRow
                {
                    TimeZone = site.TimeZone,
                    Registration = site.Registration,
                    Membership = db.SiteMemberships.Where(row => row.Site == site.Id && row.Member == member).Select(row => (MembershipState?)row.State).FirstOrDefault(),
                    IsStaff = db.RoleGrants.Any(grant => grant.Member == member && (grant.Site == null || grant.Site == site.Id)),
                    HasAcceptedTerms = site.TermsVersion == 0
                        || db.AcceptedTerms.Any(one => one.Member == member && one.Site == site.Id && one.Kind == SiteTextKind.Terms && one.Version == site.TermsVersion),
                    HasAcceptedSafetyRules = site.SafetyVersion == 0
                        || db.AcceptedTerms.Any(one => one.Member == member && one.Site == site.Id && one.Kind == SiteTextKind.Safety && one.Version == site.SafetyVersion),
                    MinimumAge = site.MinimumAge,
                    BirthDate = db.Users.Where(user => user.Id == account).Select(user => user.BirthDate).FirstOrDefault(),
                    HasConsent = db.GuardianConsents.Where(one => one.Member == member).OrderByDescending(one => one.AskedAt)
                        .Select(one => one.GivenAt != null && one.WithdrawnAt == null).FirstOrDefault(),
                    IsSuspended = db.Suspensions.Any(stop => stop.Member == member && (stop.Site == null || stop.Site == site.Id) && stop.LiftedAt == null && (stop.Until == null || stop.Until > now)),
                },
            }).ToListAsync(ct);
        return rows.ToDictionary(row => row.Id, row => row.Row.At(now));
    }
}
