namespace Fablab.Domain.Trainings;

public readonly record struct CourseId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

public readonly record struct TrainingSessionId(Guid Value)
{
    public override string ToString() => Value.ToString();
}
