using System.Globalization;
using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.People.Texts;

/// <summary>The versions of a site's terms of use and safety rules that somebody has read and accepts; 0 for none.</summary>
internal readonly record struct SiteAcceptance(int TermsVersion, int SafetyVersion)
{
    public bool Fits(SiteRow site) => TermsVersion == site.TermsVersion && SafetyVersion == site.SafetyVersion;

    /// <summary>What is kept of it.</summary>
    public IEnumerable<AcceptedTermsRow> Rows(SiteRow site, MemberId member, Instant now) =>
        from one in new[] { (Kind: SiteTextKind.Terms, Version: TermsVersion), (Kind: SiteTextKind.Safety, Version: SafetyVersion) }
        where one.Version > 0
        select new AcceptedTermsRow { Member = member, Site = site.Id, Kind = one.Kind, Version = one.Version, At = now };
}

internal static class SiteAcceptances
{
    /// <summary>What was ticked of <c>SiteTermsField</c>.</summary>
    public static SiteAcceptance Acceptance(this IFormCollection posted) => new(Ticked(posted, "terms"), Ticked(posted, "safety"));

    private static int Ticked(IFormCollection posted, string name) => int.TryParse(posted[name], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0;
}

/// <summary>One of a site's texts as a member meets it.</summary>
/// <param name="Version">0 when the site has none.</param>
/// <param name="AcceptedAt">When the reader accepted this version; <see langword="null"/> when they have not.</param>
public sealed record SiteText(SiteTextKind Kind, int Version, string? Text, Instant? AcceptedAt);

/// <summary>What a site asks its members to accept. Every new version asks everybody again, and what was accepted when is kept.</summary>
internal sealed class SiteTexts(FablabDb db, CurrentMember me, AuditTrail audit, LabClock clock)
{
    public const int Longest = 50_000;

    public async Task<SiteRow?> SiteAsync(string code, CancellationToken ct)
    {
        code = StorableText.Of(code);
        return await db.Sites.AsNoTracking().SingleOrDefaultAsync(row => row.Code == code, ct);
    }

    public bool MayEdit(SiteRow site) => me.May(Right.EditRegistration, Subject.At(site.Id));

    public async Task<SiteText> ReadAsync(SiteRow site, SiteTextKind kind, CancellationToken ct)
    {
        var (member, id, version) = (me.Id, site.Id, VersionOf(site, kind));
        var accepted = await db.AcceptedTerms.AsNoTracking().Where(row => row.Member == member && row.Site == id && row.Kind == kind && row.Version == version)
            .Select(row => (Instant?)row.At).SingleOrDefaultAsync(ct);
        return new SiteText(kind, version, kind is SiteTextKind.Terms ? site.Terms : site.SafetyRules, accepted);
    }

    /// <summary>Writes the next version.</summary>
    public async Task<Result<SiteText>> PublishAsync(string code, SiteTextKind kind, string text, string? ifMatch, CancellationToken ct)
    {
        if (await SiteAsync(code, ct) is not { } found || !MayEdit(found))
        {
            return new NoSuchThing("site");
        }

        var result = await LabTransaction.RunHoldingAsync<Result<SiteText>>(db, [found.Id.Value], async () =>
        {
            var site = await db.Sites.SingleAsync(row => row.Id == found.Id, ct);
            var before = VersionOf(site, kind);
            if (!VersionTag.Fits(VersionTag.Of(before), ifMatch))
            {
                return new StaleVersion();
            }

            var (version, said) = (before + 1, StorableText.Of(text.Trim()));
            if (kind is SiteTextKind.Terms)
            {
                (site.TermsVersion, site.Terms) = (version, said);
            }
            else
            {
                (site.SafetyVersion, site.SafetyRules) = (version, said);
            }

            db.Add(new SiteTextRow { Site = site.Id, Kind = kind, Version = version, Text = said, By = me.Id, At = clock.Now });
            audit.Note("site-text-changed", $"site/{site.Id}", site: site.Id, before: AuditFacts.Version(before), after: AuditFacts.Version(version));
            await db.SaveChangesAsync(ct);
            return new SiteText(kind, version, said, null);
        }, ct);
        db.ChangeTracker.Clear();
        return result;
    }

    /// <summary>Accepting twice is accepting.</summary>
    public async Task<Refusal?> AcceptAsync(string code, SiteTextKind kind, int version, CancellationToken ct)
    {
        if (await SiteAsync(code, ct) is not { } site || VersionOf(site, kind) == 0)
        {
            return new NoSuchThing("site");
        }

        if (VersionOf(site, kind) != version)
        {
            return new StaleVersion();
        }

        var (member, id) = (me.Id, site.Id);
        await LabTransaction.RunHoldingAsync(db, [member.Value], async () =>
        {
            if (!await db.AcceptedTerms.AnyAsync(row => row.Member == member && row.Site == id && row.Kind == kind && row.Version == version, ct))
            {
                db.Add(new AcceptedTermsRow { Member = member, Site = id, Kind = kind, Version = version, At = clock.Now });
                audit.Note("terms-accepted", $"site/{id}", site: id, concerns: member, after: AuditFacts.Version(version));
            }

            return await db.SaveChangesAsync(ct);
        }, ct);
        db.ChangeTracker.Clear();
        return null;
    }

    private static int VersionOf(SiteRow site, SiteTextKind kind) => kind is SiteTextKind.Terms ? site.TermsVersion : site.SafetyVersion;
}
