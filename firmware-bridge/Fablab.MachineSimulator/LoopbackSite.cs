using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Fablab.MachineSimulator;

/// <summary>A listener of its own on the loopback address, as each controller with a web interface has one.</summary>
internal static class LoopbackSite
{
    /// <summary>No job file of a test or a demo is larger.</summary>
    public const long UploadLimitBytes = 256 * 1024 * 1024;

    public static WebApplicationBuilder CreateBuilder(int port)
    {
        // Empty: neither the settings nor the addresses of the process that hosts us are ours.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = UploadLimitBytes;
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<FormOptions>(form => form.MultipartBodyLengthLimit = UploadLimitBytes);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        return builder;
    }

    /// <returns><c>http://127.0.0.1:port</c>.</returns>
    public static async Task<string> StartAsync(WebApplication app, CancellationToken ct)
    {
        await app.StartAsync(ct);
        return app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
    }
}
