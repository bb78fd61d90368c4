using System.Buffers.Text;
using System.Security.Cryptography;
using Fablab.Domain.Machines;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Notices.Pushing;

/// <summary>The one key by which push services know us, made when it is first needed and kept: browsers are bound to it.</summary>
internal sealed class PushKeys(FablabDb db, IDataProtectionProvider protection)
{
    private readonly IDataProtector protector = protection.CreateProtector("push-key");

    /// <summary>What a browser asks its push service with, base64url.</summary>
    public async Task<string> PublicAsync(CancellationToken ct) => (await RowAsync(ct)).PublicKey;

    public async Task<(string Public, string Private)> PairAsync(CancellationToken ct)
    {
        var row = await RowAsync(ct);
        return (row.PublicKey, protector.Unprotect(row.ProtectedPrivateKey));
    }

    private async Task<PushKeyRow> RowAsync(CancellationToken ct)
    {
        if (await FindAsync(ct) is { } known)
        {
            return known;
        }

        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var numbers = made.ExportParameters(includePrivateParameters: true);
        var row = new PushKeyRow
        {
            Id = PushKeyRow.TheOne,

            // An uncompressed point (SEC 1, 2.3.3).
            PublicKey = Base64Url.EncodeToString([4, .. numbers.Q.X!, .. numbers.Q.Y!]),
            ProtectedPrivateKey = protector.Protect(Base64Url.EncodeToString(numbers.D!)),
        };
        try
        {
            return await LabTransaction.RunAsync(db, (MachineId?)null, async () =>
            {
                db.Add(row);
                await db.SaveChangesAsync(ct);
                return row;
            }, ct);
        }
        catch (DbUpdateException error) when (DatabaseRefusals.IsDuplicate(error))
        {
            // Somebody else was first; there is but one.
            db.ChangeTracker.Clear();
            return await FindAsync(ct) ?? throw new InvalidOperationException("The key that was there is gone.", error);
        }
    }

    private Task<PushKeyRow?> FindAsync(CancellationToken ct) => db.PushKeys.AsNoTracking().SingleOrDefaultAsync(row => row.Id == PushKeyRow.TheOne, ct);
}
