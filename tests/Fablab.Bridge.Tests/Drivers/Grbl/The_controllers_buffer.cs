using CsCheck;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.Grbl;

namespace Fablab.Bridge.Tests.Drivers.Grbl;

public class The_controllers_buffer
{
    [Test]
    public void Never_overflows_and_every_answer_meets_its_line_whatever_the_timing()
    {
        var programs = Gen.Int[1, 79].Array[1, 400];
        var buffers = Gen.Int[100, 1024];
        var timings = Gen.Int[0, 6].Array[1, 60];
        var chunks = Gen.Int[1, 100];

        Gen.Select(programs, buffers, timings, chunks).Sample((lengths, rxBytes, timing, chunk) =>
        {
            var controller = new Controller(lengths, rxBytes, chunk);

            // It may dawdle, yet not for ever.
            controller.Play([.. timing, 1]);

            return controller.WasOrderly;
        });
    }

    [Test]
    public void Is_taken_for_a_small_one_until_it_is_told()
    {
        var conversation = new GrblConversation(buildAnswer: null).Ready();

        conversation.Start([.. Enumerable.Repeat("G1 X1.234 Y5.678 F100", 20)]);

        Assert.That(conversation.State.BytesInFlight, Is.LessThanOrEqualTo(127));
        Assert.That(conversation.SentLines, Has.Count.EqualTo(1 + ((127 - 3) / 22)));
    }

    [Test]
    public void Is_never_trusted_beyond_our_own_limit()
    {
        var conversation = new GrblConversation(GrblConversation.Options with { MaxBytesInFlight = 200 }, "[OPT:V,100,8192]").Ready();

        conversation.Start([.. Enumerable.Repeat("G1 X1.234 Y5.678 F100", 20)]);

        Assert.That(conversation.State.BytesInFlight, Is.InRange(178, 200));
    }

    /// <summary>A model of the other side: a byte buffer, a parser that takes lines when it likes, answers that travel later.</summary>
    private sealed class Controller
    {
        private readonly List<GrblProgramLine> _program;
        private readonly int _rxBytes;
        private readonly int _chunk;
        private readonly GrblConversation _conversation;
        private readonly Queue<string> _buffer = new();
        private readonly Queue<string> _answered = new();
        private int _heardLines;
        private int _given;
        private int _readsServed;

        public Controller(int[] lengths, int rxBytes, int chunk)
        {
            (_rxBytes, _chunk) = (rxBytes, chunk);
            _program = [.. lengths.Select((length, index) => new GrblProgramLine(index + 1, $"N{index}".PadRight(length, '0')[..length]))];
            _conversation = new GrblConversation(buildAnswer: $"[OPT:V,15,{rxBytes}]").Ready(status: $"<Idle|Bf:15,{rxBytes}|FS:0,0>");
            _heardLines = _conversation.SentLines.Count;
        }

        public bool WasOrderly { get; private set; } = true;

        public void Play(int[] timing)
        {
            _conversation.Do(new GrblStart(1, GrblConversation.JobName, _program.Sum(line => (long)line.Bytes), NextChunk()));
            for (var step = 0; _conversation.Ends.Count == 0 && step < 20_000; step++)
            {
                Exchange(timing[step % timing.Length]);
            }

            WasOrderly &= _conversation.Ends is [{ End.Outcome: RunOutcome.Completed }];
            WasOrderly &= _conversation.SentLines.Skip(1).SkipLast(1).Select(sent => sent.Line).SequenceEqual(_program.Select(line => line.Text));
        }

        private void Exchange(int parsed)
        {
            Receive();
            for (var count = 0; count < parsed && _buffer.TryDequeue(out var line); count++)
            {
                _answered.Enqueue(line);
            }

            // Half of what is parsed is answered now, the rest a step later: our count lags behind the truth, never before it.
            for (var count = (_answered.Count + 1) / 2; count > 0; count--)
            {
                var line = _answered.Dequeue();
                WasOrderly &= _conversation.State.InFlight.Peek().Line.Text == line;
                _conversation.Hear("ok");
            }

            ServeReads();
            _conversation.Pass(0.05);
            _conversation.Hear(_buffer.Count + _answered.Count > 0 ? "<Run|FS:1,0>" : $"<Idle|Bf:15,{_rxBytes}|FS:0,0>");
        }

        private void Receive()
        {
            for (; _heardLines < _conversation.SentLines.Count; _heardLines++)
            {
                _buffer.Enqueue(_conversation.SentLines[_heardLines].Line);
                WasOrderly &= _buffer.Sum(line => line.Length + 1) <= _rxBytes - 1;
            }
        }

        private void ServeReads()
        {
            for (; _readsServed < _conversation.OtherEffects.OfType<GrblReadMore>().Count(); _readsServed++)
            {
                _conversation.Do(new GrblMoreRead(1, NextChunk()));
            }
        }

        private GrblChunk NextChunk()
        {
            var lines = _program.Skip(_given).Take(_chunk).ToList();
            _given += lines.Count;
            return new GrblChunk([.. lines], _given == _program.Count);
        }
    }
}
