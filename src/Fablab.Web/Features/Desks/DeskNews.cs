using System.Threading.Channels;
using Fablab.Domain.Machines;

namespace Fablab.Web.Features.Desks;

/// <summary>
/// Which machines' desks changed, told after the commit. One reader publishes the desired twins; the same machine told twice
/// before it was read counts once, so the queue never holds more than there are machines.
/// </summary>
internal sealed class DeskNews
{
    private readonly Channel<MachineId> queue = Channel.CreateUnbounded<MachineId>(new UnboundedChannelOptions { SingleReader = true });
    private readonly HashSet<MachineId> waiting = [];

    public void Changed(MachineId machine)
    {
        lock (waiting)
        {
            if (!waiting.Add(machine))
            {
                return;
            }
        }

        queue.Writer.TryWrite(machine);
    }

    public async ValueTask<MachineId> NextAsync(CancellationToken ct)
    {
        var machine = await queue.Reader.ReadAsync(ct);
        lock (waiting)
        {
            waiting.Remove(machine);
        }

        return machine;
    }
}
