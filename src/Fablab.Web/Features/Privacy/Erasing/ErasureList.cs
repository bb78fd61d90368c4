using System.Globalization;
using Fablab.Web.Data;
using Microsoft.Extensions.Options;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Privacy.Erasing;

/// <summary>
/// The ids of those who were erased, one a line with its instant, in a file beside the database: a backup of the database that is older than an
/// erasure brings the person back, and this list erases them again at the next start. It holds no name. It belongs into no backup, or into each one anew.
/// </summary>
internal sealed class ErasureList(IOptions<PrivacyOptions> options, DataFolder folder)
{
    private string Path => options.Value.ErasureList is { Length: > 0 } path ? System.IO.Path.GetFullPath(path, folder.Root) : folder.File("erasures.txt");

    public bool IsThere => File.Exists(Path);

    /// <summary>On disk when this returns. Writing one twice changes nothing.</summary>
    public void Add(Guid member, Instant at)
    {
        using var file = new FileStream(Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        file.Write(System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{InstantPattern.General.Format(at)} {member}\n")));
        file.Flush(flushToDisk: true);
    }

    /// <summary>All of them; a line that was cut off by a crash is passed over, since it is written again.</summary>
    public IReadOnlyList<Guid> Read() => !File.Exists(Path) ? []
        : [.. File.ReadLines(Path).Select(line => Guid.TryParse(line.Split(' ')[^1], out var id) ? id : Guid.Empty).Where(id => id != Guid.Empty).Distinct()];
}
