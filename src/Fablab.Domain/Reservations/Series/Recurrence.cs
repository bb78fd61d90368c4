namespace Fablab.Domain.Reservations.Series;

/// <summary>
/// On which dates something recurs. Dates are those of the site's wall clock; what is before the first date is left out,
/// so a series that recurs on Mondays and is wished from a Tuesday begins on the Monday after.
/// </summary>
public abstract record Recurrence
{
    private Recurrence()
    {
    }

    /// <summary>Nothing that recurs more rarely is a recurrence.</summary>
    public const int MostEvery = 400;

    /// <summary>All dates from the first to the last one, both included, in order, each once.</summary>
    public abstract IEnumerable<LocalDate> Between(LocalDate first, LocalDate last);

    private static int Checked(int every)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(every, MostEvery);
        return every;
    }

    /// <summary>Every n-th day, counted from the first date.</summary>
    public sealed record Daily(int Every = 1) : Recurrence
    {
        public int Every { get; } = Checked(Every);

        public override IEnumerable<LocalDate> Between(LocalDate first, LocalDate last)
        {
            for (var date = first; date <= last; date = date.PlusDays(Every))
            {
                yield return date;
            }
        }
    }

    /// <summary>On some weekdays of every n-th week, counted from the week of the first date. Weeks begin on Monday.</summary>
    public sealed record Weekly : Recurrence
    {
        private readonly IsoDayOfWeek[] days;

        /// <exception cref="ArgumentException">No weekday, or one that does not exist.</exception>
        public Weekly(IEnumerable<IsoDayOfWeek> days, int every = 1)
        {
            this.days = [.. days.Distinct().Order()];
            if (this.days.Length == 0 || this.days.Any(day => day is < IsoDayOfWeek.Monday or > IsoDayOfWeek.Sunday))
            {
                throw new ArgumentException("A week needs at least one of its seven days.", nameof(days));
            }

            Every = Checked(every);
        }

        public int Every { get; }

        public IReadOnlyList<IsoDayOfWeek> Days => days;

        public override IEnumerable<LocalDate> Between(LocalDate first, LocalDate last)
        {
            for (var monday = first.PlusDays(1 - (int)first.DayOfWeek); monday <= last; monday = monday.PlusWeeks(Every))
            {
                foreach (var date in days.Select(day => monday.PlusDays((int)day - 1)).Where(date => date >= first && date <= last))
                {
                    yield return date;
                }
            }
        }

        public bool Equals(Weekly? other) => other is not null && Every == other.Every && days.SequenceEqual(other.days);

        public override int GetHashCode() => HashCode.Combine(Every, days.Length, days[0]);
    }

    /// <summary>On one day of every n-th month. A month without that day has none: 31 means the 31st, not the last.</summary>
    public sealed record MonthlyByDate(int Day, int Every = 1) : Recurrence
    {
        public int Day { get; } = Day is >= 1 and <= 31 ? Day : throw new ArgumentOutOfRangeException(nameof(Day), Day, "No month has this day.");

        public int Every { get; } = Checked(Every);

        public override IEnumerable<LocalDate> Between(LocalDate first, LocalDate last) => Months(first, last, Every)
            .Where(month => Day <= month.Calendar.GetDaysInMonth(month.Year, month.Month))
            .Select(month => month.PlusDays(Day - 1))
            .Where(date => date >= first && date <= last);
    }

    /// <summary>On one weekday of every n-th month: its first, second, third, fourth, fifth or last. A month without a fifth has none.</summary>
    public sealed record MonthlyByWeekday(IsoDayOfWeek Weekday, WeekdayRank Rank, int Every = 1) : Recurrence
    {
        public int Every { get; } = Checked(Every);

        public override IEnumerable<LocalDate> Between(LocalDate first, LocalDate last) => Months(first, last, Every)
            .Select(In)
            .OfType<LocalDate>()
            .Where(date => date >= first && date <= last);

        private LocalDate? In(LocalDate month)
        {
            if (Rank is WeekdayRank.Last)
            {
                return month.PlusMonths(1).Previous(Weekday);
            }

            var date = month.PlusDays(-1).Next(Weekday).PlusWeeks((int)Rank - 1);
            return date.Month == month.Month ? date : null;
        }
    }

    /// <summary>On the dates named, whatever they are. Ends with the last of them.</summary>
    public sealed record OnDates : Recurrence
    {
        private readonly LocalDate[] dates;

        public OnDates(IEnumerable<LocalDate> dates) => this.dates = [.. dates.Distinct().Order()];

        public IReadOnlyList<LocalDate> Dates => dates;

        public override IEnumerable<LocalDate> Between(LocalDate first, LocalDate last) => dates.Where(date => date >= first && date <= last);

        public bool Equals(OnDates? other) => other is not null && dates.SequenceEqual(other.dates);

        public override int GetHashCode() => HashCode.Combine(dates.Length, dates.FirstOrDefault());
    }

    /// <summary>The first days of every n-th month, from the month of the first date.</summary>
    private static IEnumerable<LocalDate> Months(LocalDate first, LocalDate last, int every)
    {
        for (var month = new LocalDate(first.Year, first.Month, 1); month <= last; month = month.PlusMonths(every))
        {
            yield return month;
        }
    }
}

/// <summary>Which one of a month's Mondays, Tuesdays and so on.</summary>
public enum WeekdayRank
{
    First = 1,
    Second,
    Third,
    Fourth,
    Fifth,
    Last,
}
