namespace Fablab.Domain.Reservations.Rules;

/// <summary>When slots may be. A window belongs to the day it begins on.</summary>
public sealed record OpeningHoursRule : BookingRule
{
    public const string Kind = "opening-hours";

    public override string Code => Kind;

    public required WeeklyWindows Windows { get; init; }

    /// <summary>Only start and end must be in open time: a print may run through the night.</summary>
    public bool MayCrossClosing { get; init; }
}

/// <summary>Whole days by the site's calendar, both included.</summary>
public sealed record ClosedDaysRule : BookingRule
{
    public const string Kind = "closed-days";

    public override string Code => Kind;

    public required LocalDate First { get; init; }

    public required LocalDate Last { get; init; }

    public string? Reason { get; init; }
}

/// <summary>One stretch of time.</summary>
public sealed record ClosedTimeRule : BookingRule
{
    public const string Kind = "closed-time";

    public override string Code => Kind;

    public required TimeSlot Time { get; init; }

    public string? Reason { get; init; }
}

/// <summary>The same times every week: cleaning, a class.</summary>
public sealed record BlackoutRule : BookingRule
{
    public const string Kind = "blackout";

    public override string Code => Kind;

    public required WeeklyWindows Windows { get; init; }

    /// <summary>Windows that begin on this day or later; <see langword="null"/> since ever.</summary>
    public LocalDate? First { get; init; }

    /// <summary>Windows that begin on this day or before; <see langword="null"/> for ever.</summary>
    public LocalDate? Last { get; init; }

    public string? Reason { get; init; }
}

/// <summary>Days that are closed, or open at other hours, because of the calendar.</summary>
public sealed record HolidayRule : BookingRule
{
    public const string Kind = "holidays";

    public override string Code => Kind;

    public PublicHolidays Public { get; init; }

    /// <summary>School holidays and what else has a name and dates.</summary>
    public IReadOnlyList<NamedDays> Named { get; init; } = [];

    /// <summary>Days that are as always in spite of the calendar.</summary>
    public IReadOnlyList<LocalDate> Exceptions { get; init; } = [];

    /// <summary>What is open then; empty when all is closed.</summary>
    public IReadOnlyList<DailyWindow> Hours { get; init; } = [];
}

/// <summary>Days with a name, both ends included.</summary>
public sealed record NamedDays(string Name, LocalDate First, LocalDate Last);

public enum PublicHolidays
{
    None,
    France,

    /// <summary>France with Good Friday and 26 December.</summary>
    AlsaceMoselle,
}
