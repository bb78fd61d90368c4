namespace Fablab.MachineSimulator.OctoPrint;

/// <summary>Gives the printer's state machine its clock and its lock, and hands its events on in order.</summary>
internal sealed class PrinterHost(PrinterMachine machine, TimeProvider clock)
{
    /// <summary>Past events kept for tests that ask afterwards.</summary>
    private const int EventLimit = 5_000;

    private readonly Lock _gate = new();
    private readonly Queue<PrinterEvent> _events = new();

    /// <summary>Called within the lock, so that listeners see events and states in one order; it must not block.</summary>
    public event Action<PrinterEvent>? Happened;

    public IReadOnlyList<PrinterEvent> Events
    {
        get
        {
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    public T Do<T>(Func<PrinterMachine, T> action)
    {
        lock (_gate)
        {
            machine.Advance(clock.GetUtcNow());
            var result = action(machine);
            foreach (var happened in machine.TakeEvents())
            {
                _events.Enqueue(happened);
                if (_events.Count > EventLimit)
                {
                    _events.Dequeue();
                }

                Happened?.Invoke(happened);
            }

            return result;
        }
    }

    public void Do(Action<PrinterMachine> action) => Do(printer =>
    {
        action(printer);
        return true;
    });
}
