using Fablab.MachineSimulator;

namespace Fablab.Web.Demo;

/// <summary>The demo's pretended machines: two printers behind OctoPrint, a mill with GRBL, and plugs for mill and laser.</summary>
internal static class DemoMachines
{
    public const string LaserPlug = "plug-laser-1";
    public const string MillPlug = "plug-cnc-1";

    /// <summary>The simulated OctoPrints answer on loopback only and guard nothing.</summary>
    public const string ApiKey = "simulated-printer";

    public static int Printer1Port(DemoOptions demo) => demo.FirstMachinePort;

    public static int Printer2Port(DemoOptions demo) => demo.FirstMachinePort + 1;

    public static int MillPort(DemoOptions demo) => demo.FirstMachinePort + 2;

    public static IEnumerable<SimulatedMachineOptions> All(DemoOptions demo, string brokerHost, int brokerPort, string devicePassword)
    {
        yield return Printer("printer-1", Printer1Port(demo), demo.MachineSpeed);
        yield return Printer("printer-2", Printer2Port(demo), demo.MachineSpeed);
        yield return new SimulatedMachineOptions { Code = "cnc-1", Kind = SimulatedMachineKind.Grbl, Port = MillPort(demo), Speed = demo.MachineSpeed };
        yield return Plug(MillPlug, brokerHost, brokerPort, devicePassword);
        yield return Plug(LaserPlug, brokerHost, brokerPort, devicePassword);
    }

    private static SimulatedMachineOptions Printer(string code, int port, double speed) =>
        new() { Code = code, Kind = SimulatedMachineKind.OctoPrint, Port = port, ApiKey = ApiKey, Speed = speed };

    private static SimulatedMachineOptions Plug(string topic, string brokerHost, int brokerPort, string password) => new()
    {
        Code = topic,
        Kind = SimulatedMachineKind.TasmotaPlug,
        Topic = topic,
        BrokerHost = brokerHost,
        BrokerPort = brokerPort,
        BrokerUser = topic,
        BrokerPassword = password,
    };
}
