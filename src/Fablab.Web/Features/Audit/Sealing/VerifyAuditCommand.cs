using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Features.Audit.Sealing;

/// <summary><c>audit verify [ANCHOR…]</c> instead of serving: looks at the database of the settings, also while the lab runs.</summary>
internal static class VerifyAuditCommand
{
    private const int Usage = 64;   // EX_USAGE of sysexits
    private const int Tampered = 65;   // EX_DATAERR
    private const int Unreadable = 74;   // EX_IOERR

    public static bool IsAskedFor(string[] args) => args is ["audit", ..];

    /// <returns>The exit code: 0 when the chain fits.</returns>
    public static async Task<int> VerifyAuditAsync(this WebApplication app, string[] args)
    {
        var anchors = args.Skip(2).Where(arg => !arg.StartsWith('-')).Select(AuditAnchor.Parse).ToList();
        if (args is not ["audit", "verify", ..] || anchors.Contains(null))
        {
            await Console.Error.WriteLineAsync("Usage: audit verify [NUMBER:HASH…]   (anchors from the log or an earlier verification)");
            return Usage;
        }

        await using var scope = app.Services.CreateAsyncScope();
        AuditVerdict verdict;
        try
        {
            verdict = await scope.ServiceProvider.GetRequiredService<VerifyAudit>().ExecuteAsync([.. anchors.OfType<AuditAnchor>()], CancellationToken.None);
        }
        catch (Exception error) when (error is DbException or DbUpdateException)
        {
            await Console.Error.WriteLineAsync($"The database of the settings cannot be read: {error.GetBaseException().Message} Start the lab once, or name its Storage settings.");
            return Unreadable;
        }

        if (verdict.Problem is { } problem)
        {
            await Console.Error.WriteLineAsync($"{problem} What comes before fits ({verdict.Sealed} entries).");
            return Tampered;
        }

        Console.WriteLine(verdict.End is { } end
            ? $"{verdict.Sealed} entries fit. Keep this anchor: {end.Sequence}:{end.Hash}"
            : "No entry is sealed yet.");
        return 0;
    }
}
