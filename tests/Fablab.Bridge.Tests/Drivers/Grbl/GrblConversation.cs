using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.Grbl;

namespace Fablab.Bridge.Tests.Drivers.Grbl;

/// <summary>A session on a clock of our own, with everything it did written down.</summary>
internal sealed class GrblConversation
{
    public const string JobName = "0123456789abcdef0123456789abcdef-89abcdef.gcode";

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private readonly string? _buildAnswer;
    private GrblState _state;

    /// <param name="buildAnswer">What the controller answers to <c>$I</c> at once; none when the test answers itself.</param>
    public GrblConversation(GrblOptions? options = null, string? buildAnswer = "[OPT:V,15,128]")
    {
        _buildAnswer = buildAnswer;
        _state = GrblState.Initial(options ?? Options);
    }

    // The recordings hold long silences that come from the simulator they were made with, not from GRBL.
    public static GrblOptions Options { get; } = new()
    {
        Address = "tcp://machine:23",
        SilenceLimit = TimeSpan.FromMinutes(3),
        ResetLimit = TimeSpan.FromSeconds(10),
    };

    public TimeSpan Now { get; private set; }

    public GrblState State => _state;

    public List<(TimeSpan At, string Line)> SentLines { get; } = [];

    public List<(TimeSpan At, byte Value)> SentRealtime { get; } = [];

    public List<(TimeSpan At, ControllerObservation Seen)> Observations { get; } = [];

    public List<(TimeSpan At, RunEnd End)> Ends { get; } = [];

    public List<GrblEffect> OtherEffects { get; } = [];

    public ControllerObservation Seen => Observations[^1].Seen;

    public IEnumerable<ControllerState> StatesBetween(TimeSpan from, TimeSpan to) =>
        Observations.Where(one => one.At >= from && one.At <= to).Select(one => one.Seen.State);

    public GrblRefusal? Do(GrblEvent happened)
    {
        var step = GrblSession.Step(_state, happened, Now);
        _state = step.State;
        foreach (var effect in step.Effects)
        {
            Note(effect);
        }

        if (_buildAnswer is not null && step.Effects.Any(effect => effect is GrblSendLine { Text: "$I" }))
        {
            Hear(_buildAnswer, "ok");
        }

        return step.Refusal;
    }

    public void Hear(params IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            Do(new GrblLineReceived(GrblLineParser.Parse(line)));
        }
    }

    public void PassTo(TimeSpan instant)
    {
        while (Now + Tick < instant)
        {
            Now += Tick;
            Do(new GrblTick());
        }

        Now = instant;
        Do(new GrblTick());
    }

    public void Pass(double seconds) => PassTo(Now + TimeSpan.FromSeconds(seconds));

    /// <summary>Connected, greeted and idle.</summary>
    public GrblConversation Ready(string banner = "Grbl 1.1h ['$' for help]", string status = "<Idle|MPos:0.000,0.000,0.000|Bf:15,128|FS:0,0>")
    {
        Do(new GrblLinkUp());
        Hear(banner, status);
        return this;
    }

    public GrblRefusal? Start(params IReadOnlyList<string> program) => Do(StartOf(program));

    public static GrblStart StartOf(IReadOnlyList<string> program)
    {
        var lines = program.Select((text, index) => new GrblProgramLine(index + 1, text)).ToList();
        return new GrblStart(1, JobName, lines.Sum(line => line.Bytes), new GrblChunk([.. lines], IsLast: true));
    }

    private void Note(GrblEffect effect)
    {
        switch (effect)
        {
            case GrblSendLine line:
                SentLines.Add((Now, line.Text));
                break;
            case GrblSendRealtime realtime:
                SentRealtime.Add((Now, realtime.Value));
                break;
            case GrblObserved observed:
                Observations.Add((Now, observed.Observation));
                break;
            case GrblRunEnded ended:
                Ends.Add((Now, ended.End));
                break;
            default:
                OtherEffects.Add(effect);
                break;
        }
    }
}
