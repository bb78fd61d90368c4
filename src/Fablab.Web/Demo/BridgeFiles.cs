using System.Text.Json;
using Fablab.Web.Data;
using Fablab.Web.Hosting;
using Fablab.Web.Messaging;
using Fablab.Web.Messaging.Broker;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Demo;

/// <summary>
/// Writes <c>{DataFolder}/bridges/{code}.json</c>, whole settings that a bridge process of its own starts with and that the
/// bridges inside this process read as well. They hold its key, so only the program's user may read them.
/// </summary>
internal sealed class BridgeFiles(
    FablabDb db, BridgeKeys keys, DataFolder folder, IOptions<DemoOptions> demo, IOptions<WebOptions> web, IOptions<BrokerOptions> broker, IOptions<MessagingOptions> messaging)
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    public string PathOf(string bridge) => Path.Combine(folder.Folder("bridges"), $"{bridge}.json");

    public async Task WriteAsync(CancellationToken ct)
    {
        var bridges = await (
            from bridge in db.Bridges.AsNoTracking()
            join site in db.Sites.AsNoTracking() on bridge.Site equals site.Id
            select new { Bridge = bridge, Site = site.Code }).ToListAsync(ct);
        foreach (var (bridge, site) in bridges.Select(found => (found.Bridge, found.Site)))
        {
            var (host, port) = broker.Value.Embedded ? (broker.Value.Address, broker.Value.Port) : (messaging.Value.Host, messaging.Value.Port);
            var settings = new
            {
                Bridge = new
                {
                    Site = site,
                    Id = bridge.Code,
                    Key = keys.Of(bridge).Reveal(),
                    Broker = new { Host = host, Port = port },
                    Server = web.Value.PublicAddress,
                    DataFolder = Path.Combine(folder.Folder("bridges"), bridge.Code),
                    Machines = Machines(bridge.Code),
                },
            };
            await WriteAsync(PathOf(bridge.Code), JsonSerializer.Serialize(settings, Readable), ct);
        }
    }

    private object[] Machines(string bridge) => bridge switch
    {
        DemoIds.AtelierBridge =>
        [
            Printer("printer-1", DemoMachines.Printer1Port(demo.Value)),
            Printer("printer-2", DemoMachines.Printer2Port(demo.Value)),
            new
            {
                Code = "cnc-1",
                HazardClass = "H",
                Simulated = true,
                JobControl = new { Kind = "grbl", Address = $"tcp://127.0.0.1:{DemoMachines.MillPort(demo.Value)}" },
                Interlock = new { Kind = "tasmota", Topic = DemoMachines.MillPlug },
            },
        ],
        DemoIds.CampusBridge =>
        [
            new
            {
                Code = "laser-1",
                HazardClass = "H",
                Simulated = true,
                ActiveWatts = 150,
                Interlock = new { Kind = "tasmota", Topic = DemoMachines.LaserPlug },
            },
        ],
        _ => [],
    };

    private static object Printer(string code, int port) => new
    {
        Code = code,
        HazardClass = "R",
        Simulated = true,
        JobControl = new { Kind = "octoprint", Address = $"http://127.0.0.1:{port}/", DemoMachines.ApiKey },
    };

    private static async Task WriteAsync(string path, string content, CancellationToken ct)
    {
        // Written anew at every start: ports and addresses follow this program's settings. What an operator wants otherwise goes into another file.
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

        File.Move(unfinished, path, overwrite: true);
    }
}
