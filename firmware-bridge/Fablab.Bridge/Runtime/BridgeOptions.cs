using Fablab.Contracts;
using Microsoft.Extensions.Configuration;

namespace Fablab.Bridge.Runtime;

/// <summary>One bridge: who it is, where broker and web are, and the machines beside it. Bound from the section <c>Bridge</c>.</summary>
public sealed class BridgeOptions
{
    public const string Section = "Bridge";

    /// <summary>Code of the site, as the web knows it. No default.</summary>
    public string Site { get; set; } = "";

    /// <summary>Code of this bridge within its site. No default.</summary>
    public string Id { get; set; } = "";

    /// <summary>The secret given at pairing, 32 bytes of base64url. Never logged. No default.</summary>
    public string Key { get; set; } = "";

    /// <summary>A file that holds the secret alone, for who keeps secrets elsewhere, such as a credential of systemd; it then counts instead of <see cref="Key"/>. Empty for none.</summary>
    public string? KeyPath { get; set; }

    public BrokerAddress Broker { get; set; } = new();

    /// <summary>Where the web answers, to fetch job files from. No default.</summary>
    public Uri? Server { get; set; }

    /// <summary>PEM file with the one authority to believe for the web's certificate; empty for the system's authorities.</summary>
    public string? ServerAuthorityPath { get; set; }

    /// <summary>Where the spool and the job files are kept; one bridge only. Default <c>bridge-data</c> in the working directory.</summary>
    public string DataFolder { get; set; } = "bridge-data";

    /// <summary>Below this free space on the disk no new session begins and hazards stop. Mebibytes, default 100, 1 to 1,000,000.</summary>
    public long LeastFreeMebibytes { get; set; } = 100;

    /// <summary>Largest job file that is fetched. Mebibytes, default 512, 1 to 16,384.</summary>
    public long LargestJobMebibytes { get; set; } = 512;

    /// <summary>How long records are kept after the web acknowledged them, should it be restored from a backup. Days, default 30, 1 to 3,650.</summary>
    public int KeepDays { get; set; } = 30;

    public IList<MachineOptions> Machines { get; } = [];
}

/// <summary>Where the broker is. The password is derived from the bridge's key.</summary>
public sealed class BrokerAddress
{
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>Default 1883, 1 to 65,535.</summary>
    public int Port { get; set; } = 1883;

    /// <summary>Speak TLS; anything that leaves the computer should. Default false.</summary>
    public bool Tls { get; set; }

    /// <summary>PEM file with the authority of the broker's certificate; empty for the system's authorities.</summary>
    public string? AuthorityPath { get; set; }

    /// <summary>User name and client id; empty for the bridge's own code.</summary>
    public string? User { get; set; }
}

/// <summary>A machine, composed of the devices that run, unlock and measure it.</summary>
public sealed class MachineOptions
{
    /// <summary>Code of the machine, as the web knows it. No default.</summary>
    public string Code { get; set; } = "";

    /// <summary>H (hazard), R (a job that may finish alone) or L (low risk). Default H, the strictest.</summary>
    public HazardClass HazardClass { get; set; } = HazardClass.H;

    /// <summary>It is a pretended machine, and shown as such. Default false.</summary>
    public bool Simulated { get; set; }

    /// <summary>Above this power the machine counts as working; empty when power tells nothing. Watts, above 0.</summary>
    public double? ActiveWatts { get; set; }

    /// <summary>Learn that power instead, from what the machine takes in its sessions. Until rest and work can be told apart power tells nothing. Default false.</summary>
    public bool LearnIdleWatts { get; set; }

    /// <summary>Power must stay above for so long before it counts. Seconds, default 3, 0 to 600.</summary>
    public double ActiveAfterSeconds { get; set; } = 3;

    /// <summary>Power must stay below for so long before it counts. Seconds, default 15, 0 to 3,600.</summary>
    public double IdleAfterSeconds { get; set; } = 15;

    /// <summary>A start that is not seen within this time has failed. Seconds, default 120, 5 to 3,600.</summary>
    public double StartDeadlineSeconds { get; set; } = 120;

    /// <summary>Pause a class R job whose run lease is over while the web cannot be reached; else it is finished. Default false.</summary>
    public bool PauseAtRunLeaseEnd { get; set; }

    /// <summary>What runs its jobs: <c>Kind</c> and that driver's own settings; empty for none.</summary>
    public IConfigurationSection? JobControl { get; set; }

    /// <summary>What unlocks it: <c>Kind</c> and that driver's own settings; empty for none.</summary>
    public IConfigurationSection? Interlock { get; set; }
}
