using System.Collections.Concurrent;
using Fablab.Domain.Machines;

namespace Fablab.Web.Messaging;

/// <summary>
/// Machines whose bridge said something at its last hello that contradicts what is known here. They get no lease until the
/// bridge says hello again without the contradiction: nothing is energised on a misunderstanding.
/// </summary>
internal sealed class BridgeDisputes
{
    private readonly ConcurrentDictionary<MachineId, string> disputes = new();

    /// <param name="reason">What contradicts; <see langword="null"/> when all is well.</param>
    public void Settle(MachineId machine, string? reason)
    {
        if (reason is null)
        {
            disputes.TryRemove(machine, out _);
        }
        else
        {
            disputes[machine] = reason;
        }
    }

    public bool IsDisputed(MachineId machine) => disputes.ContainsKey(machine);
}
