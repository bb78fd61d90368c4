using Fablab.Domain.Reservations;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Notices.Mailing;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>
/// The link in the mail about an offer. Whoever has it may answer that one offer without signing in, as long as the time is kept:
/// it went to the member's own mailbox, and it opens nothing else.
/// </summary>
internal sealed class OfferLinks(IDataProtectionProvider protection)
{
    public const string PageAddress = "/offers";

    private readonly MailLinkSeal seal = new(protection, "offer-link");

    public string AddressOf(WaitingWishId wish, ReservationId offer)
    {
        Span<byte> both = stackalloc byte[32];
        wish.Value.TryWriteBytes(both);
        offer.Value.TryWriteBytes(both[16..]);
        return $"{PageAddress}/{seal.Seal(both)}";
    }

    /// <returns>What the key was made for; <see langword="null"/> for one that is not ours.</returns>
    public (WaitingWishId Wish, ReservationId Offer)? Read(string key) => seal.Open(key, 32) is { } both ? (new(new Guid(both.AsSpan(0, 16))), new(new Guid(both.AsSpan(16)))) : null;
}

/// <summary>The button of the mail; no mail when the time is not kept any more.</summary>
internal sealed class OfferMail(FablabDb db, OfferLinks links, LabClock clock) : IMailActs
{
    public async Task<MailAct?> ActAsync(MailRow mail, CancellationToken ct)
    {
        if (!Guid.TryParse(mail.Facts.GetValueOrDefault("wish"), out var wish) || !Guid.TryParse(mail.Facts.GetValueOrDefault("reservation"), out var reservation))
        {
            return null;
        }

        var (offer, now) = (new ReservationId(reservation), clock.Now);
        var isKept = await db.Reservations.AsNoTracking().AnyAsync(r => r.Id == offer && r.State == ReservationState.Held && r.ExpiresAt > now, ct);
        return isKept ? new MailAct("offer", links.AddressOf(new WaitingWishId(wish), offer)) : null;
    }
}
