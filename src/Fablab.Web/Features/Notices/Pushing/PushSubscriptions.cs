using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Fablab.Domain;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Web.Api;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Audit;
using Fablab.Web.Hosting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Features.Notices.Pushing;

/// <summary>The address is of no push service that may be sent to, or the keys are none, or push is off.</summary>
public sealed record PushRefused() : Refusal("push-refused");

/// <summary>What a browser gives who may send to it.</summary>
/// <param name="PublicKey">Its public key (<c>p256dh</c>), base64url.</param>
/// <param name="Secret">The secret shared with it (<c>auth</c>), base64url.</param>
internal sealed record BrowserPush(string Endpoint, string PublicKey, string Secret);

/// <summary>Browsers that show a member's notices although no page is open.</summary>
internal sealed class PushSubscriptions(FablabDb db, IDataProtectionProvider protection, IOptions<PushOptions> options, AuditTrail audit, LabClock clock)
{
    public const int LongestEndpoint = 1000;

    private const int LongestBrowser = 200;
    private const int Most = 20;
    private const int PublicKeyLength = 65;
    private const int SecretLength = 16;

    private readonly IDataProtector protector = protection.CreateProtector("push-secret");

    public Task<List<PushSubscriptionRow>> ListAsync(MemberId me, CancellationToken ct) =>
        db.PushSubscriptions.AsNoTracking().Where(row => row.Member == me).OrderBy(row => row.CreatedAt).ToListAsync(ct);

    /// <param name="session">The browser session in which it was asked for.</param>
    /// <param name="browser">What the browser says of itself.</param>
    public async Task<Result<Guid>> AddAsync(MemberId me, Guid session, string browser, BrowserPush push, CancellationToken ct)
    {
        if (!options.Value.IsOn || !IsAllowed(push.Endpoint) || LengthOf(push.PublicKey) != PublicKeyLength || LengthOf(push.Secret) != SecretLength || !IsPoint(push.PublicKey))
        {
            return new PushRefused();
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(push.Endpoint)));
        var row = new PushSubscriptionRow
        {
            Id = Guid.CreateVersion7(),
            Member = me,
            Session = session,
            Browser = StorableText.Of(browser.Length > LongestBrowser ? browser[..LongestBrowser] : browser),
            Endpoint = push.Endpoint,
            EndpointHash = hash,
            PublicKey = push.PublicKey,
            ProtectedSecret = protector.Protect(push.Secret),
            CreatedAt = clock.Now,
        };
        return await LabTransaction.RunHoldingAsync<Result<Guid>>(db, [me.Value], async () =>
        {
            // Whoever sits at the browser now has it; what it was told before is not theirs.
            await db.PushSubscriptions.Where(old => old.EndpointHash == hash).ExecuteDeleteAsync(ct);
            if (await db.PushSubscriptions.CountAsync(old => old.Member == me, ct) >= Most)
            {
                return new PushRefused();
            }

            db.Add(row);
            audit.Note("push-on", $"push-subscription/{row.Id}", concerns: me);
            await db.SaveChangesAsync(ct);
            return row.Id;
        }, ct);
    }

    public Task<Result<Guid>> RemoveAsync(MemberId me, Guid id, CancellationToken ct) => LabTransaction.DecideAsync<Guid>(db, (MachineId?)null, async () =>
    {
        if (await db.PushSubscriptions.Where(row => row.Id == id && row.Member == me).ExecuteDeleteAsync(ct) == 0)
        {
            return new NoSuchThing("push-subscription");
        }

        audit.Note("push-off", $"push-subscription/{id}", concerns: me);
        await db.SaveChangesAsync(ct);
        return id;
    }, ct);

    public string SecretOf(PushSubscriptionRow row) => protector.Unprotect(row.ProtectedSecret);

    private bool IsAllowed(string endpoint) => endpoint.Length <= LongestEndpoint
        && Uri.TryCreate(endpoint, UriKind.Absolute, out var address)
        && address is { Scheme: "https", IsDefaultPort: true, UserInfo: "", HostNameType: UriHostNameType.Dns }
        && options.Value.Allows(address.IdnHost);

    private static int LengthOf(string encoded) => Base64Url.IsValid(encoded, out var length) ? length : -1;

    private static bool IsPoint(string key)
    {
        var bytes = Base64Url.DecodeFromChars(key);
        try
        {
            using var _ = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = bytes[1..33], Y = bytes[33..] } });
            return bytes[0] == 4;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
