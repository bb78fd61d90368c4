using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Fablab.Bridge.Tests.Drivers.Grbl;

/// <summary>
/// A listener that answers a driver with what a recorded controller said: an <c>ok</c> for each line it got, a recorded
/// status for each question, in the recorded order.
/// </summary>
internal sealed class GrblPeer : IAsyncDisposable
{
    private const string Greeting = "Grbl 1.1h ['$' for help]";
    private const string Idle = "<Idle|MPos:0.000,0.000,0.000|Bf:15,128|FS:0,0>";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly Queue<string> _script;
    private readonly Task _work;
    private Socket? _client;
    private int _owed;
    private volatile string? _only;

    /// <param name="received">What the recorded controller said after its greeting.</param>
    public GrblPeer(IEnumerable<string> received)
    {
        _script = new Queue<string>(received);
        _listener.Start();
        _work = WorkAsync();
    }

    public string Address => $"tcp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public List<string> Lines { get; } = [];

    public List<byte> Realtime { get; } = [];

    /// <summary>From now on every question is answered so, whatever the recording says, and no line is answered.</summary>
    public void SayOnly(string status) => _only = status;

    public void CutLine() => _client!.Dispose();

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Stop();
        _client?.Dispose();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _closing.Dispose();
        _listener.Dispose();
    }

    private async Task WorkAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            _client = await _listener.AcceptSocketAsync(_closing.Token);
            try
            {
                await ServeAsync(_client);
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // The driver or the test cut the line; the next one may come.
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        if (_only is null)
        {
            await SayAsync(client, Greeting);
        }

        var buffer = new byte[1024];
        var line = new StringBuilder();
        while (await client.ReceiveAsync(buffer, _closing.Token) is > 0 and var count)
        {
            foreach (var value in buffer.AsSpan(0, count).ToArray())
            {
                await HearAsync(client, value, line);
            }
        }
    }

    private async Task HearAsync(Socket client, byte value, StringBuilder line)
    {
        if (value is (byte)'?' or (byte)'!' or (byte)'~' or 0x18)
        {
            Realtime.Add(value);
            await ReactAsync(client, value);
        }
        else if (value != (byte)'\n')
        {
            line.Append((char)value);
        }
        else
        {
            var text = line.ToString();
            line.Clear();
            await AnswerAsync(client, text);
        }
    }

    private Task ReactAsync(Socket client, byte value) => (value, _only) switch
    {
        ((byte)'?', { } only) => SayAsync(client, only),
        ((byte)'?', _) when Lines.Count == 0 || _script.Count == 0 => SayAsync(client, Idle),
        ((byte)'?', _) => PlayAsync(client, throughStatus: true),
        _ => Task.CompletedTask,
    };

    private async Task AnswerAsync(Socket client, string text)
    {
        if (_only is not null)
        {
            return;
        }

        if (text == "$I")
        {
            await SayAsync(client, "[OPT:V,15,128]", "ok");
            return;
        }

        Lines.Add(text);
        _owed++;
        await PlayAsync(client, throughStatus: false);
    }

    private async Task PlayAsync(Socket client, bool throughStatus)
    {
        while (_script.TryPeek(out var next))
        {
            var isStatus = next.StartsWith('<');
            if ((next == "ok" && _owed == 0) || (isStatus && !throughStatus))
            {
                return;
            }

            _owed -= next == "ok" ? 1 : 0;
            await SayAsync(client, _script.Dequeue());
            if (isStatus)
            {
                return;
            }
        }
    }

    private async Task SayAsync(Socket client, params string[] lines) =>
        await client.SendAsync(Encoding.ASCII.GetBytes(string.Concat(lines.Select(line => line + "\r\n"))), _closing.Token);
}
