using System.Security.Cryptography;
using Fablab.Web.Data;

namespace Fablab.Web.Features.MachineJobs;

/// <summary>The file is larger than this lab takes.</summary>
internal sealed class FileTooLargeException(long limit) : Exception($"The file is larger than {limit} bytes.")
{
    public long Limit { get; } = limit;
}

/// <summary>A file that came in whole. Disposed without <see cref="JobFiles.Keep"/> it is gone.</summary>
/// <param name="Sha256">64 lower-case hex digits; its name once it is kept.</param>
internal sealed record ReceivedFile(string Path, string Sha256, long Bytes) : IDisposable
{
    public void Dispose() => File.Delete(Path);
}

/// <summary>
/// Job files on disk, named by their digest: the member's own file name never touches the file system. Several web nodes share
/// the folder.
/// </summary>
internal sealed class JobFiles(DataFolder data)
{
    private const int BufferBytes = 81_920;
    private const string Kept = ".gcode";
    private const string Unfinished = ".part";

    private string Folder => data.Folder("jobs");

    /// <summary>Reads a stream to its end, onto the disk.</summary>
    /// <exception cref="FileTooLargeException">More than <paramref name="limitBytes"/> came; nothing is left.</exception>
    public async Task<ReceivedFile> ReceiveAsync(Stream content, long limitBytes, CancellationToken ct)
    {
        var path = Path.Combine(Folder, $"{Guid.CreateVersion7():N}{Unfinished}");
        try
        {
            return await WriteAsync(content, path, limitBytes, ct);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>From now on it is found under its digest, whole and on disk.</summary>
    public void Keep(ReceivedFile file) => File.Move(file.Path, PathOf(file.Sha256), overwrite: true);

    public string PathOf(string sha256) => Path.Combine(Folder, $"{sha256}{Kept}");

    public bool Has(string sha256) => File.Exists(PathOf(sha256));

    public void Delete(string sha256) => File.Delete(PathOf(sha256));

    /// <summary>Digests of files that nobody sent since.</summary>
    public IReadOnlyList<string> KeptBefore(DateTimeOffset time) => [.. Before(time, Kept).Select(file => Path.GetFileNameWithoutExtension(file.Name))];

    /// <summary>What a crash left of files that were coming in.</summary>
    public void DeleteUnfinishedBefore(DateTimeOffset time)
    {
        foreach (var file in Before(time, Unfinished))
        {
            file.Delete();
        }
    }

    private IEnumerable<FileInfo> Before(DateTimeOffset time, string extension) =>
        new DirectoryInfo(Folder).EnumerateFiles($"*{extension}").Where(file => file.LastWriteTimeUtc < time.UtcDateTime);

    private static async Task<ReceivedFile> WriteAsync(Stream content, string path, long limitBytes, CancellationToken ct)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes, FileOptions.Asynchronous);
        var buffer = new byte[BufferBytes];
        long bytes = 0;
        int read;
        while ((read = await content.ReadAsync(buffer, ct)) > 0)
        {
            bytes += read;
            if (bytes > limitBytes)
            {
                throw new FileTooLargeException(limitBytes);
            }

            digest.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), ct);
        }

        await file.FlushAsync(ct);
        file.Flush(flushToDisk: true);
        return new ReceivedFile(path, Convert.ToHexStringLower(digest.GetHashAndReset()), bytes);
    }
}
