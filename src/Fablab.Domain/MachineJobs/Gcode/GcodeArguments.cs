namespace Fablab.Domain.MachineJobs.Gcode;

/// <summary>The words of one line besides its commands, by letter; the last one of a letter counts.</summary>
internal sealed class GcodeArguments
{
    /// <summary>Far beyond any machine; keeps sums finite whatever a file says.</summary>
    private const double Largest = 1e7;

    private readonly double[] values = new double[26];
    private readonly bool[] present = new bool[26];

    public double? this[char letter] => present[letter - 'A'] && !double.IsNaN(values[letter - 'A']) ? values[letter - 'A'] : null;

    public bool Has(char letter) => present[letter - 'A'];

    public void Add(GcodeWord word)
    {
        present[word.Letter - 'A'] = true;
        values[word.Letter - 'A'] = Math.Clamp(word.Value, -Largest, Largest);
    }

    public void Clear() => Array.Clear(present);
}
