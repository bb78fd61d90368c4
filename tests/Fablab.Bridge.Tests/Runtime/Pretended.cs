using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Runtime;
using Fablab.Bridge.Spool;
using Fablab.Bridge.Supervision;
using Fablab.Contracts;

namespace Fablab.Bridge.Tests.Runtime;

/// <summary>A broker that keeps what was said, and says what the test wants.</summary>
internal sealed class PretendedWire(Action changed) : IBridgeWire
{
    private readonly Lock _gate = new();
    private readonly List<WireMessage> _published = [];
    private readonly List<Func<WireMessage, CancellationToken, ValueTask>> _receivers = [];
    private Func<bool, CancellationToken, ValueTask>? _connectionChanged;

    public WireMessage? Will { get; private set; }

    public IReadOnlyList<WireMessage> Published
    {
        get
        {
            lock (_gate)
            {
                return [.. _published];
            }
        }
    }

    public void Publish(string topic, ReadOnlyMemory<byte> payload, bool retain)
    {
        lock (_gate)
        {
            _published.Add(new WireMessage(topic, payload, retain));
        }

        changed();
    }

    public void Subscribe(string filter, Func<WireMessage, CancellationToken, ValueTask> receive) => _receivers.Add(receive);

    public async Task RunAsync(WireMessage will, Func<bool, CancellationToken, ValueTask> connectionChanged, CancellationToken ct)
    {
        (Will, _connectionChanged) = (will, connectionChanged);
        changed();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
    }

    public ValueTask ConnectAsync(bool isConnected = true) => _connectionChanged!(isConnected, CancellationToken.None);

    public async Task SayAsync(string topic, ReadOnlyMemory<byte> payload, bool isRetained = false)
    {
        foreach (var receive in _receivers)
        {
            await receive(new WireMessage(topic, payload, isRetained), CancellationToken.None);
        }
    }

    public IReadOnlyList<T> Said<T>(string topic) where T : class =>
        [.. Published.Where(message => message.Topic == topic).Select(message => ContractsJson.TryRead<T>(message.Payload.Span, out var read, out _) ? read : null!)];
}

/// <summary>A controller that does what it is told, unless the test has it refuse, and remembers it.</summary>
internal sealed class PretendedController(Action changed) : IJobController
{
    private readonly Channel<ControllerObservation> _seen = Channel.CreateUnbounded<ControllerObservation>();

    public List<string> Told { get; } = [];

    /// <summary>Its no to what begins with the word.</summary>
    public Dictionary<string, RefusalKind> Refuses { get; } = [];

    public TimeSpan LongestSilence => TimeSpan.FromMinutes(2);

    public void Show(ControllerState state, string? file = null, RunEnd? lastEnd = null, string? message = null, long? jobMilliseconds = null) =>
        _seen.Writer.TryWrite(new ControllerObservation { Link = LinkState.Up, State = state, FileName = file, LastEnd = lastEnd, Message = message, JobMilliseconds = jobMilliseconds });

    public async IAsyncEnumerable<ControllerObservation> ObserveAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var seen in _seen.Reader.ReadAllAsync(ct))
        {
            yield return seen;
            changed();
        }
    }

    public Task UploadAsync(JobFile file, CancellationToken ct) => Tell($"upload {file.Name}");

    public Task StartAsync(string fileName, CancellationToken ct) => Tell($"start {fileName}");

    public Task PauseAsync(CancellationToken ct) => Tell("pause");

    public Task ResumeAsync(CancellationToken ct) => Tell("resume");

    public Task CancelAsync(CancellationToken ct) => Tell("cancel");

    public Task RemoveAsync(string fileName, CancellationToken ct) => Tell($"remove {fileName}");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task Tell(string what)
    {
        lock (Told)
        {
            Told.Add(what);
        }

        changed();
        return Refuses.TryGetValue(what.Split(' ')[0], out var kind)
            ? Task.FromException(new ControllerRefusedException($"no, {kind}", kind))
            : Task.CompletedTask;
    }
}

/// <summary>A plug that obeys and remembers it.</summary>
internal sealed class PretendedPlug(Action changed) : IInterlock
{
    private readonly Channel<InterlockObservation> _seen = Channel.CreateUnbounded<InterlockObservation>();

    public List<InterlockState> Told { get; } = [];

    public bool IsGone { get; set; }

    public TimeSpan LongestSilence => TimeSpan.FromMinutes(2);

    public IAsyncEnumerable<InterlockObservation> ObserveAsync(CancellationToken ct) => _seen.Reader.ReadAllAsync(ct);

    public Task<InterlockState> SetAsync(InterlockState wanted, CancellationToken ct)
    {
        lock (Told)
        {
            Told.Add(wanted);
        }

        if (IsGone)
        {
            changed();
            return Task.FromException<InterlockState>(new MachineUnreachableException("The plug is not there."));
        }

        _seen.Writer.TryWrite(new InterlockObservation { Link = LinkState.Up, State = wanted });
        changed();
        return Task.FromResult(wanted);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A spool whose disk fills up when the test says so.</summary>
internal sealed class FillingSpool(ISpool spool) : ISpool
{
    public bool IsFull { get; set; }

    public Guid SpoolId => spool.SpoolId;

    public long Epoch => spool.Epoch;

    public Guid BootId => spool.BootId;

    public MachineMemory Memory(string machine) => spool.Memory(machine);

    public ImmutableArray<JobRun> Runs(string machine) => spool.Runs(machine);

    public long Save(string machine, SupervisorEffect.Save save, DateTimeOffset at) => IsFull ? throw new SpoolFullException("full") : spool.Save(machine, save, at);

    public IReadOnlyList<HeldRecords> Held() => spool.Held();

    public IReadOnlyList<JournalRecord> Read(long epoch, long first, int mostRecords, int mostBytes) => spool.Read(epoch, first, mostRecords, mostBytes);

    public void NoteAcknowledged(long epoch, long upTo, DateTimeOffset at) => spool.NoteAcknowledged(epoch, upTo, at);

    public void Forget(DateTimeOffset acknowledgedBefore) => spool.Forget(acknowledgedBefore);

    public void Dispose() => spool.Dispose();
}

/// <summary>A web that answers each request as the test says.</summary>
internal sealed class PretendedWeb(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
{
    public List<HttpRequestMessage> Asked { get; } = [];

    /// <summary>Paths that are never answered.</summary>
    public HashSet<string> Hanging { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Asked.Add(request);
        if (Hanging.Contains(request.RequestUri!.AbsolutePath))
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        return answer(request);
    }
}
