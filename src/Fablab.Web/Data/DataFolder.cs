using Microsoft.Extensions.Options;

namespace Fablab.Web.Data;

/// <summary>The folder of this node's files. Parts of the program keep theirs in a folder of their own below it.</summary>
internal sealed class DataFolder(IOptions<StorageOptions> options, IHostEnvironment environment)
{
    public string Root { get; } = Path.GetFullPath(options.Value.DataFolder, environment.ContentRootPath);

    public string File(string name) => Path.Combine(Root, name);

    /// <summary>A folder below, made when missing.</summary>
    public string Folder(string name) => Directory.CreateDirectory(Path.Combine(Root, name)).FullName;
}
