using Fablab.Contracts;

namespace Fablab.Bridge.Spool;

/// <summary>
/// Brings every record to the web at least once and in order: oldest epoch first, at most four batches on their way, all
/// again from the last acknowledgement when none comes. Only an acknowledgement that names this spool and an epoch it
/// holds counts, and never beyond what exists.
/// </summary>
internal static class JournalSender
{
    public const int Window = 4;
    public const int MostBytes = 32 * 1024;
    public const long FirstRetryMilliseconds = 5_000;
    public const long LongestRetryMilliseconds = 60_000;

    private const long FirstOfEpoch = 1;

    public static (SenderState State, IReadOnlyList<SenderEffect> Effects) Step(SenderState state, SenderEvent happened, long monotonicMilliseconds)
    {
        var effects = new List<SenderEffect>();
        state = happened switch
        {
            SenderEvent.Connected => Connect(state, effects),
            SenderEvent.Disconnected => Rewound(state) with { IsConnected = false },
            SenderEvent.Appended e => Appended(state, e),
            SenderEvent.BatchLeft e => Left(state, e, monotonicMilliseconds),
            SenderEvent.Acknowledged e => Acknowledge(state, e.Ack, effects),
            SenderEvent.ReplayAsked e => Replay(state, e.Request, effects, monotonicMilliseconds),
            SenderEvent.Tick => Retry(state, monotonicMilliseconds),
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "Unknown sender event"),
        };

        return (SendNext(state, effects), effects);
    }

    private static SenderState Connect(SenderState state, List<SenderEffect> effects)
    {
        effects.Add(new SenderEffect.SayHello(state.Held));
        return Rewound(state) with { IsConnected = true, RetryMilliseconds = FirstRetryMilliseconds, ReplayedAt = null };
    }

    private static SenderState Appended(SenderState state, SenderEvent.Appended e)
    {
        var index = IndexOf(state, e.Epoch);
        var held = index < 0
            ? state.Held.Add(new HeldRecords(e.Epoch, FirstOfEpoch, e.Sequence, 0))
            : state.Held.SetItem(index, state.Held[index] with
            {
                // One save may bring several records and names the last of them; an epoch's first is 1 all the same.
                FirstSequence = state.Held[index].LastSequence == 0 ? FirstOfEpoch : state.Held[index].FirstSequence,
                LastSequence = Math.Max(state.Held[index].LastSequence, e.Sequence),
            });
        return state with { Held = held };
    }

    private static SenderState Left(SenderState state, SenderEvent.BatchLeft e, long now)
    {
        state = state with { IsReading = false };
        var isWhatWasAsked = e.Epoch == state.SendingEpoch && e.First == state.SentUpTo + 1;
        if (!isWhatWasAsked)
        {
            return state;
        }

        // A batch that could not leave keeps its place in the window, so that it is tried again after the pause and not at once.
        return state with
        {
            Window = state.Window.Add(new SentBatch(e.First, e.Last, now)),
            SentUpTo = Math.Max(state.SentUpTo, e.Last),
        };
    }

    private static SenderState Acknowledge(SenderState state, JournalAck ack, List<SenderEffect> effects)
    {
        var index = IndexOf(state, ack.Epoch);
        if (ack.SpoolId != state.SpoolId || index < 0)
        {
            return state;
        }

        var held = state.Held[index];
        if (ack.UpTo <= held.AcknowledgedUpTo || ack.UpTo > held.LastSequence)
        {
            return state;
        }

        effects.Add(new SenderEffect.NoteAcknowledged(ack.Epoch, ack.UpTo));
        state = state with { Held = state.Held.SetItem(index, held with { AcknowledgedUpTo = ack.UpTo }) };
        return ack.Epoch != state.SendingEpoch
            ? state
            : state with
            {
                Window = state.Window.RemoveAll(batch => batch.Last <= ack.UpTo),
                SentUpTo = Math.Max(state.SentUpTo, ack.UpTo),
                RetryMilliseconds = FirstRetryMilliseconds,
            };
    }

    private static SenderState Replay(SenderState state, ReplayRequest request, List<SenderEffect> effects, long now)
    {
        var index = IndexOf(state, request.Epoch);
        if (request.SpoolId != state.SpoolId || index < 0)
        {
            return state;
        }

        var held = state.Held[index];
        var from = Math.Max(request.FromSequence, held.FirstSequence);
        if (from > held.LastSequence)
        {
            return state;
        }

        var upTo = Math.Min(from - 1, held.AcknowledgedUpTo);
        if (upTo != held.AcknowledgedUpTo)
        {
            effects.Add(new SenderEffect.NoteAcknowledged(request.Epoch, upTo));
        }

        state = state with { Held = state.Held.SetItem(index, held with { AcknowledgedUpTo = upTo }) };

        // A record that the web cannot take would be asked for again at once, and so on without end; every batch behind a lost one asks, too.
        if (!state.Window.IsEmpty && state.ReplayedAt is { } last && now - last < state.RetryMilliseconds)
        {
            return state;
        }

        return Rewound(state) with { ReplayedAt = now, RetryMilliseconds = Math.Min(LongestRetryMilliseconds, state.RetryMilliseconds * 2) };
    }

    private static SenderState Retry(SenderState state, long now) =>
        state.Window.IsEmpty || now - state.Window[0].LeftAt < state.RetryMilliseconds
            ? state
            : Rewound(state) with { RetryMilliseconds = Math.Min(LongestRetryMilliseconds, state.RetryMilliseconds * 2) };

    private static SenderState SendNext(SenderState state, List<SenderEffect> effects)
    {
        var oldest = state.Held.FirstOrDefault(epoch => epoch.AcknowledgedUpTo < epoch.LastSequence);
        if (!state.IsConnected || state.IsReading || oldest is null)
        {
            return state;
        }

        if (state.SendingEpoch != oldest.Epoch)
        {
            state = state with { SendingEpoch = oldest.Epoch, SentUpTo = Math.Max(oldest.AcknowledgedUpTo, oldest.FirstSequence - 1), Window = [] };
        }

        if (state.Window.Length >= Window || state.SentUpTo >= oldest.LastSequence || state.Window.Any(batch => batch.Last < batch.First))
        {
            return state;
        }

        effects.Add(new SenderEffect.SendBatch(oldest.Epoch, state.SentUpTo + 1));
        return state with { IsReading = true };
    }

    /// <summary>Everything unacknowledged counts as not sent. A batch that is just being read is not recognised when it leaves.</summary>
    private static SenderState Rewound(SenderState state) => state with { Window = [], SendingEpoch = 0, SentUpTo = 0 };

    private static int IndexOf(SenderState state, long epoch)
    {
        for (var i = 0; i < state.Held.Length; i++)
        {
            if (state.Held[i].Epoch == epoch)
            {
                return i;
            }
        }

        return -1;
    }
}
