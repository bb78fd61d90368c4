namespace Fablab.Domain.Machines;

/// <summary>Identifies a machine for ever; its short code may change.</summary>
public readonly record struct MachineId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

public readonly record struct SiteId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>Equal machines of one site, of which any will do.</summary>
public readonly record struct PoolId(Guid Value)
{
    public override string ToString() => Value.ToString();
}
