using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;

namespace Fablab.Bridge.Drivers.Moonraker;

/// <summary>
/// One connection to <c>/websocket</c>: JSON-RPC 2.0, one object per text message. Answers and notices are handed over by the
/// one who reads, in the order in which they came.
/// </summary>
internal sealed class MoonrakerConnection : IAsyncDisposable
{
    /// <summary>A longer message ends the connection, in bytes. The list of a few jobs has a few kilobytes.</summary>
    public const int LongestMessage = 1024 * 1024;

    /// <summary>Calls that wait for an answer. More than a few mean that nobody answers.</summary>
    private const int MostPending = 32;

    /// <summary>A dead line is noticed by unanswered pings after about twice this.</summary>
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(10);

    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly ConcurrentDictionary<long, PendingCall> _pending = new();
    private readonly MoonrakerOptions _options;
    private readonly TimeProvider _clock;
    private long _lastId;
    private volatile bool _isOver;

    private MoonrakerConnection(MoonrakerOptions options, TimeProvider clock) => (_options, _clock) = (options, clock);

    /// <exception cref="MachineUnreachableException">No connection could be made.</exception>
    public static async Task<MoonrakerConnection> OpenAsync(MoonrakerOptions options, HttpMessageInvoker http, TimeProvider clock, CancellationToken ct)
    {
        var connection = new MoonrakerConnection(options, clock);
        try
        {
            await connection.ConnectAsync(http, ct);
            return connection;
        }
        catch (Exception broken) when (IsBroken(broken, ct))
        {
            await connection.DisposeAsync();
            throw new MachineUnreachableException($"Moonraker cannot be reached: {broken.Message}", broken);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    internal static Uri AddressOf(Uri baseAddress)
    {
        var address = new UriBuilder(baseAddress) { Scheme = baseAddress.Scheme == Uri.UriSchemeHttps ? "wss" : "ws" };
        address.Path = $"{address.Path.TrimEnd('/')}/websocket";
        return address.Uri;
    }

    /// <summary>Hands over each frame until the connection ends.</summary>
    /// <exception cref="MachineUnreachableException">It ended.</exception>
    public async Task ReadAsync(Action<RpcFrame> onFrame, CancellationToken ct)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        try
        {
            while (await ReadMessageAsync(buffer, ct))
            {
                var frame = RpcFrame.Parse(buffer.WrittenMemory);
                if (frame is RpcAnswer answer)
                {
                    Settle(answer);
                }
                else
                {
                    onFrame(frame);
                }
            }

            throw new MachineUnreachableException("Moonraker closed the connection");
        }
        catch (Exception broken) when (IsBroken(broken, ct))
        {
            throw new MachineUnreachableException($"The connection to Moonraker broke: {broken.Message}", broken);
        }
        finally
        {
            GiveUp();
        }
    }

    /// <param name="onResult">Called by the reader before it reads on, so that no later notice can overtake the answer.</param>
    /// <exception cref="ControllerRefusedException">Moonraker, or Klipper behind it, said no.</exception>
    /// <exception cref="MachineUnreachableException">No answer within the limit, or the connection ended. It may have been carried out.</exception>
    public async Task<JsonElement> CallAsync(string method, object? parameters, TimeSpan limit, Action<JsonElement>? onResult, CancellationToken ct)
    {
        var id = Interlocked.Increment(ref _lastId);
        var call = new PendingCall(method, onResult);
        if (_pending.Count >= MostPending || !_pending.TryAdd(id, call))
        {
            throw new MachineUnreachableException($"{MostPending} calls wait for Moonraker already");
        }

        try
        {
            if (_isOver)
            {
                throw Lost(method);
            }

            await SendAsync(new { jsonrpc = "2.0", method, @params = parameters ?? new { }, id }, ct);
            return await call.Answered.WaitAsync(limit, _clock, ct);
        }
        catch (TimeoutException)
        {
            throw new MachineUnreachableException($"Moonraker did not answer {method} within {limit.TotalSeconds:0.#} s");
        }
        catch (Exception broken) when (IsBroken(broken, ct))
        {
            throw new MachineUnreachableException($"The connection to Moonraker broke: {broken.Message}", broken);
        }
        finally
        {
            _pending.TryRemove(id, out _);
        }
    }

    public ValueTask DisposeAsync()
    {
        GiveUp();

        // Not a closing handshake: whoever hangs up here has given the other side up, or is stopped itself.
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private static bool IsBroken(Exception e, CancellationToken ct) => e is WebSocketException or IOException or HttpRequestException
        or ObjectDisposedException or InvalidOperationException || (e is OperationCanceledException && !ct.IsCancellationRequested);

    private static MachineUnreachableException Lost(string method) => new($"The connection to Moonraker ended before it answered {method}");

    private async Task ConnectAsync(HttpMessageInvoker http, CancellationToken ct)
    {
        _socket.Options.KeepAliveInterval = PingInterval;
        _socket.Options.KeepAliveTimeout = PingInterval;
        if (_options.ApiKey.Length > 0)
        {
            _socket.Options.SetRequestHeader("X-Api-Key", _options.ApiKey);
        }

        using var limit = new CancellationTokenSource(_options.AnswerTimeout, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        await _socket.ConnectAsync(AddressOf(_options.Address!), http, both.Token);
    }

    private void Settle(RpcAnswer answer)
    {
        // An answer that nobody waits for any more is late, and what it says shows in the state.
        if (!_pending.TryGetValue(answer.Id, out var call))
        {
            return;
        }

        if (answer.Error is { } no)
        {
            call.Fail(no.ToRefusal(call.Method));
            return;
        }

        call.OnResult?.Invoke(answer.Result);
        call.Succeed(answer.Result);
    }

    private void GiveUp()
    {
        _isOver = true;
        foreach (var call in _pending.Values)
        {
            call.Fail(Lost(call.Method));
        }
    }

    /// <returns>False when the other side closed.</returns>
    private async Task<bool> ReadMessageAsync(ArrayBufferWriter<byte> buffer, CancellationToken ct)
    {
        buffer.ResetWrittenCount();
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.GetMemory(8 * 1024), ct);
            if (part.MessageType is WebSocketMessageType.Close)
            {
                return false;
            }

            buffer.Advance(part.Count);
            if (buffer.WrittenCount > LongestMessage)
            {
                throw new MachineUnreachableException("Moonraker sent more than we read");
            }

            if (part.EndOfMessage)
            {
                return true;
            }
        }
    }

    private async Task SendAsync(object message, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(_options.AnswerTimeout, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        await _sending.WaitAsync(both.Token);
        try
        {
            await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, true, both.Token);
        }
        finally
        {
            _sending.Release();
        }
    }

    private sealed class PendingCall(string method, Action<JsonElement>? onResult)
    {
        private readonly TaskCompletionSource<JsonElement> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Method => method;

        public Action<JsonElement>? OnResult => onResult;

        public Task<JsonElement> Answered => _answer.Task;

        public void Succeed(JsonElement result) => _answer.TrySetResult(result);

        public void Fail(Exception why)
        {
            if (_answer.TrySetException(why))
            {
                // Whoever asked may have gone; then nobody looks at it.
                _ = _answer.Task.Exception;
            }
        }
    }
}
