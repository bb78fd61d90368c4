using Fablab.Contracts;
using Fablab.Simulation.Server;

namespace Fablab.Simulation.Invariants;

/// <summary>I18: versions, generations, epochs and sequence numbers never go back.</summary>
internal sealed class VersionWatch
{
    private readonly Dictionary<string, ReportedTwin> reported = new(StringComparer.Ordinal);

    public static void Committed(DatabaseState before, DatabaseState after)
    {
        foreach (var (code, now) in after.Machines)
        {
            var old = before.Machines[code];
            if (now.Desired.Version < old.Desired.Version || (now.Desired != old.Desired && now.Desired.Version == old.Desired.Version))
            {
                throw new InvariantBrokenException("I18", $"desired {code} went from v{old.Desired.Version} to v{now.Desired.Version}");
            }

            if (now.LastGeneration < old.LastGeneration)
            {
                throw new InvariantBrokenException("I18", $"generation of {code} went from {old.LastGeneration} to {now.LastGeneration}");
            }
        }

        if (before.Reported != after.Reported)
        {
            CheckReported(before, after);
        }

        if (before.Marks != after.Marks)
        {
            CheckMarks(before, after);
        }
    }

    /// <summary>A report as it leaves the bridge.</summary>
    public void Reported(ReportedTwin twin)
    {
        if (reported.TryGetValue(twin.Machine, out var old))
        {
            if (twin.Epoch < old.Epoch || (twin.Epoch == old.Epoch && twin.Version < old.Version))
            {
                throw new InvariantBrokenException("I18", $"{twin.Machine} reports {twin.Epoch}/{twin.Version} after {old.Epoch}/{old.Version}");
            }

            if (twin.DesiredVersion < old.DesiredVersion)
            {
                throw new InvariantBrokenException("I18", $"{twin.Machine} applied desired v{twin.DesiredVersion} after v{old.DesiredVersion}");
            }
        }

        reported[twin.Machine] = twin;
    }

    private static void CheckReported(DatabaseState before, DatabaseState after)
    {
        foreach (var (code, now) in after.Reported)
        {
            if (before.Reported.TryGetValue(code, out var old) && (now.Epoch < old.Epoch || (now.Epoch == old.Epoch && now.Version < old.Version)))
            {
                throw new InvariantBrokenException("I18", $"reported {code} went from {old.Epoch}/{old.Version} to {now.Epoch}/{now.Version}");
            }
        }
    }

    private static void CheckMarks(DatabaseState before, DatabaseState after)
    {
        foreach (var (key, old) in before.Marks)
        {
            if (after.Marks[key].UpTo < old.UpTo)
            {
                throw new InvariantBrokenException("I18", $"mark of epoch {key.Epoch} went from {old.UpTo} to {after.Marks[key].UpTo}");
            }
        }
    }
}
