using Fablab.Bridge.Spool;
using Fablab.Bridge.Supervision;

namespace Fablab.Bridge.Runtime;

/// <summary>What can be done with a bridge's data folder from the command line.</summary>
internal static class BridgeTools
{
    /// <summary>Verifies the journal's chain and totals; the bridge may run meanwhile.</summary>
    /// <returns>0 when all is well, else 1.</returns>
    public static int Check(string dataFolder, TextWriter output)
    {
        var path = DataFolder.SpoolIn(dataFolder);
        if (!File.Exists(path))
        {
            output.WriteLine($"There is no spool at {Path.GetFullPath(path)}.");
            return 1;
        }

        try
        {
            using var connection = SqliteSpool.OpenToRead(path);
            var problems = SpoolChain.Check(connection);
            foreach (var problem in problems)
            {
                output.WriteLine(problem);
            }

            output.WriteLine(problems.Count == 0 ? "The spool is whole: its chain and its totals are right." : $"{problems.Count} problems.");
            return problems.Count == 0 ? 0 : 1;
        }
        catch (Exception e) when (e is IOException or Microsoft.Data.Sqlite.SqliteException)
        {
            output.WriteLine(e.Message);
            return 1;
        }
    }

    /// <summary>
    /// Clears a machine's latched fault. It is done here, beside the machine and with the bridge stopped, and not over the
    /// network: whoever clears it has looked at the relay.
    /// </summary>
    /// <returns>0 when it is cleared, else 1.</returns>
    public static int ClearFault(string dataFolder, string machine, TimeProvider clock, TextWriter output)
    {
        try
        {
            using var folder = DataFolder.Take(dataFolder);
            using var spool = SqliteSpool.Open(folder.Spool);
            var memory = spool.Memory(machine);
            if (memory.Fault is null)
            {
                output.WriteLine($"{machine} has no fault.");
                return 1;
            }

            spool.Save(machine, new SupervisorEffect.Save(memory with { Fault = null }, [], []), clock.GetUtcNow());
            output.WriteLine($"{machine}: the fault {memory.Fault} is cleared. Start the bridge again.");
            return 0;
        }
        catch (IOException e)
        {
            output.WriteLine(e.Message);
            return 1;
        }
    }
}
