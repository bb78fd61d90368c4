using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Notices;
using Fablab.Web.Features.Reservations.Series;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations.Approving;

/// <summary>Tells those whose yes a booking waits for, whether it was booked or changed, but not whoever did.</summary>
internal sealed class RequestNews(FablabDb db, CurrentMember me)
{
    /// <param name="payer">The organisation that is charged; not <see langword="null"/> when its yes is asked for.</param>
    public async Task AddAsync(GatheredNotices news, Reservation asked, OrganisationId? payer, CancellationToken ct)
    {
        if (asked.Awaits.HasFlag(Approvals.Site))
        {
            var managers = await news.ReadOnceAsync(asked.Machine, () => db.ManagersOfAsync(asked.Machine, me.Id, ct));
            news.Add(managers, "request-waits", asked, $"/reservations/{asked.Id}", asked.Series is { } series ? SeriesPages.AddressOf(series) : null);
        }

        if (asked.Awaits.HasFlag(Approvals.Organisation))
        {
            var link = $"/organisations/{payer}/requests";
            news.Add(await news.ReadOnceAsync(payer!.Value, () => ApproversOfAsync(payer.Value, ct)), "spending-waits", asked, link, link);
        }
    }

    private Task<List<MemberId>> ApproversOfAsync(OrganisationId organisation, CancellationToken ct)
    {
        var actor = me.Id;
        return db.OrganisationMembers.AsNoTracking()
            .Where(row => row.Organisation == organisation && row.Member != actor && (row.Role == OrganisationRole.Owner || row.Role == OrganisationRole.Buyer))
            .Select(row => row.Member).ToListAsync(ct);
    }
}
