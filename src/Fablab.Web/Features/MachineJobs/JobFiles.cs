using System.Security.Cryptography;
using Fablab.Web.Data;

namespace Fablab.Web.Features.MachineJobs;

/// <summary>A stored file.</summary>
/// <param name="Sha256">64 lower-case hex digits; also its name on disk.</param>
internal sealed record StoredFile(string Sha256, long Bytes);

/// <summary>The file is larger than this lab takes.</summary>
internal sealed class FileTooLargeException(long limit) : Exception($"The file is larger than {limit} bytes.")
{
    public long Limit { get; } = limit;
}

/// <summary>
/// Job files on disk, named by their digest: the member's own file name never touches the file system. Several web nodes share
/// the folder.
/// </summary>
internal sealed class JobFiles(DataFolder data)
{
    private const int BufferBytes = 81_920;

    /// <summary>Stores a stream; the file is complete and on disk before its name exists.</summary>
    /// <exception cref="FileTooLargeException">More than <paramref name="limitBytes"/> came; nothing is kept.</exception>
    public async Task<StoredFile> StoreAsync(Stream content, long limitBytes, CancellationToken ct)
    {
        var folder = data.Folder("jobs");
        var temporary = Path.Combine(folder, $"{Guid.CreateVersion7():N}.part");
        try
        {
            var stored = await WriteAsync(content, temporary, limitBytes, ct);
            File.Move(temporary, PathOf(stored.Sha256), overwrite: true);
            return stored;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public string PathOf(string sha256) => Path.Combine(data.Folder("jobs"), $"{sha256}.gcode");

    private static async Task<StoredFile> WriteAsync(Stream content, string path, long limitBytes, CancellationToken ct)
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
        return new StoredFile(Convert.ToHexStringLower(digest.GetHashAndReset()), bytes);
    }
}
