namespace Fablab.Bridge.Runtime;

/// <summary>The bridge's folder, held by a file lock of the operating system so that two bridges cannot share a spool.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }

    public string Spool => SpoolIn(Path);

    public string Jobs => System.IO.Path.Combine(Path, "jobs");

    public long FreeBytes => new DriveInfo(System.IO.Path.GetFullPath(Path)).AvailableFreeSpace;

    public static string SpoolIn(string folder) => System.IO.Path.Combine(folder, "spool.db");

    /// <exception cref="IOException">Another bridge holds the folder, or it cannot be written.</exception>
    public static DataFolder Take(string path)
    {
        Directory.CreateDirectory(path);
        Directory.CreateDirectory(System.IO.Path.Combine(path, "jobs"));
        try
        {
            var held = new FileStream(System.IO.Path.Combine(path, "bridge.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new DataFolder(path, held);
        }
        catch (IOException e)
        {
            throw new IOException($"The data folder '{System.IO.Path.GetFullPath(path)}' is in use by another bridge, or cannot be written. Give each bridge its own Bridge:DataFolder.", e);
        }
    }

    public void Dispose() => _lock.Dispose();
}
