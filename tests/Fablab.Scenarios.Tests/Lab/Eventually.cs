namespace Fablab.Scenarios.Tests.Lab;

/// <summary>Waits for what other processes do. Every wait has a bound and says what it waited for.</summary>
internal static class Eventually
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    /// <param name="what">Completes the sentence "… did not come about".</param>
    /// <param name="limit">One of <see cref="Limits"/>.</param>
    /// <param name="look">Gives <see langword="null"/> while it is not there yet. A process that does not answer is not there yet either.</param>
    /// <param name="pause">Between two looks; left out, a tenth of a second.</param>
    /// <exception cref="AssertionException">It did not come about in time.</exception>
    public static async Task<T> SeeAsync<T>(string what, TimeSpan limit, Func<Task<T?>> look, TimeSpan? pause = null)
        where T : class
    {
        var began = TimeProvider.System.GetTimestamp();
        Exception? trouble = null;
        while (TimeProvider.System.GetElapsedTime(began) < limit)
        {
            try
            {
                if (await look() is { } seen)
                {
                    return seen;
                }

                trouble = null;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or Microsoft.Data.Sqlite.SqliteException)
            {
                trouble = e;
            }

            await Task.Delay(pause ?? BetweenLooks, TimeProvider.System);
        }

        throw new AssertionException($"Within {limit.TotalSeconds} s {what} did not come about.{(trouble is null ? "" : $" Last trouble: {trouble.Message}")}");
    }

    public static Task BeSoAsync(string what, TimeSpan limit, Func<Task<bool>> look, TimeSpan? pause = null) =>
        SeeAsync(what, limit, async () => await look() ? "yes" : null, pause);
}
