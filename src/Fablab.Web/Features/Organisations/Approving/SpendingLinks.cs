using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Notices.Mailing;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Organisations.Approving;

/// <summary>What the link in a mail about a booking that waits for its organisation was made for.</summary>
/// <param name="Approver">To whom the mail went.</param>
/// <param name="Digest">Of what the mail was about.</param>
internal sealed record SpendingLink(MemberId Approver, ReservationId Reservation, string Digest);

/// <summary>
/// The link in the mail to an owner or buyer. Whoever has it may answer that one request without signing in: it went to their own mailbox. It answers
/// once, what it was made for and nothing that became of it later, and is over with the request.
/// </summary>
internal sealed class SpendingLinks(IDataProtectionProvider protection)
{
    public const string PageAddress = "/spending";

    private const int DigestBytes = 12;

    private readonly MailLinkSeal seal = new(protection, "spending-link");

    public string AddressOf(MemberId approver, Reservation reservation)
    {
        Span<byte> all = stackalloc byte[32 + DigestBytes];
        approver.Value.TryWriteBytes(all);
        reservation.Id.Value.TryWriteBytes(all[16..]);
        Digest(reservation).CopyTo(all[32..]);
        return $"{PageAddress}/{seal.Seal(all)}";
    }

    /// <returns>What the key was made for; <see langword="null"/> for one that is not ours.</returns>
    public SpendingLink? Read(string key) =>
        seal.Open(key, 32 + DigestBytes) is { } all ? new(new(new Guid(all.AsSpan(0, 16))), new(new Guid(all.AsSpan(16, 16))), Convert.ToHexString(all, 32, DigestBytes)) : null;

    /// <summary>It stands as it stood when the link was made.</summary>
    public static bool IsOf(SpendingLink link, Reservation reservation) => link.Digest == Convert.ToHexString(Digest(reservation));

    /// <summary>What an approver says yes to: when and for how much, by whom and on which project. Which unit of a pool it is matters to nobody before it begins, and moves.</summary>
    private static ReadOnlySpan<byte> Digest(Reservation reservation) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{reservation.Pool?.Value ?? reservation.Machine.Value} {reservation.Slot.Start.ToUnixTimeMilliseconds()} {reservation.Slot.End.ToUnixTimeMilliseconds()} {reservation.Member} {reservation.Project} {reservation.PriceMinor} {reservation.ExpiresAt?.ToUnixTimeMilliseconds()}"))).AsSpan()[..DigestBytes];
}

/// <summary>The button of the mail; no mail when nothing waits any more, or it was moved meanwhile and another mail says so.</summary>
internal sealed class SpendingMail(FablabDb db, SpendingLinks links, LabClock clock) : IMailActs
{
    public async Task<MailAct?> ActAsync(MailRow mail, CancellationToken ct)
    {
        if (mail.Member is not { } approver || !Guid.TryParse(mail.Facts.GetValueOrDefault("reservation"), out var id))
        {
            return null;
        }

        var (asked, now) = (new ReservationId(id), clock.Now);
        var waiting = await db.Reservations.AsNoTracking().SingleOrDefaultAsync(r => r.Id == asked && r.State == ReservationState.Requested && r.ExpiresAt > now, ct);
        return waiting?.Awaits.HasFlag(Approvals.Organisation) == true && mail.Facts.GetValueOrDefault("start") == waiting.Slot.Start.ToString() ? new MailAct("spending", links.AddressOf(approver, waiting)) : null;
    }
}
