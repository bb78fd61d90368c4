namespace Fablab.Mqtt;

/// <summary>
/// Counts take-overs of our client id. Two programs with one id throw each other out for ever; one of them must give in.
/// </summary>
internal sealed class TakeOverWatch(int limit, TimeSpan window)
{
    private readonly Queue<DateTimeOffset> _recent = new();

    /// <returns><see langword="true"/> when this one is over the limit.</returns>
    public bool IsContested(DateTimeOffset now)
    {
        _recent.Enqueue(now);
        while (now - _recent.Peek() >= window)
        {
            _recent.Dequeue();
        }

        return _recent.Count > limit;
    }
}
