using System.Collections.Concurrent;
using Fablab.Domain.Machines;

namespace Fablab.Web.Messaging;

/// <summary>
/// Machines whose bridge said something at its last hello that contradicts what is known here, and spools that two boots claim.
/// The machines get no lease and the spools' records are not taken until the bridge says hello again without the contradiction:
/// nothing is energised, and nothing charged, on a misunderstanding.
/// </summary>
internal sealed class BridgeDisputes
{
    private readonly ConcurrentDictionary<MachineId, string> machines = new();
    private readonly ConcurrentDictionary<Guid, bool> copied = new();

    /// <param name="reason">What contradicts; <see langword="null"/> when all is well.</param>
    public void Settle(MachineId machine, string? reason)
    {
        if (reason is null)
        {
            machines.TryRemove(machine, out _);
        }
        else
        {
            machines[machine] = reason;
        }
    }

    public void SettleSpool(Guid spoolId, bool isCopied)
    {
        if (isCopied)
        {
            copied[spoolId] = true;
        }
        else
        {
            copied.TryRemove(spoolId, out _);
        }
    }

    public bool IsDisputed(MachineId machine) => machines.ContainsKey(machine);

    public bool IsCopied(Guid spoolId) => copied.ContainsKey(spoolId);
}
