using Fablab.Web.Data;
using Fablab.Web.Hosting;
using Microsoft.EntityFrameworkCore;
using NodaTime;

namespace Fablab.Web.Features.Members.AccessTokens;

/// <summary>
/// Tells when tokens were last used, for whoever looks for those that nobody needs. Once an hour at most, so that a request that reads does
/// not write each time; and what cannot be told now is told with a later request, since it is no reason to refuse this one.
/// </summary>
internal sealed partial class TokenUse(FablabDb db, LabClock clock, ILogger<TokenUse> log)
{
    private static readonly Duration ToldEvery = Duration.FromHours(1);

    /// <summary>A request that reads waits no longer than this for those that write.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(200);

    public Task OfMemberAsync(Guid token, Instant? last, CancellationToken ct) => TellAsync(
        last,
        (now, soon) => db.AccessTokens.Where(row => row.Id == token && row.LastUsedAt == last).ExecuteUpdateAsync(set => set.SetProperty(row => row.LastUsedAt, now), soon),
        ct);

    public Task OfOrganisationAsync(Guid token, Instant? last, CancellationToken ct) => TellAsync(
        last,
        (now, soon) => db.OrganisationTokens.Where(row => row.Id == token && row.LastUsedAt == last).ExecuteUpdateAsync(set => set.SetProperty(row => row.LastUsedAt, now), soon),
        ct);

    private async Task TellAsync(Instant? last, Func<Instant, CancellationToken, Task<int>> tell, CancellationToken ct)
    {
        var now = clock.Now;
        if (last is { } at && now - at < ToldEvery)
        {
            return;
        }

        using var limit = new CancellationTokenSource(LongestWait, TimeProvider.System);
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            await LabTransaction.RunAsync(db, [], () => tell(now, soon.Token), soon.Token);
        }
        catch (Exception error) when (
            (limit.IsCancellationRequested && !ct.IsCancellationRequested) || error is TimeoutException || DatabaseRefusals.IsBusy(error) || DatabaseRefusals.IsStorageFull(error))
        {
            LogUntold(error);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The use of an access token could not be written down; a later request will try again")]
    private partial void LogUntold(Exception error);
}
