using System.ComponentModel.DataAnnotations;
using Fablab.Contracts;
using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Places.Sites;

public record SiteRequest
{
    [Required, StringLength(100, MinimumLength = 1)]
    public required string Name { get; init; }

    [Required, StringLength(300, MinimumLength = 1)]
    public required string Address { get; init; }

    /// <summary>Who issues its invoices from now on.</summary>
    public required Guid LegalEntityId { get; init; }

    /// <summary>Degrees north, to find what is near; with a longitude or not at all.</summary>
    [Range(-90, 90)]
    public double? Latitude { get; init; }

    /// <summary>Degrees east.</summary>
    [Range(-180, 180)]
    public double? Longitude { get; init; }
}

public sealed record MakeSiteRequest : SiteRequest
{
    /// <summary>For addresses and topics, said once: atelier.</summary>
    [Required, StringLength(Codes.MaxLength), RegularExpression(Codes.Pattern)]
    public required string Code { get; init; }

    /// <summary>IANA name, said once, since bookings are made by its clock: Europe/Paris.</summary>
    [Required, StringLength(50)]
    public required string TimeZone { get; init; }
}

/// <summary>Administrators open sites and say where they are. Code and time zone stay: topics, addresses and bookings are made with them.</summary>
internal sealed class KeepSites(FablabDb db, CurrentMember me, IDateTimeZoneProvider zones, AuditTrail audit)
{
    public bool IsAllowed => me.May(Right.SetUpLab, Subject.Nothing);

    public async Task<Result<SiteRow>> MakeAsync(MakeSiteRequest request, CancellationToken ct)
    {
        if (!IsAllowed)
        {
            return new NotAllowed();
        }

        var site = new SiteRow
        {
            Id = new SiteId(Guid.CreateVersion7()), Code = request.Code, Name = "", TimeZone = request.TimeZone, Address = "", LegalEntity = request.LegalEntityId, Registration = RegistrationPolicy.Approval,
        };
        try
        {
            return await LabTransaction.DecideAsync<SiteRow>(db, [], async () =>
            {
                var reasons = await TakeAsync(site, request, ct);
                if (zones.GetZoneOrNull(request.TimeZone) is null)
                {
                    reasons.Add("time-zone-unknown");
                }

                if (reasons.Count > 0)
                {
                    return new SetUpRefused(reasons);
                }

                db.Add(site);
                audit.Note("site-made", $"site/{site.Id}", site: site.Id, after: Facts(site));
                await db.SaveChangesAsync(ct);
                return site;
            }, ct);
        }
        catch (Exception error) when (DatabaseRefusals.IsDuplicate(error))
        {
            return new CodeTaken();
        }
        finally
        {
            db.ChangeTracker.Clear();
        }
    }

    public async Task<Result<SiteRow>> EditAsync(string code, SiteRequest request, string? ifMatch, CancellationToken ct)
    {
        if (!IsAllowed)
        {
            return new NotAllowed();
        }

        code = StorableText.Of(code);
        if (await db.Sites.AsNoTracking().Where(row => row.Code == code).Select(row => (SiteId?)row.Id).SingleOrDefaultAsync(ct) is not { } id)
        {
            return new NoSuchThing("site");
        }

        var result = await LabTransaction.DecideHoldingAsync<SiteRow>(db, [id.Value], async () =>
        {
            var site = await db.Sites.SingleAsync(row => row.Id == id, ct);
            if (!VersionTag.Fits(TagOf(site), ifMatch))
            {
                return new StaleVersion();
            }

            var (before, words) = (Facts(site), Words(site));
            if (await TakeAsync(site, request, ct) is { Count: > 0 } reasons)
            {
                return new SetUpRefused(reasons);
            }

            audit.Note("site-changed", $"site/{id}", site: id, before: before, after: Facts(site).With(Words(site).Except(words).Select(word => word.Key)));
            await db.SaveChangesAsync(ct);
            return site;
        }, ct);
        db.ChangeTracker.Clear();
        return result;
    }

    /// <returns>Codes of what is wrong.</returns>
    private async Task<List<string>> TakeAsync(SiteRow site, SiteRequest request, CancellationToken ct)
    {
        List<string> reasons = [];
        if (!await db.LegalEntities.AnyAsync(row => row.Id == request.LegalEntityId, ct))
        {
            reasons.Add("legal-entity-unknown");
        }

        if (request.Latitude is null != request.Longitude is null)
        {
            reasons.Add("position-incomplete");
        }

        (site.Name, site.Address) = (StorableText.Of(request.Name.Trim()), StorableText.Of(request.Address.Trim()));
        (site.LegalEntity, site.Latitude, site.Longitude) = (request.LegalEntityId, request.Latitude, request.Longitude);
        return reasons;
    }

    public static string TagOf(SiteRow site) => VersionTag.OfFacts(Words(site).Concat(Facts(site)));

    private static Dictionary<string, string> Words(SiteRow site) => new() { ["name"] = site.Name, ["address"] = site.Address, ["position"] = FormattableString.Invariant($"{site.Latitude} {site.Longitude}") };

    /// <summary>No word that somebody typed.</summary>
    private static Dictionary<string, string> Facts(SiteRow site) => new() { ["code"] = site.Code, ["timeZone"] = site.TimeZone, ["legalEntity"] = site.LegalEntity.ToString() };
}
