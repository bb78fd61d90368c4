namespace Fablab.Domain.Machines;

/// <summary>What a machine can do to people and rooms; decides lease lengths and what an outage does.</summary>
public enum HazardClass
{
    /// <summary>Hazard (laser, CNC): unlocked only while leases are renewed every few seconds and a person is known to be there.</summary>
    H,

    /// <summary>Running job (printer): needs a lease to start, then may finish alone.</summary>
    R,

    /// <summary>Low risk.</summary>
    L,
}
