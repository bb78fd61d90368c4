using System.Text.Json.Nodes;

namespace Fablab.MachineSimulator.OctoPrint;

/// <summary>One <c>event</c> of OctoPrint's push socket, named and filled as OctoPrint 1.11 does (<c>tests/recordings/octoprint/push-*</c>).</summary>
public sealed record PrinterEvent(string Type, JsonNode? Payload, DateTimeOffset At)
{
    /// <summary>The language-free state of a <c>PrinterStateChanged</c>, else the event's own name: short enough to compare orders.</summary>
    public string Label => Type == "PrinterStateChanged" ? (string?)Payload?["state_id"] ?? Type : Type;
}
