namespace Fablab.Domain.Privacy;

/// <summary>Turns how long things are kept into the instants and days before which they go.</summary>
public static class RetentionRules
{
    /// <summary>What is older than this goes.</summary>
    public static Instant Before(Instant now, int days) => now - Duration.FromDays(days);

    /// <summary>Whoever was last seen before this is told that their account ends, so that it ends when <paramref name="inactiveDays"/> are over.</summary>
    public static Instant ToldBefore(Instant now, int inactiveDays, int noticeDays) => Before(now, Math.Max(0, inactiveDays - noticeDays));

    /// <summary>
    /// Invoices of years that ended at least so many years ago may lose their buyer's name. The years count from the end of the
    /// accounting year (Code de commerce L123-22), which is the calendar year here.
    /// </summary>
    /// <returns>Invoices issued before this day.</returns>
    public static LocalDate InvoicesBefore(LocalDate today, int years) => new(today.Year - years, 1, 1);
}
