using System.Collections.Immutable;

namespace Fablab.Domain.Bridges;

/// <summary>A bridge's sign of life, or its last will.</summary>
public sealed record SignOfLife(Guid BootId, long Epoch, bool IsUp);

/// <summary>Where a report stands among those of its machine.</summary>
public readonly record struct ReportNumber(long Epoch, long Version)
{
    /// <summary>A report is taken unless a newer one of the same or a later epoch is known.</summary>
    public bool IsNewerThan(ReportNumber? known) => known is not { } other || (Epoch, Version).CompareTo((other.Epoch, other.Version)) > 0;
}

/// <summary>What the web knows of a bridge's coming and going.</summary>
/// <param name="Last">The sign that counts.</param>
/// <param name="Former">The boots before, newest last; their last wills are late news.</param>
public sealed record BridgePresence(SignOfLife Last, ImmutableArray<Guid> Former)
{
    /// <summary>A last will is minutes late at most, and no bridge boots more often in that time.</summary>
    private const int MostFormer = 64;

    /// <returns>
    /// What is known now; unchanged for the last will of an earlier boot. And whether what the bridge reported before must be
    /// forgotten: with a new spool its epochs begin anew, and what the old one told would seem the newer for ever.
    /// </returns>
    public static (BridgePresence Presence, bool HasNewSpool) Heard(BridgePresence? known, SignOfLife sign)
    {
        if (known is null || known.Last.BootId == sign.BootId)
        {
            return (new BridgePresence(sign, known?.Former ?? []), false);
        }

        if (!sign.IsUp && (known.Last.Epoch >= sign.Epoch || known.Former.Contains(sign.BootId)))
        {
            return (known, false);
        }

        var former = known.Former.Add(known.Last.BootId);
        return (new BridgePresence(sign, former.Length > MostFormer ? former.RemoveAt(0) : former), sign.IsUp && sign.Epoch < known.Last.Epoch);
    }
}
