using System.ComponentModel.DataAnnotations;

namespace Fablab.MachineSimulator;

/// <summary>Which wire a pretend machine speaks.</summary>
public enum SimulatedMachineKind
{
    /// <summary>A 3D printer behind OctoPrint: HTTP and push socket.</summary>
    OctoPrint,

    /// <summary>A CNC machine with a GRBL 1.1 controller: its serial line over TCP.</summary>
    Grbl,

    /// <summary>A laser behind a Tasmota plug with power meter: MQTT.</summary>
    TasmotaPlug,

    /// <summary>A 3D printer with Klipper behind Moonraker: JSON-RPC over a WebSocket, files by HTTP.</summary>
    Moonraker,

    /// <summary>A laser behind a Shelly relay with power meter: RPC over MQTT.</summary>
    Shelly,

    /// <summary>A Prusa printer with its PrusaLink: HTTP with a key or digest.</summary>
    PrusaLink,

    /// <summary>A laser behind a relay of an ESPHome node with power meter: MQTT.</summary>
    EspHome,
}

/// <summary>One pretend machine.</summary>
public sealed class SimulatedMachineOptions
{
    /// <summary>Short code for logs, the injection endpoint and look-ups: <c>[a-z0-9-]{1,40}</c>.</summary>
    [Required]
    [RegularExpression("^[a-z0-9-]{1,40}$")]
    public string Code { get; set; } = "";

    public SimulatedMachineKind Kind { get; set; }

    /// <summary>Port on the loopback address (OctoPrint, Moonraker, PrusaLink, GRBL); 0 takes any free one.</summary>
    [Range(0, 65535)]
    public int Port { get; set; }

    /// <summary>How many times faster than in life the machine works.</summary>
    [Range(0.01, 10_000)]
    public double Speed { get; set; } = 1;

    /// <summary>OctoPrint: the application key clients must present. Moonraker: its API key, empty for trusted clients. PrusaLink: its key.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>OctoPrint: the user that owns the key.</summary>
    [Required]
    public string User { get; set; } = "admin";

    /// <summary>PrusaLink: the password of HTTP digest, instead of a key or beside it; its user is <see cref="User"/>.</summary>
    public string Password { get; set; } = "";

    /// <summary>OctoPrint: whether the printer is connected from the start.</summary>
    public bool StartsConnected { get; set; } = true;

    /// <summary>GRBL: whether opening the connection resets the board, as a USB port with its DTR line does. A running job dies of it.</summary>
    public bool ResetsOnConnect { get; set; }

    /// <summary>Plug: its topic, as in <c>cmnd/{topic}/POWER</c>. Shelly and ESPHome: its topic prefix, as in <c>{topic}/rpc</c>.</summary>
    public string Topic { get; set; } = "";

    /// <summary>Plug: where the broker is.</summary>
    [Required]
    public string BrokerHost { get; set; } = "127.0.0.1";

    [Range(1, 65535)]
    public int BrokerPort { get; set; } = 1883;

    /// <summary>Plug: broker user and password; empty for an open broker.</summary>
    public string BrokerUser { get; set; } = "";

    public string BrokerPassword { get; set; } = "";

    /// <summary>Plug: MQTT 3.1.1 as real plugs speak it, instead of MQTT 5.</summary>
    public bool UsesMqtt311 { get; set; } = true;

    /// <summary>Plug: seconds between telemetry messages until a client says otherwise (Tasmota's own default is 300).</summary>
    [Range(10, 3600)]
    public int TelemetrySeconds { get; set; } = 300;
}
