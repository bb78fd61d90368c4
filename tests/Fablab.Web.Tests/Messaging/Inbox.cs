using System.Threading.Channels;

namespace Fablab.Web.Tests.Messaging;

/// <summary>Messages in the order of their arrival.</summary>
internal sealed class Inbox
{
    private readonly Channel<Letter> _letters = Channel.CreateUnbounded<Letter>();

    public void Add(string topic, string text, bool isRetained) => _letters.Writer.TryWrite(new Letter(topic, text, isRetained));

    public Task<Letter> NextAsync() => _letters.Reader.ReadAsync().AsTask().Soonest();
}

internal sealed record Letter(string Topic, string Text, bool IsRetained);
