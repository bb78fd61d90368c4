using Fablab.Domain.Machines;
using Fablab.Domain.Trainings;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Trainings.Authorising;

/// <summary>What an authorisation is now.</summary>
public enum AuthorisationStanding
{
    Valid,

    /// <summary>By date or by disuse.</summary>
    Ended,
    Suspended,
    Revoked,
}

/// <summary>Which authorisations of a site are looked for; what is <see langword="null"/> does not matter.</summary>
internal sealed record AuthorisationSearch
{
    public const int MostDays = 3660;

    /// <summary>A part of the member's name or mail address.</summary>
    public string? Text { get; init; }

    /// <summary>Code.</summary>
    public string? Machine { get; init; }

    public MachineCategory? Category { get; init; }

    public AuthorisationStanding? State { get; init; }

    /// <summary>Valid, and not any more in so many days.</summary>
    public int? EndsWithinDays { get; init; }
}

/// <summary>An authorisation for a machine of the site.</summary>
public sealed record FoundAuthorisation(MachineAuthorisationRow Row, string Name, string? Email, MachineRow Machine);

/// <summary>The authorisations of a site, page by page. Whether the reader may see them is asked before.</summary>
internal sealed class SearchAuthorisations(FablabDb db, LabClock clock)
{
    /// <returns>What was granted or renewed last first.</returns>
    public async Task<Page<FoundAuthorisation>> ListAsync(SiteId site, AuthorisationSearch search, Cursor after, int limit, CancellationToken ct)
    {
        var found =
            from row in db.MachineAuthorisations.AsNoTracking()
            join machine in db.Machines.AsNoTracking() on row.Machine equals machine.Id
            join account in db.Users.AsNoTracking() on (Guid)(object)row.Member equals account.Id
            where machine.Site == site && row.GrantedAt <= after.At
            select new { row, machine, account.DisplayName, account.Email, account.NormalizedEmail };
        if (search.Text?.Trim() is { Length: > 0 } typed)
        {
            var (exact, upper) = (StorableText.Of(typed), StorableText.Of(typed.ToUpperInvariant()));
#pragma warning disable CA1304, CA1311, CA1862 // becomes UPPER of the database, which knows no culture of ours
            found = found.Where(one => one.NormalizedEmail!.Contains(upper) || one.DisplayName.Contains(exact) || one.DisplayName.ToUpper().Contains(upper));
#pragma warning restore CA1304, CA1311, CA1862
        }

        if (search.Machine is { Length: > 0 } code)
        {
            code = StorableText.Of(code);
            found = found.Where(one => one.machine.Code == code);
        }

        if (search.Category is { } category)
        {
            found = found.Where(one => one.machine.Category == category);
        }

        var now = clock.Now;
        found = search.State switch
        {
            AuthorisationStanding.Valid => found.Where(one => one.row.ValidUntil == null || one.row.ValidUntil > now),
            AuthorisationStanding.Suspended => found.Where(one => one.row.IsSuspended),
            AuthorisationStanding.Revoked => found.Where(one => one.row.EndsBy == AuthorisationEnd.Revoked),
            AuthorisationStanding.Ended => found.Where(one => one.row.ValidUntil <= now && !one.row.IsSuspended && one.row.EndsBy != AuthorisationEnd.Revoked),
            _ => found,
        };
        if (search.EndsWithinDays is { } days)
        {
            var until = now + Duration.FromDays(Math.Clamp(days, 0, AuthorisationSearch.MostDays));
            found = found.Where(one => one.row.ValidUntil > now && one.row.ValidUntil <= until);
        }

        var rows = await found.OrderByDescending(one => one.row.GrantedAt).ThenBy(one => one.row.Member).ThenBy(one => one.row.Machine)
            .Skip(after.Shown).Take(limit + 1).ToListAsync(ct);
        return after.PageOf(rows, limit, one => one.row.GrantedAt, one => new FoundAuthorisation(one.row, one.DisplayName, one.Email, one.machine));
    }
}
