namespace Fablab.Domain.Members;

public readonly record struct MemberId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

public readonly record struct OrganisationId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>Something an organisation works on; machine time is charged to it.</summary>
public readonly record struct ProjectId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>People with one price and one set of rules: students, residents, the public.</summary>
public readonly record struct TariffGroupId(Guid Value)
{
    public override string ToString() => Value.ToString();
}
