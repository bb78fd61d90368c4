using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Messaging;
using Microsoft.EntityFrameworkCore;

namespace Fablab.Web.Demo;

/// <summary>
/// Writes <c>{DataFolder}/bridges/{code}.json</c>, the settings that a bridge process of its own starts with. They hold its
/// key, so only the program's user may read them.
/// </summary>
internal sealed class BridgeFiles(FablabDb db, BridgeKeys keys, DataFolder folder)
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    public async Task WriteAsync(CancellationToken ct)
    {
        var bridges = await (
            from bridge in db.Bridges.AsNoTracking()
            join site in db.Sites.AsNoTracking() on bridge.Site equals site.Id
            select new { Bridge = bridge, Site = site.Code }).ToListAsync(ct);
        foreach (var (bridge, site) in bridges.Select(found => (found.Bridge, found.Site)))
        {
            var settings = new { Bridge = new { Site = site, Id = bridge.Code, Key = keys.Of(bridge).Reveal() } };
            await WriteAsync(Path.Combine(folder.Folder("bridges"), $"{bridge.Code}.json"), JsonSerializer.Serialize(settings, Readable), ct);
        }
    }

    private static async Task WriteAsync(string path, string content, CancellationToken ct)
    {
        if (File.Exists(path))
        {
            // The operator may have added to it; the key in it never changes.
            return;
        }

        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var unfinished = path + ".new";
        File.Delete(unfinished);
        await using (var writer = new StreamWriter(unfinished, options))
        {
            await writer.WriteAsync(content.AsMemory(), ct);
        }

        File.Move(unfinished, path);
    }
}
