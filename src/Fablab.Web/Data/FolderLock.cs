using Fablab.Web.Hosting;

namespace Fablab.Web.Data;

/// <summary>One process a data folder. The operating system lets go of the lock when the process ends, however it ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream file;

    private FolderLock(FileStream file) => this.file = file;

    /// <exception cref="StartRefusedException">Another process has it, or the folder cannot be written.</exception>
    public static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, "fablab.lock");
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StartRefusedException($"The data folder {folder} cannot be made: {error.Message} Set Storage:DataFolder to a folder that may be written.", error);
        }

        try
        {
            return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException error)
        {
            throw new StartRefusedException($"The data folder {folder} cannot be written: {error.Message}", error);
        }
        catch (IOException error)
        {
            throw new StartRefusedException(
                $"Another Fablab process uses the data folder {folder}. Stop it first, or give this one a folder of its own with Storage:DataFolder.", error);
        }
    }

    public void Dispose() => file.Dispose();
}
