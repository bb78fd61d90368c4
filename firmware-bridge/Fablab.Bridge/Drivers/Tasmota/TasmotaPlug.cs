using System.Globalization;

namespace Fablab.Bridge.Drivers.Tasmota;

/// <summary>Decides what a plug's messages, silence and our wishes mean. No clock, no broker: the same events always end in the same picture.</summary>
internal static class TasmotaPlug
{
    /// <summary>Meters average over a few seconds, so what they show right after switching off flowed before.</summary>
    public static readonly TimeSpan MeterSettles = TimeSpan.FromSeconds(5);

    /// <summary>A silent plug is asked so often before it is called stale.</summary>
    private const int QuestionsBeforeStale = 3;

    /// <summary>A plug's greeting is answered at most once within this time, however often it comes.</summary>
    private static readonly TimeSpan LeastQuestionInterval = TimeSpan.FromSeconds(1);

    public static TasmotaStep Step(TasmotaState state, TasmotaEvent happened, TimeSpan now, TasmotaOptions options) => happened switch
    {
        TasmotaEvent.Started => new TasmotaStep(state with { HeardAt = now, AskedAt = now }, [.. Settings(options), .. Questions]),
        TasmotaEvent.Heard { News.IsOnline: false } => new TasmotaStep(Forget(state, LinkState.Down) with { HeardAt = now }, []),
        TasmotaEvent.Heard { News.IsOnline: true } => Greet(state, now),
        TasmotaEvent.Heard heard => Hear(state, heard.News, now, options),
        TasmotaEvent.Ticked => Age(state, now, options),
        TasmotaEvent.Wished wish => new TasmotaStep(state, Wish(wish.Wanted, options)),
        TasmotaEvent.NotReadBack => new TasmotaStep(state with { IsRelayOn = null, IsContactStuck = false, AskedAt = now }, Questions),
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, "No event of a plug"),
    };

    /// <summary>Tasmota's PulseTime counts tenths of a second up to 111, and above it seconds plus 100.</summary>
    public static int PulseTime(TasmotaOptions options) => options.DeadManSeconds + 100;

    private static IReadOnlyList<TasmotaCommand> Questions { get; } = [new("POWER", ""), new("Status", "8")];

    /// <summary>
    /// The plug keeps these, yet it may have been reset or replaced. PowerOnState comes before PulseTime, because with its value 5
    /// the end of a pulse would switch on.
    /// </summary>
    private static TasmotaCommand[] Settings(TasmotaOptions options) =>
    [
        new("PowerOnState", "0"),
        new("TelePeriod", "10"),
        new("PowerDelta", Number(options.ReportJumpWatts + 100)),
        // The meter goes on while the relay is open, or a stuck contact would never show.
        new("SetOption21", "1"),
    ];

    private static TasmotaCommand[] Wish(InterlockState wanted, TasmotaOptions options) => wanted is InterlockState.Unlocked
        ? [new("PulseTime", Number(PulseTime(options))), new("POWER", "ON")]
        : [new("POWER", "OFF")];

    /// <summary>The plug, or we, have come back to the broker: whatever was known may have changed in between.</summary>
    private static TasmotaStep Greet(TasmotaState state, TimeSpan now)
    {
        var isTooSoon = state.Link is LinkState.Connecting && now - state.AskedAt < LeastQuestionInterval;
        var next = Forget(state, LinkState.Connecting) with { HeardAt = now };
        return isTooSoon ? new TasmotaStep(next, []) : new TasmotaStep(next with { AskedAt = now }, Questions);
    }

    private static TasmotaStep Hear(TasmotaState state, TasmotaNews news, TimeSpan now, TasmotaOptions options)
    {
        var next = state with { Link = LinkState.Up, HeardAt = now, PulseTime = news.PulseTime ?? state.PulseTime };
        List<TasmotaCommand> commands = [];
        if (state.Link is not LinkState.Up)
        {
            commands.AddRange(Settings(options));
            if (now - state.AskedAt >= LeastQuestionInterval)
            {
                commands.AddRange(Questions);
                next = next with { AskedAt = now };
            }
        }

        next = ReadRelay(next, news, now);
        next = ReadMeter(next, news, now, options);
        return new TasmotaStep(next, commands, Notice(state, next, options));
    }

    private static TasmotaState ReadRelay(TasmotaState state, TasmotaNews news, TimeSpan now)
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

    private static TasmotaState ReadMeter(TasmotaState state, TasmotaNews news, TimeSpan now, TasmotaOptions options)
    {
        var next = state with { WattHours = news.WattHours ?? state.WattHours };
        if (news.Watts is not { } watts)
        {
            return next;
        }

        next = next with { Watts = watts, MeterReadAt = now };
        return state.IsRelayOn is false && now - state.OffSince >= MeterSettles
            ? next with { IsContactStuck = watts > options.StuckContactWatts }
            : next;
    }

    private static TasmotaStep Age(TasmotaState state, TimeSpan now, TasmotaOptions options)
    {
        var silence = TimeSpan.FromSeconds(options.SilenceSeconds);
        var next = state;
        if (now - state.HeardAt >= silence && state.Link is not LinkState.Down)
        {
            // A plug that was never heard is not stale: perhaps it does not exist.
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

        var lastRead = next.IsRelayOn is null ? next.AskedAt : Later(next.RelayReadAt, next.AskedAt);
        var isMeterDue = next.LookAtMeterAt <= now;
        if (now - lastRead < silence / QuestionsBeforeStale && !isMeterDue)
        {
            return new TasmotaStep(next, []);
        }

        return new TasmotaStep(next with { AskedAt = now, LookAtMeterAt = isMeterDue ? null : next.LookAtMeterAt }, Questions);
    }

    private static TasmotaState Forget(TasmotaState state, LinkState link) => state with
    {
        Link = link,
        IsRelayOn = null,
        IsContactStuck = false,
        Watts = null,
        LookAtMeterAt = null,
    };

    private static string? Notice(TasmotaState before, TasmotaState after, TasmotaOptions options)
    {
        if (after.IsContactStuck && !before.IsContactStuck)
        {
            return string.Create(CultureInfo.InvariantCulture, $"the relay says it is open, yet {after.Watts:0.#} W flow: its contact is stuck");
        }

        return after.PulseTime is { } set && set != before.PulseTime && set != PulseTime(options)
            ? $"the dead-man timer is PulseTime {set} instead of {PulseTime(options)}: somebody changes it, or the plug cannot"
            : null;
    }

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
