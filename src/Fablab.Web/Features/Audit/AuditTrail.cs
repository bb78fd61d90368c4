using System.Security.Cryptography;
using Fablab.Domain.Audit;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Members.AccessTokens;
using Fablab.Web.Features.Presence.Kiosks;
using Fablab.Web.Hosting;

namespace Fablab.Web.Features.Audit;

/// <summary>
/// How a use case notes what was done: within its own transaction, so that the audit tells what was committed and nothing else.
/// Entries hold codes, ids, numbers and instants, never names, addresses or words that people wrote.
/// </summary>
internal sealed class AuditTrail(FablabDb db, CurrentMember me, CurrentKiosk kiosk, IHttpContextAccessor http, LabClock clock)
{
    private const int SaltBytes = 16;

    /// <summary>Saved with what else the use case saves.</summary>
    /// <param name="action">Stable code; <c>Action.</c> and it name its words on the page.</param>
    /// <param name="subject">Kind and id of what it was done to, <c>fault/0199…</c>.</param>
    /// <param name="concerns">Whose thing it is.</param>
    /// <param name="actor">Who did it, when that is not who is signed in: they sign in with this, or answer by a link.</param>
    public void Note(
        string action,
        string subject,
        MachineId? machine = null,
        SiteId? site = null,
        MemberId? concerns = null,
        MemberId? actor = null,
        IReadOnlyDictionary<string, string>? before = null,
        IReadOnlyDictionary<string, string>? after = null)
    {
        if (!AuditActions.IsOne(action))
        {
            throw new ArgumentOutOfRangeException(nameof(action), action, "It has no words; add it to AuditActions.");
        }

        var request = http.HttpContext?.Request;
        var address = AddressOf(http.HttpContext);
        var salt = address is null ? null : RandomNumberGenerator.GetHexString(2 * SaltBytes, lowercase: true);
        db.Add(new AuditRow
        {
            Id = Guid.CreateVersion7(),
            At = clock.Now,
            Actor = actor ?? me.Known?.Id,
            Way = request is null ? AuditWay.Program : kiosk.Known is not null ? AuditWay.Kiosk : AccessTokenScheme.IsUsedBy(request) ? AuditWay.AccessToken : AuditWay.Browser,
            Action = action,
            Subject = subject,
            Machine = machine,
            Site = site,
            Concerns = concerns,
            Before = before,
            After = after,
            Address = address,
            AddressSalt = salt,
            AddressDigest = address is null ? null : AuditChain.DigestOf(salt!, address),
        });
    }

    private static string? AddressOf(HttpContext? http) => http?.Connection.RemoteIpAddress is not { } address ? null
        : address.IsIPv4MappedToIPv6 ? address.MapToIPv4().ToString() : address.ToString();
}
