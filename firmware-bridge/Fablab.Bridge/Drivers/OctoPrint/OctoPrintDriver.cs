using System.Security.Cryptography;
using Fablab.Bridge.Drivers.Shared;
using Microsoft.Extensions.Logging;

namespace Fablab.Bridge.Drivers.OctoPrint;

/// <summary>
/// Runs jobs on a 3D printer through OctoPrint: REST for every wish and for a look each poll interval, the push socket for
/// what happens in between. Wire notes are in <c>wire.md</c>; what the facts mean is <see cref="OctoPrintReducer"/>'s.
/// </summary>
internal sealed partial class OctoPrintDriver : IJobController
{
    private readonly OctoPrintOptions _options;
    private readonly HttpClient _http;
    private readonly OctoPrintClient _client;
    private readonly OctoPrintSocket _socket;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly long _origin;
    private readonly Lock _gate = new();
    private readonly NextLook _look;
    private readonly ObservationFeed _feed = new("OctoPrint");
    private OctoPrintPicture _picture;
    private ControllerObservation? _shown;
    private TimeSpan _lookedAt;

    public OctoPrintDriver(OctoPrintOptions options, TimeProvider clock, ILogger<OctoPrintDriver> log)
        : this(options, ControllerHttp.Handler(), clock, log)
    {
    }

    internal OctoPrintDriver(OctoPrintOptions options, HttpMessageHandler handler, TimeProvider clock, ILogger<OctoPrintDriver> log)
    {
        (_options, _clock, _log) = (options, clock, log);
        _http = ControllerHttp.Client(handler, OctoPrintClient.LongestAnswer);
        _client = new OctoPrintClient(_http, options, clock);
        _look = new NextLook(options.PollInterval, clock);
        _socket = new OctoPrintSocket(options, _client, clock);
        _origin = clock.GetTimestamp();
        _picture = new OctoPrintPicture { SilenceLimit = options.SilenceLimit, StartDeadline = options.StartDeadline };
    }

    /// <summary>An answer or the lack of one shows within a poll interval and all tries of a question; twice that is no slow network any more.</summary>
    public TimeSpan LongestSilence => 2 * (_options.PollInterval + (_options.AnswerTimeout * (_options.Retries + 1)));

    private TimeSpan Now => _clock.GetElapsedTime(_origin);

    public IAsyncEnumerable<ControllerObservation> ObserveAsync(CancellationToken ct) =>
        _feed.RunAsync(stop => Task.WhenAll(LookAsync(stop), ListenAsync(stop), TickAsync(stop)), () => Show(isHeartbeat: true), ct);

    public async Task UploadAsync(JobFile file, CancellationToken ct)
    {
        var (sha1, bytes) = await DigestAsync(file, ct);
        if (await _client.ReadFileAsync(PathOf(file.Name), ct) is { Sha1: { } there } && IsSame(there, sha1))
        {
            return;
        }

        var path = await _client.UploadAsync(file, ct);
        Remember(file.Name, path);
        var stored = await _client.ReadFileAsync(path, ct)
            ?? throw new ControllerRefusedException("OctoPrint took the file and does not have it", RefusalKind.NotFound);

        // OctoPrint digests with SHA-1; it guards against a broken copy, not against an enemy.
        if (stored.Sha1 is { } arrived ? !IsSame(arrived, sha1) : stored.Bytes != bytes)
        {
            await _client.DeleteAsync(path, ct);
            throw new ControllerRefusedException("OctoPrint stored other bytes than were sent", RefusalKind.Other);
        }
    }

    public async Task StartAsync(string fileName, CancellationToken ct)
    {
        var path = PathOf(fileName);
        var askedAt = Now;
        var file = await _client.ReadFileAsync(path, ct)
            ?? throw new ControllerRefusedException($"OctoPrint has no file {fileName}", RefusalKind.NotFound);

        // Its last print before ours: should no event tell how ours ends, the difference does.
        Apply(new FileSeen(path, file.LastPrint, askedAt));
        try
        {
            await _client.SelectAndPrintAsync(path, ct);
        }
        catch (MachineUnreachableException)
        {
            Apply(new StartAsked(path));
            throw;
        }

        Apply(new StartAsked(path));
        LookSoon();
    }

    public async Task PauseAsync(CancellationToken ct)
    {
        await _client.PauseAsync(ct);
        LookSoon();
    }

    public async Task ResumeAsync(CancellationToken ct)
    {
        await _client.ResumeAsync(ct);
        LookSoon();
    }

    public async Task CancelAsync(CancellationToken ct)
    {
        bool isRepeat;
        lock (_gate)
        {
            isRepeat = _picture is { CancelAskedAt: not null } or { Run: null, Ended.End.Outcome: RunOutcome.CancelledByUs };
        }

        // Before the question, so that the event it causes finds it known.
        Apply(new CancelAsked());
        try
        {
            await _client.CancelAsync(ct);
        }
        catch (ControllerRefusedException no) when (no.Kind is RefusalKind.WrongState && isRepeat)
        {
            // The first cancel has worked already.
        }
        catch (ControllerRefusedException)
        {
            if (!isRepeat)
            {
                Apply(new CancelRefused());
            }

            throw;
        }

        LookSoon();
    }

    public async Task RemoveAsync(string fileName, CancellationToken ct)
    {
        await _client.DeleteAsync(PathOf(fileName), ct);
        Forget(fileName);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static bool IsSame(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>SHA-1 for OctoPrint, and a last check that our own copy is still the approved one.</summary>
    private static async Task<(string Sha1, long Bytes)> DigestAsync(JobFile file, CancellationToken ct)
    {
        using var sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var stream = File.OpenRead(file.Path);
        var buffer = new byte[64 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, ct)) > 0;)
        {
            sha1.AppendData(buffer, 0, read);
            sha256.AppendData(buffer, 0, read);
        }

        file.RequireApproved(Convert.ToHexStringLower(sha256.GetHashAndReset()));
        return (Convert.ToHexStringLower(sha1.GetHashAndReset()), stream.Length);
    }
}
