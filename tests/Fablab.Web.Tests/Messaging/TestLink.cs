using System.Text;
using System.Threading.Channels;
using Fablab.Mqtt;
using Fablab.Web.Tests.Messaging.Broker;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fablab.Web.Tests.Messaging;

/// <summary>A running link that writes down what happens to it.</summary>
internal sealed class TestLink : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<MqttConnected> _connected = Channel.CreateUnbounded<MqttConnected>();
    private readonly Channel<MqttDisconnected> _disconnected = Channel.CreateUnbounded<MqttDisconnected>();
    private readonly Channel<MqttConfigurationError> _errors = Channel.CreateUnbounded<MqttConfigurationError>();

    public TestLink(string user, int port, TimeProvider? clock = null, Func<MqttMessage, CancellationToken, ValueTask>? onMessage = null, Action<MqttLinkOptions>? change = null)
    {
        var options = new MqttLinkOptions
        {
            Port = port,
            ClientId = user,
            User = user,
            Password = TestBroker.Password,
            ReconnectMin = TimeSpan.FromMilliseconds(10),
            ReconnectMax = TimeSpan.FromMilliseconds(50),
        };
        change?.Invoke(options);
        Link = new MqttLink(
            options,
            new MqttLinkHandlers
            {
                OnMessage = async (message, ct) =>
                {
                    if (onMessage is not null)
                    {
                        await onMessage(message, ct);
                    }

                    Inbox.Add(message.Topic, Encoding.UTF8.GetString(message.Payload.Span), message.Retain);
                },
                OnConnected = (news, _) => _connected.Writer.WriteAsync(news, CancellationToken.None),
                OnDisconnected = (news, _) => _disconnected.Writer.WriteAsync(news, CancellationToken.None),
                OnConfigurationError = (news, _) => _errors.Writer.WriteAsync(news, CancellationToken.None),
                OnPoison = (message, _, _) =>
                {
                    Quarantine.Add(message.Topic, Encoding.UTF8.GetString(message.Payload.Span), message.Retain);
                    return ValueTask.CompletedTask;
                },
            },
            clock ?? TimeProvider.System,
            NullLogger<MqttLink>.Instance);
    }

    public MqttLink Link { get; }

    public Inbox Inbox { get; } = new();

    public Inbox Quarantine { get; } = new();

    public Task<MqttLinkEnd> Running { get; private set; } = Task.FromResult(MqttLinkEnd.Stopped);

    public TestLink Start()
    {
        Running = Link.RunAsync(_stopping.Token);
        return this;
    }

    public async Task<TestLink> StartConnectedAsync(params string[] filters)
    {
        foreach (var filter in filters)
        {
            await Link.SubscribeAsync(filter, MqttQos.AtLeastOnce, CancellationToken.None);
        }

        Start();
        await ConnectedAsync();
        return this;
    }

    public Task<MqttConnected> ConnectedAsync() => _connected.Reader.ReadAsync().AsTask().Soonest();

    public bool WasDisconnected => _disconnected.Reader.TryPeek(out _);

    public Task<MqttDisconnected> DisconnectedAsync() => _disconnected.Reader.ReadAsync().AsTask().Soonest();

    public Task<MqttConfigurationError> ConfigurationErrorAsync() => _errors.Reader.ReadAsync().AsTask().Soonest();

    /// <summary>Whether the broker takes its name and password, whichever it says first.</summary>
    public async Task<bool> IsLetInAsync()
    {
        var letIn = _connected.Reader.WaitToReadAsync().AsTask();
        return await Task.WhenAny(letIn, _errors.Reader.WaitToReadAsync().AsTask()).Soonest() == letIn;
    }

    public Task<PublishOutcome> SayAsync(string topic, string text = "{}", bool retain = false) => Link.PublishAsync(Message(topic, text, retain), CancellationToken.None);

    public static MqttMessage Message(string topic, string text = "{}", bool retain = false) =>
        new() { Topic = topic, Payload = Encoding.UTF8.GetBytes(text), Retain = retain };

    public async Task<MqttLinkEnd> StopAsync()
    {
        await _stopping.CancelAsync();
        return await Running.Soonest();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }
}
