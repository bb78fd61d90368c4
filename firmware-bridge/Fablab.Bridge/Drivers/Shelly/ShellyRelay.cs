using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Fablab.Bridge.Runtime;

namespace Fablab.Bridge.Drivers.Shelly;

/// <summary>Decides what a device's messages, silence and our wishes mean. No clock, no broker: the same events always end in the same picture.</summary>
internal static class ShellyRelay
{
    /// <summary>Meters average over a few seconds, so what they show right after switching off flowed before.</summary>
    public static readonly TimeSpan MeterSettles = TimeSpan.FromSeconds(5);

    /// <summary>The relay is read at least so often. Devices tell changes at once, and energy once a minute only.</summary>
    public static readonly TimeSpan QuestionInterval = TimeSpan.FromSeconds(10);

    /// <summary>A relay that stays on without a timer is opened again after this; well within the time in which a wish is repeated.</summary>
    private static readonly TimeSpan GuardInterval = TimeSpan.FromSeconds(1);

    /// <summary>Settings are corrected at most so often.</summary>
    private static readonly TimeSpan CorrectionInterval = TimeSpan.FromMinutes(1);

    /// <summary>Questions without an answer that are remembered; the oldest are forgotten.</summary>
    private const int MostOpen = 32;

    /// <summary>A device's greeting is answered at most once within this time, however often it comes.</summary>
    private static readonly TimeSpan LeastQuestionInterval = TimeSpan.FromSeconds(1);

    public static ShellyStep Step(ShellyState state, ShellyEvent happened, TimeSpan now, ShellyOptions options)
    {
        var asking = new Asking(state, options);
        string? notice = null;
        switch (happened)
        {
            case ShellyEvent.Started started:
                asking.State = state with { HeardAt = now, NextId = started.FirstId };
                asking.All(now);
                break;
            case ShellyEvent.Heard heard:
                notice = Hear(asking, heard.News, now, options);
                break;
            case ShellyEvent.Ticked:
                Age(asking, now, options);
                break;
            case ShellyEvent.Wished wish:
                asking.Wish(wish.Wanted, now);
                break;
            case ShellyEvent.NotReadBack:
                asking.State = state with { IsRelayOn = null, IsContactStuck = false };
                asking.Relay(now);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(happened), happened, "No event of a device");
        }

        return new ShellyStep(asking.State, asking.Commands, notice ?? Notice(state, asking.State));
    }

    /// <summary>The dead-man runs, and not for longer than it should. Devices count in whole seconds or tenths.</summary>
    public static bool HasDeadMan(ShellyState state, ShellyOptions options) => state.TimerSeconds <= options.DeadManSeconds + 1;

    private static string? Hear(Asking asking, ShellyNews news, TimeSpan now, ShellyOptions options)
    {
        switch (news)
        {
            case ShellyNews.Online { IsOnline: false }:
                asking.State = Forget(asking.State, LinkState.Down) with { HeardAt = now, Open = ImmutableSortedDictionary<long, ShellyQuestion>.Empty };
                return null;
            case ShellyNews.Online:
                Greet(asking, now);
                return null;
        }

        var wasUp = asking.State.Link is LinkState.Up;
        asking.State = asking.State with { Link = LinkState.Up, HeardAt = now };
        if (!wasUp && now - asking.State.AskedAt >= LeastQuestionInterval)
        {
            asking.All(now);
        }

        switch (news)
        {
            case ShellyNews.Notified told:
                Take(asking, told.Relay, isWhole: false, now, options);
                if (told.MayHaveOtherConfig)
                {
                    asking.State = asking.State with { IsSafeAlone = null };
                    asking.Config();
                }

                return null;
            case ShellyNews.Refused no when asking.Close(no.Id) is { } question:
                return asking.Trouble(question, $"it refused {question}: {no.Words}", now);
            case ShellyNews.Answered answer when asking.Close(answer.Id) is { } question:
                return TakeAnswer(asking, question, answer, now, options);
            default:
                return null;
        }
    }

    private static string? TakeAnswer(Asking asking, ShellyQuestion question, ShellyNews.Answered answer, TimeSpan now, ShellyOptions options)
    {
        var relay = answer.Result.Child(asking.Key);
        if (question is ShellyQuestion.Device && !relay.IsObject())
        {
            var there = answer.Result.Members().Select(member => member.Name).Where(name => name.Contains(':', StringComparison.Ordinal)).Take(12);
            return asking.Trouble(question, $"it has no {asking.Key}; it has {string.Join(", ", there)}", now);
        }

        asking.NoTrouble(question);
        switch (question)
        {
            case ShellyQuestion.Device:
                Take(asking, RelayReport.From(relay), isWhole: true, now, options);
                return null;
            case ShellyQuestion.Relay:
                asking.State = asking.State with { RelayReadBy = Math.Max(asking.State.RelayReadBy, answer.Id) };
                Take(asking, RelayReport.From(answer.Result), isWhole: true, now, options);
                return GuardDeadMan(asking, now, options);
            case ShellyQuestion.Config:
                return TakeConfig(asking, answer.Result, now);
            case ShellyQuestion.Correction:
                asking.Config();
                return null;
            default:
                // What a command was answered with says what was; the relay itself is read.
                return null;
        }
    }

    /// <summary>A relay that is on without a timer would stay on when the bridge dies. It is opened, whoever closed it.</summary>
    private static string? GuardDeadMan(Asking asking, TimeSpan now, ShellyOptions options)
    {
        if (asking.State.IsRelayOn is not true || HasDeadMan(asking.State, options) || now - asking.State.GuardedAt < GuardInterval)
        {
            return null;
        }

        var timer = asking.State.TimerSeconds;
        asking.State = asking.State with { GuardedAt = now };
        asking.Wish(InterlockState.Locked, now);
        return timer is { } seconds
            ? string.Create(CultureInfo.InvariantCulture, $"it is on with a dead-man timer of {seconds:0.#} s instead of {options.DeadManSeconds} s, and is opened")
            : "it is on without a dead-man timer, and is opened";
    }

    private static string? TakeConfig(Asking asking, JsonElement config, TimeSpan now)
    {
        var (initial, isAutoOn) = (config.Text("initial_state"), config.Flag("auto_on"));
        var isSafe = initial is "off" && !isAutoOn;
        if (isSafe)
        {
            asking.State = asking.State with { IsSafeAlone = true };
            return null;
        }

        var what = $"initial_state is '{initial ?? "unknown"}', auto_on is {(isAutoOn ? "true" : "false")}";
        if (now - asking.State.CorrectedAt < CorrectionInterval)
        {
            var wasKnown = asking.State.IsSafeAlone is false;
            asking.State = asking.State with { IsSafeAlone = false };
            return wasKnown ? null : $"{what}, and setting it changes nothing: it could switch on by itself, so it is not unlocked";
        }

        asking.State = asking.State with { IsSafeAlone = null, CorrectedAt = now };
        asking.Correct();
        return $"{what}; it is set to stay off after a power cut";
    }

    /// <summary>The device, or we, have come back to the broker: whatever was known may have changed in between.</summary>
    private static void Greet(Asking asking, TimeSpan now)
    {
        var isTooSoon = asking.State.Link is LinkState.Connecting && now - asking.State.AskedAt < LeastQuestionInterval;
        asking.State = Forget(asking.State, LinkState.Connecting) with { HeardAt = now };
        if (!isTooSoon)
        {
            asking.All(now);
        }
    }

    private static void Take(Asking asking, RelayReport? report, bool isWhole, TimeSpan now, ShellyOptions options)
    {
        if (report is null)
        {
            return;
        }

        var state = asking.State;

        // A part that names the relay without its timer has ended the timer with it, unless only numbers are told.
        var timer = isWhole || report.IsOn is not null ? report.TimerSeconds : report.TimerSeconds ?? state.TimerSeconds;
        state = state with { TimerSeconds = timer, Errors = report.Errors ?? (isWhole ? "" : state.Errors) };
        state = ReadRelay(state, report.IsOn, now);
        state = state with { WattHours = report.WattHours ?? state.WattHours };
        if (report.Watts is { } watts)
        {
            state = state with { Watts = watts, MeterReadAt = now };
            if (state.IsRelayOn is false && now - state.OffSince >= MeterSettles)
            {
                state = state with { IsContactStuck = watts > options.StuckContactWatts };
            }
        }

        asking.State = state;
    }

    private static ShellyState ReadRelay(ShellyState state, bool? told, TimeSpan now)
    {
        if (told is not { } isOn)
        {
            return state;
        }

        var read = state with { IsRelayOn = isOn, RelayReadAt = now };
        return (isOn, state.IsRelayOn) switch
        {
            (true, _) => read with { IsContactStuck = false, LookAtMeterAt = null },
            (false, false) => read,
            // What flowed before the relay opened says nothing of now.
            _ => read with { OffSince = now, Watts = null, LookAtMeterAt = now + MeterSettles },
        };
    }

    private static void Age(Asking asking, TimeSpan now, ShellyOptions options)
    {
        var silence = TimeSpan.FromSeconds(options.SilenceSeconds);
        var state = asking.State;
        if (now - state.HeardAt >= silence && state.Link is not LinkState.Down)
        {
            // A device that was never heard is not stale: perhaps it does not exist.
            state = Forget(state, state.Link is LinkState.Connecting ? LinkState.Down : LinkState.Stale);
        }

        if (state.IsRelayOn is not null && now - state.RelayReadAt >= silence)
        {
            state = state with { IsRelayOn = null, IsContactStuck = false };
        }

        if (state.Watts is not null && now - state.MeterReadAt >= silence)
        {
            state = state with { Watts = null };
        }

        var isMeterDue = state.LookAtMeterAt <= now;
        asking.State = isMeterDue ? state with { LookAtMeterAt = null } : state;
        if (!isMeterDue && now - state.AskedAt < QuestionInterval)
        {
            return;
        }

        asking.Relay(now);
        if (asking.State.IsSafeAlone is not true)
        {
            asking.Config();
        }
    }

    private static ShellyState Forget(ShellyState state, LinkState link) => state with
    {
        Link = link,
        IsRelayOn = null,
        TimerSeconds = null,
        IsContactStuck = false,
        Watts = null,
        LookAtMeterAt = null,
        IsSafeAlone = null,
    };

    private static string? Notice(ShellyState before, ShellyState after) =>
        after.IsContactStuck && !before.IsContactStuck
            ? string.Create(CultureInfo.InvariantCulture, $"the relay says it is open, yet {after.Watts:0.#} W flow: its contact is stuck")
            : after.Errors.Length > 0 && after.Errors != before.Errors ? $"it reports {after.Errors}"
            : null;

    /// <summary>Numbers the questions of one step and remembers what they were.</summary>
    private sealed class Asking(ShellyState state, ShellyOptions options)
    {
        private readonly List<ShellyCommand> _commands = [];

        public ShellyState State { get; set; } = state;

        public IReadOnlyList<ShellyCommand> Commands => _commands;

        public string Key => $"switch:{options.Channel.ToString(CultureInfo.InvariantCulture)}";

        /// <summary>Everything: which components there are, and what the relay would do by itself.</summary>
        public void All(TimeSpan now)
        {
            Ask(ShellyQuestion.Device, "Shelly.GetStatus", null);
            Config();
            State = State with { AskedAt = now };
        }

        public void Relay(TimeSpan now)
        {
            Ask(ShellyQuestion.Relay, "Switch.GetStatus", new { id = options.Channel });
            State = State with { AskedAt = now };
        }

        public void Config() => Ask(ShellyQuestion.Config, "Switch.GetConfig", new { id = options.Channel });

        public void Correct() => Ask(
            ShellyQuestion.Correction, "Switch.SetConfig", new { id = options.Channel, config = new { initial_state = "off", auto_on = false } });

        /// <summary>The command, and a question that reads back what it did.</summary>
        public void Wish(InterlockState wanted, TimeSpan now)
        {
            if (wanted is InterlockState.Unlocked)
            {
                Ask(ShellyQuestion.Unlock, "Switch.Set", new { id = options.Channel, on = true, toggle_after = options.DeadManSeconds });
            }
            else
            {
                Ask(ShellyQuestion.Lock, "Switch.Set", new { id = options.Channel, on = false });
            }

            Relay(now);
        }

        /// <returns>What the number belongs to; null when it is none of ours, or was answered already.</returns>
        public ShellyQuestion? Close(long id)
        {
            if (!State.Open.TryGetValue(id, out var question))
            {
                return null;
            }

            State = State with { Open = State.Open.Remove(id) };
            return question;
        }

        /// <returns>The words when they are news: other ones than last time, or old enough to be told again.</returns>
        public string? Trouble(ShellyQuestion question, string words, TimeSpan now)
        {
            if (State.Troubles.TryGetValue(question, out var known) && known.Words == words && now - known.ToldAt < LastingTrouble.TellAgainAfter)
            {
                return null;
            }

            State = State with { Troubles = State.Troubles.SetItem(question, new ShellyTrouble(words, now)) };
            return words;
        }

        public void NoTrouble(ShellyQuestion question) => State = State with { Troubles = State.Troubles.Remove(question) };

        private void Ask(ShellyQuestion question, string method, object? parameters)
        {
            var id = State.NextId;
            _commands.Add(new ShellyCommand(id, method, parameters));
            var open = State.Open.Count < MostOpen ? State.Open : State.Open.Remove(State.Open.Keys.First());
            State = State with { NextId = id + 1, Open = open.Add(id, question) };
        }
    }
}
