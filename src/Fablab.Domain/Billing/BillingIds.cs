namespace Fablab.Domain.Billing;

/// <summary>One version of a price list. A new price is a new tariff; an old one never changes.</summary>
public readonly record struct TariffId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

public readonly record struct ChargeId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

public readonly record struct InvoiceId(Guid Value)
{
    public override string ToString() => Value.ToString();
}
