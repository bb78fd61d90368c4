using System.Globalization;

namespace Fablab.Bridge.Drivers.Mqtt;

/// <summary>
/// Decides what a device's messages, silence and our wishes mean, whatever its topics and words are. No clock, no broker: the same events always end in
/// the same picture.
/// </summary>
internal static class MqttRelay
{
    /// <summary>Meters average over a few seconds, so what they show right after switching off flowed before.</summary>
    public static readonly TimeSpan MeterSettles = TimeSpan.FromSeconds(5);

    /// <summary>A silent device is asked so often before it is called stale.</summary>
    private const int QuestionsBeforeStale = 3;

    /// <summary>A device's greeting is answered at most once within this time, however often it comes.</summary>
    private static readonly TimeSpan LeastQuestionInterval = TimeSpan.FromSeconds(1);

    public static MqttRelayStep Step(MqttRelayState state, MqttRelayEvent happened, TimeSpan now, MqttRelayOptions options) => happened switch
    {
        MqttRelayEvent.Started => new MqttRelayStep(state with { HeardAt = now, AskedAt = now }, Questions(options)),
        MqttRelayEvent.Heard { News.IsOnline: false } => new MqttRelayStep(Forget(state, LinkState.Down) with { HeardAt = now }, []),

        // Some devices repeat that they are online; only one that was not heard has come back.
        MqttRelayEvent.Heard { News: { IsOnline: true, IsRelayOn: null } } when state.Link is not LinkState.Up => Greet(state, now, options),
        MqttRelayEvent.Heard heard => Hear(state, heard.News, now, options),
        MqttRelayEvent.Ticked => Age(state, now, options),
        MqttRelayEvent.Wished wish => new MqttRelayStep(state, Wish(wish.Wanted, options)),
        MqttRelayEvent.NotReadBack => new MqttRelayStep(state with { IsRelayOn = null, IsContactStuck = false, AskedAt = now }, Questions(options)),
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "No event of a relay"),
    };

    private static IReadOnlyList<MqttRelayCommand> Questions(MqttRelayOptions options) => options.QueryTopic.Length > 0 ? [new(options.QueryTopic, options.QueryPayload)] : [];

    private static MqttRelayCommand[] Wish(InterlockState wanted, MqttRelayOptions options) =>
        [new(options.CommandTopic, wanted is InterlockState.Unlocked ? options.CommandOn : options.CommandOff), .. Questions(options)];

    /// <summary>The device, or we, have come back to the broker: whatever was known may have changed in between.</summary>
    private static MqttRelayStep Greet(MqttRelayState state, TimeSpan now, MqttRelayOptions options)
    {
        var isTooSoon = state.Link is LinkState.Connecting && now - state.AskedAt < LeastQuestionInterval;
        var next = Forget(state, LinkState.Connecting) with { HeardAt = now };
        return isTooSoon ? new MqttRelayStep(next, []) : new MqttRelayStep(next with { AskedAt = now }, Questions(options));
    }

    private static MqttRelayStep Hear(MqttRelayState state, MqttRelayNews news, TimeSpan now, MqttRelayOptions options)
    {
        var next = state with { Link = LinkState.Up, HeardAt = now, StrangeState = news.StrangeState ?? (news.IsRelayOn is null ? state.StrangeState : null) };
        IReadOnlyList<MqttRelayCommand> commands = [];
        if (state.Link is not LinkState.Up && now - state.AskedAt >= LeastQuestionInterval)
        {
            (commands, next) = (Questions(options), next with { AskedAt = now });
        }

        next = ReadMeter(ReadRelay(next, news, now), news, now, options);
        return new MqttRelayStep(next, commands, Notice(state, next, options));
    }

    private static MqttRelayState ReadRelay(MqttRelayState state, MqttRelayNews news, TimeSpan now)
    {
        if (news.IsRelayOn is not { } isOn)
        {
            return state;
        }

        var read = state with { IsRelayOn = isOn, Readings = state.Readings + 1, RelayReadAt = now };
        return (isOn, state.IsRelayOn) switch
        {
            (true, _) => read with { IsContactStuck = false, LookAtMeterAt = null },
            (false, false) => read,
            // What flowed before the relay opened says nothing of now.
            _ => read with { OffSince = now, Watts = null, LookAtMeterAt = now + MeterSettles },
        };
    }

    private static MqttRelayState ReadMeter(MqttRelayState state, MqttRelayNews news, TimeSpan now, MqttRelayOptions options)
    {
        var next = state with { WattHours = news.WattHours ?? state.WattHours };
        if (news.Watts is not { } watts)
        {
            return next;
        }

        next = next with { Watts = watts, MeterReadAt = now };
        return state.IsRelayOn is false && now - state.OffSince >= MeterSettles ? next with { IsContactStuck = watts > options.StuckContactWatts } : next;
    }

    private static MqttRelayStep Age(MqttRelayState state, TimeSpan now, MqttRelayOptions options)
    {
        var silence = TimeSpan.FromSeconds(options.SilenceSeconds);
        var next = state;
        if (now - state.HeardAt >= silence && state.Link is not LinkState.Down)
        {
            // A device that was never heard is not stale: perhaps it does not exist.
            next = Forget(state, state.Link is LinkState.Connecting ? LinkState.Down : LinkState.Stale);
        }

        if (next.IsRelayOn is not null && now - next.RelayReadAt >= silence)
        {
            next = next with { IsRelayOn = null, IsContactStuck = false };
        }

        if (next.Watts is not null && now - next.MeterReadAt >= silence)
        {
            next = next with { Watts = null };
        }

        var lastRead = next.IsRelayOn is null || next.AskedAt > next.RelayReadAt ? next.AskedAt : next.RelayReadAt;
        var isMeterDue = next.LookAtMeterAt <= now;
        return now - lastRead < silence / QuestionsBeforeStale && !isMeterDue
            ? new MqttRelayStep(next, [])
            : new MqttRelayStep(next with { AskedAt = now, LookAtMeterAt = isMeterDue ? null : next.LookAtMeterAt }, Questions(options));
    }

    private static MqttRelayState Forget(MqttRelayState state, LinkState link) => state with
    {
        Link = link,
        IsRelayOn = null,
        IsContactStuck = false,
        Watts = null,
        LookAtMeterAt = null,
    };

    private static string? Notice(MqttRelayState before, MqttRelayState after, MqttRelayOptions options) =>
        after.IsContactStuck && !before.IsContactStuck
            ? string.Create(CultureInfo.InvariantCulture, $"the relay says it is open, yet {after.Watts:0.#} W flow: its contact is stuck")
            : after.StrangeState is { } words && words != before.StrangeState
                ? $"it says '{words}' of its relay, which is neither '{options.StateOn}' nor '{options.StateOff}'"
                : null;
}
