using Fablab.Bridge.Drivers.Grbl;

namespace Fablab.Bridge.Tests.Drivers.Grbl;

/// <summary>
/// Plays a recorded controller to our session at the recorded times. The recorded sender's program becomes a job of ours, and
/// its single bytes become wishes where the test says so.
/// </summary>
internal sealed class GrblReplay
{
    private readonly GrblRecording _recording;
    private readonly Dictionary<TimeSpan, GrblEvent> _wishes = [];
    private bool _startsJob;

    private GrblReplay(string name)
    {
        _recording = GrblRecording.Load(name);
        IsHal = name.StartsWith("grblhal/", StringComparison.Ordinal);
        Conversation = new GrblConversation();
    }

    public bool IsHal { get; }

    public GrblConversation Conversation { get; }

    public GrblRecording Recording => _recording;

    public static GrblReplay Of(string name) => new(name);

    /// <summary>The job begins when the recorded sender sent its first line.</summary>
    public GrblReplay AsOurJob()
    {
        _startsJob = true;
        return this;
    }

    /// <summary>Whenever the recorded sender sent this byte, we wish this.</summary>
    public GrblReplay With(byte realtime, GrblEvent wish)
    {
        foreach (var line in _recording.Lines.Where(line => line.Realtime == realtime))
        {
            _wishes[line.At] = wish;
        }

        return this;
    }

    public GrblConversation Run()
    {
        var startsAt = _startsJob ? _recording.Program.First().At : TimeSpan.MaxValue;
        Conversation.Do(new GrblLinkUp());
        foreach (var line in _recording.Lines)
        {
            Conversation.PassTo(line.At);
            if (line.At >= startsAt)
            {
                startsAt = TimeSpan.MaxValue;
                StartJob();
            }

            if (line.IsReceived)
            {
                Conversation.Hear(line.Text);
            }
            else if (line.Realtime is not null && _wishes.TryGetValue(line.At, out var wish))
            {
                Assert.That(Conversation.Do(wish), Is.Null, $"the wish {wish} at {line.At} is heard");
            }
        }

        return Conversation;
    }

    private void StartJob()
    {
        // The recorded sender did not ask for the status before it began; we always do.
        Conversation.Hear(IsHal ? "<Idle|MPos:0.000,0.000,0.000|Bf:100,1023|FS:0,0>" : "<Idle|MPos:0.000,0.000,0.000|Bf:15,128|FS:0,0>");

        var refusal = Conversation.Start([.. _recording.Program.Select(line => line.Text)]);
        Assert.That(refusal, Is.Null);
    }
}
