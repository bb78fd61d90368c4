namespace Fablab.Domain.Reservations.Series;

/// <summary>Many reservations made together, by one recurrence.</summary>
public readonly record struct SeriesId(Guid Value)
{
    public override string ToString() => Value.ToString();
}
