namespace Fablab.Domain.Organisations;

public enum BudgetPeriod
{
    /// <summary>One amount for as long as the project lasts.</summary>
    WholeProject,

    /// <summary>The same amount anew each calendar month, by the clock of the site where the machine stands.</summary>
    Month,
}

/// <summary>What a project may spend, and at which shares of it something happens. Shares are percent, each no less than the one before.</summary>
/// <param name="LimitMinor">Net, in minor units of the lab's currency.</param>
/// <param name="WarnPercent">Owners are told.</param>
/// <param name="ApprovalPercent">What goes beyond waits for the yes of an owner or buyer.</param>
/// <param name="StopPercent">Nothing is booked beyond.</param>
public sealed record Budget(
    long LimitMinor, BudgetPeriod Period = BudgetPeriod.WholeProject, int WarnPercent = Budget.DefaultWarn, int ApprovalPercent = Budget.DefaultApproval, int StopPercent = Budget.DefaultStop)
{
    public const int DefaultWarn = 50;
    public const int DefaultApproval = 80;
    public const int DefaultStop = 100;

    /// <summary>No budget is larger: sums stay exact.</summary>
    public const long MostMinor = 100_000_000_000;

    /// <summary>What the period of a whole project is filed under.</summary>
    public static readonly LocalDate Whole = new(2000, 1, 1);

    public bool IsPossible =>
        LimitMinor is > 0 and <= MostMinor && WarnPercent >= 1 && WarnPercent <= ApprovalPercent && ApprovalPercent <= StopPercent && StopPercent <= 1000;

    /// <summary>First day of the period that a date belongs to.</summary>
    public LocalDate PeriodOf(LocalDate date) => Period is BudgetPeriod.Month ? new LocalDate(date.Year, date.Month, 1) : Whole;

    public bool IsBeyond(int percent, long spentMinor) => spentMinor * 100 > LimitMinor * percent;

    /// <summary>The shares that are reached, the lowest first; each is told once.</summary>
    public IEnumerable<int> Reached(long spentMinor) =>
        new[] { WarnPercent, ApprovalPercent, StopPercent }.Distinct().Where(percent => spentMinor * 100 >= LimitMinor * percent);
}
