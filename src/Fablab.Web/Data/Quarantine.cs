using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Data;

/// <summary>Keeps what a bridge sent and what could not be taken, for a person; the caller saves.</summary>
internal static class Quarantine
{
    public static void PutAside(this FablabDb db, BridgeRow bridge, string reason, string content, Instant at) => db.Add(new QuarantinedRow
    {
        Id = Guid.CreateVersion7(),
        Bridge = bridge.Id,
        Reason = StorableText.Of(reason),
        Content = StorableText.Of(content),
        ReceivedAt = at,
    });

    /// <summary>Once for a bridge and a reason, however often the bridge repeats it.</summary>
    /// <returns>Whether this was the first time.</returns>
    public static async Task<bool> PutAsideOnceAsync(this FablabDb db, BridgeRow bridge, string reason, string content, Instant at, CancellationToken ct)
    {
        var stored = StorableText.Of(reason);
        if (await db.Quarantined.AnyAsync(row => row.Bridge == bridge.Id && row.Reason == stored, ct))
        {
            return false;
        }

        db.PutAside(bridge, stored, content, at);
        return true;
    }
}
