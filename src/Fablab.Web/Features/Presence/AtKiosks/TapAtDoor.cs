using Fablab.Domain;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Presence.Identifying;
using Fablab.Web.Features.Presence.Kiosks;
using Fablab.Web.Features.Presence.Visiting;

namespace Fablab.Web.Features.Presence.AtKiosks;

/// <summary>Who held a badge to the door, and what it did.</summary>
public sealed record DoneAtDoor(Identified Who, Tapped Tapped);

/// <summary>Somebody comes or goes at a door, by a badge or by their address and PIN.</summary>
internal sealed class TapAtDoor(IdentifyAtKiosk identify, KeepVisits visits, CurrentKiosk kiosk)
{
    /// <param name="badge"><see langword="null"/> for the other two.</param>
    public async Task<Result<DoneAtDoor>> ExecuteAsync(string? badge, string? email, string? pin, CancellationToken ct)
    {
        if (!kiosk.MayAtDoor(Right.TapAtKiosk))
        {
            return new NotAllowed();
        }

        if (!(await (badge is not null ? identify.ByBadgeAsync(badge, ct) : identify.ByPinAsync(email ?? "", pin ?? "", ct))).TryGet(out var who, out var refusal))
        {
            return refusal;
        }

        return (await visits.TapAsync(who.Member, kiosk.InView.Site.Id, who.By, ct)).TryGet(out var tapped, out var refused)
            ? new DoneAtDoor(who, tapped)
            : await identify.RefuseAsync(refused, who.Member, ct);
    }
}
