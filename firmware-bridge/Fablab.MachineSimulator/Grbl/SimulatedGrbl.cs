using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Fablab.MachineSimulator.Grbl;

/// <summary>
/// A pretend CNC machine whose serial line is a TCP port on the loopback address, as behind a serial server. One client at
/// a time; a second one is turned away. The machine goes on when its client leaves. A client is greeted with the banner
/// when the machine is at rest; it finds a working machine without one, unless the board resets on connect.
/// </summary>
public sealed partial class SimulatedGrbl : ISimulatedMachine
{
    private const int ReadBytes = 1024;

    /// <summary>Lines waiting for a client that does not read; what is more is lost, as on a serial line.</summary>
    private const int WaitingLimit = 4096;

    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(10);

    private readonly SimulatedMachineOptions _options;
    private readonly ILogger _log;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly GrblMachine _machine;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TcpListener _listener;
    private Channel<string>? _client;
    private ITimer? _ticker;
    private Task _accepting = Task.CompletedTask;

    public SimulatedGrbl(SimulatedMachineOptions options, TimeProvider clock, ILogger<SimulatedGrbl> log)
    {
        (_options, _clock, _log) = (options, clock, log);
        _machine = new GrblMachine(options.Speed, clock.GetUtcNow());
        _machine.TakeLines();
        _listener = new TcpListener(IPAddress.Loopback, options.Port);
    }

    public string Code => _options.Code;

    /// <summary><c>tcp://127.0.0.1:port</c>, known once started.</summary>
    public string Address { get; private set; } = "";

    public IReadOnlyList<string> Injections { get; } = ["hold", "resume", "reset", "unplug"];

    /// <summary>GRBL's state now, such as <c>Idle</c>, <c>Run</c> or <c>Alarm</c>.</summary>
    public string StateText
    {
        get
        {
            lock (_gate)
            {
                _machine.Advance(_clock.GetUtcNow());
                return _machine.State.ToString();
            }
        }
    }

    public Task StartAsync(CancellationToken ct)
    {
        _listener.Start();
        Address = $"tcp://{_listener.LocalEndpoint}";
        _ticker = _clock.CreateTimer(_ => Tell(_ => { }), null, TickInterval, TickInterval);
        _accepting = AcceptAsync(_stopping.Token);
        return Task.CompletedTask;
    }

    /// <summary>Buttons at the machine, its reset button, and the plug of its cable.</summary>
    public bool Inject(string injection)
    {
        switch (injection)
        {
            case "hold":
                Tell(machine => machine.Receive("!"));
                break;
            case "resume":
                Tell(machine => machine.Receive("~"));
                break;
            case "reset":
                Tell(machine => machine.Reset());
                break;
            case "unplug":
                lock (_gate)
                {
                    _client?.Writer.TryComplete();
                }

                break;
            default:
                return false;
        }

        LogInjected(Code, injection);
        return true;
    }

    public IEnumerable<string> Tell()
    {
        lock (_gate)
        {
            _machine.Advance(_clock.GetUtcNow());
            return [.. _machine.Seen, _machine.State.ToString()];
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        _listener.Stop();
        if (_ticker is not null)
        {
            await _ticker.DisposeAsync();
        }

        await _accepting;
        _stopping.Dispose();
    }

    private void Tell(Action<GrblMachine> action)
    {
        lock (_gate)
        {
            _machine.Advance(_clock.GetUtcNow());
            action(_machine);
            foreach (var line in _machine.TakeLines())
            {
                _client?.Writer.TryWrite(line);
            }
        }
    }

    private async Task AcceptAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptTcpClientAsync(ct);
                // Served beside the loop: a second client must be turned away at once, not when the first leaves.
                _ = ServeAsync(socket, ct);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient socket, CancellationToken ct)
    {
        using var _ = socket;
        if (Occupy() is not { } lines)
        {
            LogTurnedAway(Code);
            return;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        try
        {
            socket.NoDelay = true;
            var stream = socket.GetStream();
            await await Task.WhenAny(ReceiveAsync(stream, ended.Token), SendAsync(stream, lines.Reader, ended.Token));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The cable came out; the machine goes on.
        }
        finally
        {
            await ended.CancelAsync();
            lock (_gate)
            {
                _client = null;
            }
        }
    }

    private Channel<string>? Occupy()
    {
        lock (_gate)
        {
            if (_client is not null)
            {
                return null;
            }

            _client = Channel.CreateBounded<string>(new BoundedChannelOptions(WaitingLimit) { FullMode = BoundedChannelFullMode.DropWrite });
            _machine.Advance(_clock.GetUtcNow());
            _machine.TakeLines();
            if (_options.ResetsOnConnect || _machine.IsAtRest)
            {
                Tell(machine => machine.Reset());
            }

            return _client;
        }
    }

    private async Task ReceiveAsync(NetworkStream stream, CancellationToken ct)
    {
        var buffer = new byte[ReadBytes];
        while (await stream.ReadAsync(buffer, ct) is > 0 and var count)
        {
            Tell(machine => machine.Receive(buffer.AsSpan(0, count)));
        }
    }

    private static async Task SendAsync(NetworkStream stream, ChannelReader<string> lines, CancellationToken ct)
    {
        await foreach (var line in lines.ReadAllAsync(ct))
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(line + "\r\n"), ct);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Machine}: {Injection} was injected")]
    private partial void LogInjected(string machine, string injection);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Machine}: a second client was turned away; a serial line has one")]
    private partial void LogTurnedAway(string machine);
}
