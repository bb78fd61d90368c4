namespace Fablab.Bridge.Runtime;

/// <summary>
/// A trouble that shows at every try, every few seconds, is told when it begins or changes, again when it has lasted, and when it is over.
/// For one caller at a time.
/// </summary>
internal sealed class LastingTrouble(TimeProvider clock)
{
    public static readonly TimeSpan TellAgainAfter = TimeSpan.FromMinutes(10);

    private string? _what;
    private long _toldAt;

    /// <returns>Whether to tell of it now.</returns>
    public bool IsNews(string what)
    {
        if (_what == what && clock.GetElapsedTime(_toldAt) < TellAgainAfter)
        {
            return false;
        }

        (_what, _toldAt) = (what, clock.GetTimestamp());
        return true;
    }

    /// <returns>Whether there was one, so that its end is worth telling.</returns>
    public bool End()
    {
        var was = _what is not null;
        _what = null;
        return was;
    }
}
