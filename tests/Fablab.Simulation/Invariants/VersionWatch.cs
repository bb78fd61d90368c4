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

        if (before.Epochs != after.Epochs)
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

    /// <summary>A bridge follows a version once: what it did with it since must not begin again.</summary>
    public static void Applied(string machine, DesiredTwin? before, DesiredTwin? after)
    {
        if (before is not null && after is not null && !ReferenceEquals(before, after) && after.Version <= before.Version)
        {
            throw new InvariantBrokenException("I18", $"{machine} applied desired v{after.Version} again, or after v{before.Version}");
        }
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
        foreach (var (key, old) in before.Epochs)
        {
            if (after.Epochs[key].Mark.UpTo < old.Mark.UpTo)
            {
                throw new InvariantBrokenException("I18", $"mark of epoch {key.Epoch} went from {old.Mark.UpTo} to {after.Epochs[key].Mark.UpTo}");
            }
        }
    }
}
