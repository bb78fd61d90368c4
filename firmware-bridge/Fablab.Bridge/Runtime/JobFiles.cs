using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Fablab.Bridge.Runtime;

/// <summary>
/// Fetches job files from the web and keeps them until their job is over. A file counts only when its size and digest are
/// those that were promised.
/// </summary>
internal sealed class JobFiles : IDisposable
{
    private const int Tries = 3;
    private const int BufferBytes = 64 * 1024;

    private static readonly TimeSpan LongestTry = TimeSpan.FromMinutes(10);

    private readonly HttpClient _web;
    private readonly Uri _server;
    private readonly string _folder;
    private readonly long _largestBytes;
    private readonly Func<long> _room;
    private readonly ResiliencePipeline _pipeline;

    /// <param name="room">How many bytes may still be stored; the spool's share of the disk is not ours.</param>
    public JobFiles(Uri server, string bearer, string folder, long largestBytes, Func<long> room, HttpMessageHandler handler, TimeProvider clock)
    {
        (_server, _folder, _largestBytes, _room) = (server, folder, largestBytes, room);
        _web = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        _web.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        _pipeline = new ResiliencePipelineBuilder { Name = "job-files", TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = Tries - 1,
                Delay = TimeSpan.FromSeconds(1),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = new PredicateBuilder().Handle<JobFileException>(e => e.IsWorthAnotherTry).Handle<HttpRequestException>().Handle<IOException>().Handle<TimeoutRejectedException>(),
            })
            .AddTimeout(LongestTry)
            .Build();
    }

    /// <returns>Where the file lies.</returns>
    /// <exception cref="JobFileException">It could not be had; the reason is a stable code.</exception>
    public async Task<string> FetchAsync(DesiredJob job, CancellationToken ct)
    {
        var address = AddressOf(job);
        var path = PathOf(job.Id, job.Sha256);
        if (await IsThereAsync(path, job, ct))
        {
            return path;
        }

        if (job.Bytes > _room())
        {
            throw new JobFileException(JobDelivering.StorageFull, isWorthAnotherTry: true);
        }

        try
        {
            await _pipeline.ExecuteAsync(async inner => await DownloadAsync(address, job, path, inner), ct);
            return path;
        }
        catch (IOException e) when (IsDiskFull(e))
        {
            // The part would take the room that the next try needs.
            File.Delete(PartOf(path));
            throw new JobFileException(JobDelivering.StorageFull, isWorthAnotherTry: true, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutRejectedException)
        {
            throw new JobFileException("file-unreachable", isWorthAnotherTry: true, e);
        }
    }

    public void Remove(Guid job)
    {
        foreach (var file in Directory.EnumerateFiles(_folder, $"{job:N}*"))
        {
            File.Delete(file);
        }
    }

    /// <summary>
    /// At a start: removes what downloads left unfinished and the files of jobs that are over or of machines that are gone. The
    /// file of a job that is under way or still to be started stays.
    /// </summary>
    /// <returns>Names that could not be removed.</returns>
    public IReadOnlyList<string> RemoveLeftovers(IEnumerable<(MachineMemory Memory, ImmutableArray<JobRun> Runs)> machines)
    {
        var wanted = machines.SelectMany(machine => machine.Runs.Where(run => IsWanted(machine.Memory, run)).Select(run => run.FileName)).ToHashSet(StringComparer.Ordinal);
        var stuck = new List<string>();
        foreach (var name in Directory.EnumerateFiles(_folder).Select(file => Path.GetFileName(file)!).Where(name => IsOurs(name) && !wanted.Contains(name)))
        {
            try
            {
                File.Delete(Path.Combine(_folder, name));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                stuck.Add(name);
            }
        }

        return stuck;
    }

    public void Dispose() => _web.Dispose();

    private string PathOf(Guid job, string sha256) => Path.Combine(_folder, $"{job:N}-{sha256[..8]}.gcode");

    private static string PartOf(string path) => $"{path}.part";

    /// <summary>What else lies in the folder is none of our business.</summary>
    private static bool IsOurs(string name) => name.Length > 32 && name[32] == '-' && Guid.TryParseExact(name[..32], "N", out _);

    private static bool IsWanted(MachineMemory memory, JobRun run) =>
        run.IsUnderWay || (!run.IsOver && (memory.Session?.Job == run.Job || memory.Desired?.Job?.Id == run.Job));

    /// <summary>No space or no quota (Linux 28 and 122, Windows 0x27 and 0x70).</summary>
    private static bool IsDiskFull(IOException e) =>
        e.HResult is 28 or 122 or unchecked((int)0x80070027) or unchecked((int)0x80070070);

    private Uri AddressOf(DesiredJob job)
    {
        if (job.Bytes < 0 || job.Bytes > _largestBytes)
        {
            throw new JobFileException("file-too-large", isWorthAnotherTry: false);
        }

        // The path comes over the broker, and our credential goes with the request: it may lead to the web and nowhere else.
        var isOurs = Uri.TryCreate(_server, job.Path, out var address)
            && address.GetLeftPart(UriPartial.Authority) == _server.GetLeftPart(UriPartial.Authority)
            && address.UserInfo.Length == 0;
        return isOurs ? address! : throw new JobFileException("file-path", isWorthAnotherTry: false);
    }

    private async Task DownloadAsync(Uri address, DesiredJob job, string path, CancellationToken ct)
    {
        using var answer = await _web.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, ct);
        if (answer.StatusCode is not HttpStatusCode.OK)
        {
            throw answer.StatusCode switch
            {
                HttpStatusCode.NotFound or HttpStatusCode.Gone => new JobFileException("file-not-found", isWorthAnotherTry: false),
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new JobFileException("file-not-allowed", isWorthAnotherTry: true),
                _ => new JobFileException("file-unreachable", isWorthAnotherTry: true),
            };
        }

        var part = PartOf(path);
        await using (var from = await answer.Content.ReadAsStreamAsync(ct))
        await using (var to = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes))
        {
            await CopyAsync(from, to, job, ct);
        }

        File.Move(part, path, overwrite: true);
    }

    private static async Task CopyAsync(Stream from, Stream to, DesiredJob job, CancellationToken ct)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        long total = 0;
        int read;
        while ((read = await from.ReadAsync(buffer, ct)) > 0)
        {
            total += read;
            if (total > job.Bytes)
            {
                throw new JobFileException("file-size", isWorthAnotherTry: false);
            }

            digest.AppendData(buffer, 0, read);
            await to.WriteAsync(buffer.AsMemory(0, read), ct);
        }

        if (total < job.Bytes)
        {
            // Cut off on its way, most likely.
            throw new JobFileException("file-size", isWorthAnotherTry: true);
        }

        if (Convert.ToHexStringLower(digest.GetCurrentHash()) != job.Sha256)
        {
            throw new JobFileException("file-digest", isWorthAnotherTry: false);
        }
    }

    private static async Task<bool> IsThereAsync(string path, DesiredJob job, CancellationToken ct)
    {
        if (!File.Exists(path) || new FileInfo(path).Length != job.Bytes)
        {
            return false;
        }

        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct)) == job.Sha256;
    }
}

/// <summary>A job's file could not be had.</summary>
internal sealed class JobFileException(string reason, bool isWorthAnotherTry, Exception? innerException = null)
    : Exception(reason, innerException)
{
    /// <summary>Stable code.</summary>
    public string Reason { get; } = reason;

    public bool IsWorthAnotherTry { get; } = isWorthAnotherTry;
}
