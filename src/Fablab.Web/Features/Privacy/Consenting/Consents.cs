using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Reservations;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Privacy.Consenting;

/// <summary>What the member says to one purpose.</summary>
/// <param name="History">All that they ever said, the newest first.</param>
public sealed record ConsentView(ConsentPurpose Purpose, int Version, bool IsGiven, IReadOnlyList<ConsentRow> History);

/// <summary>What rests on consent: off until the member says yes, and off again as soon as they say no. Both are kept with the version of the words.</summary>
internal sealed class Consents(FablabDb db, CurrentMember me, AuditTrail audit, LabClock clock)
{
    /// <summary>Of the words on the page. Who consented to other words is asked anew: an older version does not count.</summary>
    public static int VersionOf(ConsentPurpose purpose) => purpose switch { _ => 1 };

    public async Task<IReadOnlyList<ConsentView>> OfMeAsync(CancellationToken ct)
    {
        var id = me.Id;
        var rows = await db.Consents.AsNoTracking().Where(row => row.Member == id).OrderByDescending(row => row.GivenAt).ToListAsync(ct);
        return [.. Enum.GetValues<ConsentPurpose>().Select(purpose => new ConsentView(
            purpose, VersionOf(purpose), rows.Any(row => row.Purpose == purpose && row.WithdrawnAt is null && row.Version == VersionOf(purpose)), [.. rows.Where(row => row.Purpose == purpose)]))];
    }

    /// <summary>Says yes or no; the same again changes nothing.</summary>
    public async Task SayAsync(ConsentPurpose purpose, bool consents, CancellationToken ct)
    {
        var (id, version) = (me.Id, VersionOf(purpose));
        await LabTransaction.RunHoldingAsync(db, [id.Value], async () =>
        {
            var (now, given) = (clock.Now, await db.Consents.SingleOrDefaultAsync(row => row.Member == id && row.Purpose == purpose && row.WithdrawnAt == null, ct));
            if (given is { } && consents && given.Version == version || given is null && !consents)
            {
                return 0;
            }

            if (given is not null)
            {
                given.WithdrawnAt = now;
                await db.SaveChangesAsync(ct);
            }

            if (consents)
            {
                db.Add(new ConsentRow { Id = Guid.CreateVersion7(), Member = id, Purpose = purpose, Version = version, GivenAt = now });
            }

            audit.Note(consents ? "consent-given" : "consent-withdrawn", $"consent/{purpose}", concerns: id, after: new Dictionary<string, string> { ["version"] = $"{version}" });
            return await db.SaveChangesAsync(ct);
        }, ct);
        db.ChangeTracker.Clear();
    }
}

/// <summary>Names that their owners let other members read.</summary>
internal static class ShownNames
{
    /// <returns>By machine and beginning of the time that is kept, for what is booked in the window by who consents.</returns>
    public static async Task<IReadOnlyDictionary<(MachineId Machine, Instant KeptStart), string>> ShownNamesAsync(this FablabDb db, SiteId site, TimeSlot window, CancellationToken ct)
    {
        var (begin, until, version) = (window.Start, window.End, Consents.VersionOf(ConsentPurpose.NameShown));
        var rows = await (
            from consent in db.Consents.AsNoTracking()
            join reservation in db.Reservations.AsNoTracking().ThatTakeTheSlot() on consent.Member equals reservation.Member
            join machine in db.Machines.AsNoTracking() on reservation.Machine equals machine.Id
            join account in db.Users.AsNoTracking() on (Guid)(object)consent.Member equals account.Id
            where consent.Purpose == ConsentPurpose.NameShown && consent.WithdrawnAt == null && consent.Version == version
                && machine.Site == site && reservation.Kept.Start < until && reservation.Kept.End > begin && reservation.Kept.Start > begin - Longest
            select new { reservation.Machine, reservation.Kept.Start, account.DisplayName }).ToListAsync(ct);
        return rows.ToDictionary(row => (row.Machine, row.Start), row => row.DisplayName);
    }

    /// <summary>No booking is longer; it spares the database the past.</summary>
    private static readonly Duration Longest = Duration.FromDays(31);
}
