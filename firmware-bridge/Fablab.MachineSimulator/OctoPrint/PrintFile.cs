using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Fablab.MachineSimulator.OctoPrint;

/// <summary>A file on the simulated OctoPrint's local storage, with the history OctoPrint keeps about it.</summary>
internal sealed class PrintFile
{
    public PrintFile(string path, byte[] content, string user, JsonNode? userdata, DateTimeOffset now)
    {
        (Path, Content, User, Userdata, UploadedAt) = (path, content, user, userdata, now);
        // OctoPrint's "hash" is SHA-1: it tells files apart and protects nothing.
#pragma warning disable CA5350 // the weak digest is what OctoPrint sends
        Sha1 = Convert.ToHexStringLower(SHA1.HashData(content));
#pragma warning restore CA5350
        Analysis = GcodeAnalysis.Of(content);
    }

    public string Path { get; set; }

    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    public byte[] Content { get; }

    public long Size => Content.LongLength;

    public string Sha1 { get; }

    public string User { get; }

    public JsonNode? Userdata { get; }

    public DateTimeOffset UploadedAt { get; }

    public GcodeAnalysis Analysis { get; }

    /// <summary>OctoPrint analyses in the background and never while printing; until then its answers lack the result.</summary>
    public bool IsAnalysed { get; set; }

    public int Successes { get; private set; }

    public int Failures { get; private set; }

    public (DateTimeOffset At, bool IsSuccess, double? Seconds)? LastPrint { get; private set; }

    public double? LastSuccessSeconds { get; private set; }

    public double? AverageSuccessSeconds { get; private set; }

    public void RecordSuccess(DateTimeOffset at, double seconds)
    {
        Successes++;
        LastPrint = (at, true, seconds);
        LastSuccessSeconds = seconds;
        AverageSuccessSeconds = AverageSuccessSeconds is { } average
            ? average + ((seconds - average) / Successes)
            : seconds;
    }

    public void RecordFailure(DateTimeOffset at)
    {
        Failures++;
        LastPrint = (at, false, null);
    }
}
