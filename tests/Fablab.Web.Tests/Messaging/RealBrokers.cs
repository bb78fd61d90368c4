using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Fablab.Web.Messaging.Broker;
using Fablab.Web.Tests.Messaging.Broker;

namespace Fablab.Web.Tests.Messaging;

/// <summary>A broker the link is tested against: started, stopped and started again on the same port.</summary>
internal interface IRealBroker : IAsyncDisposable
{
    int Port { get; }

    Task StartAsync();

    Task StopAsync();
}

internal sealed class EmbeddedRealBroker(string folder) : IRealBroker
{
    private TestBroker? _broker;

    public int Port { get; private set; }

    public async Task StartAsync()
    {
        _broker = await TestBroker.StartAsync(folder, options => options.Port = Port);
        Port = _broker.Port;
    }

    public async Task StopAsync()
    {
        if (_broker is not null)
        {
            await _broker.DisposeAsync();
            _broker = null;
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}

/// <summary>A Mosquitto of its own on loopback, with the files that the web writes for it.</summary>
internal sealed class MosquittoRealBroker(string folder) : IRealBroker
{
    private Process? _process;

    public int Port { get; } = FreePort();

    /// <returns><see langword="null"/> when it is not installed.</returns>
    public static string? FindProgram() => new[] { "/usr/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto" }.FirstOrDefault(File.Exists);

    public async Task StartAsync()
    {
        await MosquittoAcl.WriteAsync(
            folder,
            [
                new("web", new ServerPrincipal(), MosquittoPassword.Hash(TestBroker.Password)),
                new("bridge-a", new BridgePrincipal("north", "bridge-a", ["plug-1"]), MosquittoPassword.Hash(TestBroker.Password)),
                new("plug-1", new DevicePrincipal("plug-1", "bridge-a"), MosquittoPassword.Hash(TestBroker.Password)),
            ],
            CancellationToken.None);
        var config = Path.Combine(folder, "test.conf");

        // Started as root it would drop to a user that may not read this folder.
        await File.WriteAllTextAsync(config, $"""
            user {Environment.UserName}
            persistence_location {folder}/
            listener {Port} 127.0.0.1
            {MosquittoAcl.OfEachListener}
            {MosquittoAcl.Config(folder)}
            """);
        _process = Process.Start(new ProcessStartInfo(FindProgram()!, ["-c", config]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        await AnswersAsync().Soonest();
    }

    public async Task StopAsync()
    {
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync().Soonest();
            _process.Dispose();
            _process = null;
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task AnswersAsync()
    {
        while (true)
        {
            Assert.That(_process!.HasExited, Is.False, () => $"mosquitto ended: {_process.StandardError.ReadToEnd()}");
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync("127.0.0.1", Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
