namespace Fablab.Domain.Trainings;

public readonly record struct CourseId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

/// <summary>Of the price of a seat that is owed to somebody.</summary>
public readonly record struct TrainingRefundId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

public readonly record struct TrainingSessionId(Guid Value)
{
    public override string ToString() => Value.ToString();
}
