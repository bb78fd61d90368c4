namespace Fablab.Web.Messaging.Broker;

/// <summary>Allows a burst, then a steady rate. Says how long to wait instead of refusing.</summary>
internal sealed class TokenBucket(int perSecond, int burst, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private double _tokens = burst;
    private long _filledAt = clock.GetTimestamp();

    /// <summary>Takes a token, on credit when there is none.</summary>
    /// <returns>How long to wait until the credit is paid; zero when a token was there.</returns>
    public TimeSpan Take()
    {
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            _tokens = Math.Min(burst, _tokens + (clock.GetElapsedTime(_filledAt, now).TotalSeconds * perSecond));
            _filledAt = now;
            _tokens--;
            return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / perSecond);
        }
    }
}
