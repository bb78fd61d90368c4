using System.Globalization;

namespace Fablab.Web.Features.LiveBoard.Streaming;

/// <summary>What one page watches: its machines, and how to draw the part of each.</summary>
/// <param name="Zone">Of the site, for the time of the heartbeat.</param>
/// <param name="DrawAsync">Draws a machine's part with everything up to the given mark; <see langword="null"/> when there is nothing to show.</param>
internal sealed record LiveView(IReadOnlyList<string> Machines, NodaTime.DateTimeZone Zone, Func<string, long, CancellationToken, Task<string?>> DrawAsync)
{
    /// <summary>Draws the part that all the machines have in common, such as a list; <see langword="null"/> on a page without one.</summary>
    public Func<long, CancellationToken, Task<string?>>? DrawTogetherAsync { get; init; }
}

/// <summary>Decides who may watch what. The stream opens exactly when the page would.</summary>
internal interface ILiveViewSource
{
    /// <returns>The view, or <see langword="null"/> when the query is not for this source, or not for this person.</returns>
    Task<LiveView?> FindAsync(IQueryCollection query, CultureInfo culture, CancellationToken ct);
}
