namespace Fablab.MachineSimulator.OctoPrint;

/// <summary>What the printer behind the simulated OctoPrint does. Starting, Resuming and Finishing pass within one step, as they pass within milliseconds in the real one.</summary>
internal enum PrinterPhase
{
    Offline,
    OpeningSerial,
    Operational,
    Printing,
    Pausing,
    Paused,
    Cancelling,
}
