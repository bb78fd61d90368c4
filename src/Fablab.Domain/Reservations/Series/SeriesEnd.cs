namespace Fablab.Domain.Reservations.Series;

/// <summary>How long a recurrence goes on.</summary>
public abstract record SeriesEnd
{
    private SeriesEnd()
    {
    }

    /// <summary>Until this date by the site's clock; the date itself still belongs to the series.</summary>
    public sealed record On(LocalDate LastDate) : SeriesEnd;

    /// <summary>This many occurrences, the first one counted.</summary>
    public sealed record After : SeriesEnd
    {
        /// <exception cref="ArgumentOutOfRangeException">There would be none.</exception>
        public After(int count)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
            Count = count;
        }

        public int Count { get; }
    }
}
