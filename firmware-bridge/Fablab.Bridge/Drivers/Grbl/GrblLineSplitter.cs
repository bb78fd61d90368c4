using System.Text;

namespace Fablab.Bridge.Drivers.Grbl;

/// <summary>Cuts received bytes into lines. A line of more than <see cref="MaxLineBytes"/> is noise: what is over is thrown away.</summary>
internal sealed class GrblLineSplitter
{
    public const int MaxLineBytes = 1024;

    private readonly byte[] _pending = new byte[MaxLineBytes];
    private int _length;

    /// <returns>The lines that are complete now, without their ends.</returns>
    public IEnumerable<string> Add(ReadOnlyMemory<byte> received)
    {
        for (var at = 0; at < received.Length; at++)
        {
            var value = received.Span[at];
            if (value == (byte)'\n')
            {
                yield return TakeLine();
            }
            else if (value != (byte)'\r' && _length < MaxLineBytes)
            {
                _pending[_length++] = value;
            }
        }
    }

    private string TakeLine()
    {
        // Latin-1 keeps every byte apart, also the noise of a board that is just starting.
        var line = Encoding.Latin1.GetString(_pending, 0, _length);
        _length = 0;
        return line;
    }
}
