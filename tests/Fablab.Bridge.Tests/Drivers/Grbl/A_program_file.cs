using System.Security.Cryptography;
using System.Text;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.Grbl;

namespace Fablab.Bridge.Tests.Drivers.Grbl;

public class A_program_file
{
    private const int MaxCharacters = 79;

    private string _path = string.Empty;

    [SetUp]
    public void MakeFile() => _path = Path.GetTempFileName();

    [TearDown]
    public void RemoveFile() => File.Delete(_path);

    [TestCase("G0 X1\n$110=500\n", 2, "settings")]
    [TestCase("$X\n", 1, "settings")]
    [TestCase("G0 X1\n\n  $J=G91 X5 F100\n", 3, "settings")]
    [TestCase("[ESP800]\n", 1, "settings")]
    [TestCase("G0 X1 !\n", 1, "obeys at once")]
    [TestCase("~\n", 1, "obeys at once")]
    [TestCase("G0 X1?\n", 1, "obeys at once")]
    [TestCase("G0 X1\n\u0018\n", 2, "0x18")]
    [TestCase("G0 \u0084X1\n", 1, "0x84")]
    [TestCase("G0 X1\rG0 X2\n", 1, "0x0D")]
    [TestCase("G1 X000000000000000000000000000000000000000000000000000000000000000000000000000000001\n", 1, "characters")]
    public async Task Is_refused_with_the_line_that_must_not_be_sent(string text, int line, string why)
    {
        var refused = await Assert.ThrowsAsync<ControllerRefusedException>(() => CheckAsync(Encoding.Latin1.GetBytes(text)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refused!.Kind, Is.EqualTo(RefusalKind.UnsupportedFile));
            Assert.That(refused.Message, Does.Contain($"Line {line} ").And.Contain(why));
        }
    }

    [TestCase("")]
    [TestCase("\n\n; nothing but words\n(more words)\n%\n")]
    public async Task Is_refused_when_nothing_is_left_to_send(string text)
    {
        var refused = await Assert.ThrowsAsync<ControllerRefusedException>(() => CheckAsync(Encoding.UTF8.GetBytes(text)));

        Assert.That(refused!.Message, Does.Contain("empty"));
    }

    [Test]
    public async Task Is_refused_when_its_bytes_are_not_the_approved_ones()
    {
        File.WriteAllText(_path, "G0 X1\n");

        var refused = await Assert.ThrowsAsync<ControllerRefusedException>(() => GrblProgramReader.CheckAsync(_path, new string('0', 64), MaxCharacters, CancellationToken.None));

        Assert.That(refused!.Message, Does.Contain("approved"));
    }

    [Test]
    public async Task Is_refused_when_it_is_no_text_at_all()
    {
        var refused = await Assert.ThrowsAsync<ControllerRefusedException>(() => CheckAsync(new byte[100_000]));

        Assert.That(refused!.Message, Does.Contain("Line 1"));
    }

    [Test]
    public async Task Is_sent_without_comments_blanks_frames_and_byte_order_mark()
    {
        var text = "\uFEFF%\r\n(größer! ~ $1=2)  G0   X1 (fast?)\tY2\r\n; só\r\nG1 X2 ; done\r\nM3 (unclosed\r\nM30\r\n%";

        var lines = await ReadAllAsync(Encoding.UTF8.GetBytes(text));

        Assert.That(lines, Is.EqualTo(new GrblProgramLine[] { new(2, "G0 X1 Y2"), new(4, "G1 X2"), new(5, "M3"), new(6, "M30") }));
    }

    [TestCase("facing-60x30.grbl-cnc.gcode")]
    [TestCase("square-40mm.grbl-laser.gcode")]
    public async Task From_a_real_job_is_taken(string name)
    {
        var summary = await CheckAsync(await File.ReadAllBytesAsync(Path.Combine(GrblRecording.RepositoryRoot(), "tests", "gcode", name)));

        Assert.That(summary.Lines, Is.GreaterThan(10));
    }

    [Test]
    public async Task Of_any_size_is_read_in_small_pieces()
    {
        await using var reader = new GrblProgramReader(new EndlessFile(lines: 200_000), MaxCharacters);
        var (lines, largest) = (0, 0);
        GrblChunk chunk;
        do
        {
            chunk = await reader.ReadChunkAsync(CancellationToken.None);
            lines += chunk.Lines.Length;
            largest = Math.Max(largest, chunk.Lines.Length);
        }
        while (!chunk.IsLast);

        Assert.That((lines, largest), Is.EqualTo((200_000, GrblProgramReader.ChunkLines)));
    }

    [TestCase("M30", true)]
    [TestCase("M02", true)]
    [TestCase("G0 X1 M2", true)]
    [TestCase("M300", false)]
    [TestCase("M20", false)]
    [TestCase("M3", false)]
    public void Ends_itself_with_M2_or_M30(string line, bool ends) => Assert.That(GrblWords.EndsProgram(line), Is.EqualTo(ends));

    [TestCase("M0", true)]
    [TestCase("M00", true)]
    [TestCase("M1", true)]
    [TestCase("M01", true)]
    [TestCase("M10", false)]
    [TestCase("M03", false)]
    public void Pauses_itself_with_M0_or_M1(string line, bool pauses) => Assert.That(GrblWords.Pauses(line), Is.EqualTo(pauses));

    [TestCase("G4 P2.5", 2.5)]
    [TestCase("G04P.5", 0.5)]
    [TestCase("G4 P1e9", 1)]
    [TestCase("G4 P999999999", 3600)]
    [TestCase("G40", 0)]
    [TestCase("G1 X1", 0)]
    public void Tells_how_long_it_dwells(string line, double seconds) => Assert.That(GrblWords.Dwell(line).TotalSeconds, Is.EqualTo(seconds));

    private Task<GrblProgramSummary> CheckAsync(byte[] bytes)
    {
        File.WriteAllBytes(_path, bytes);
        return GrblProgramReader.CheckAsync(_path, Convert.ToHexStringLower(SHA256.HashData(bytes)), MaxCharacters, CancellationToken.None);
    }

    private static async Task<IReadOnlyList<GrblProgramLine>> ReadAllAsync(byte[] bytes)
    {
        await using var reader = new GrblProgramReader(new MemoryStream(bytes), MaxCharacters);
        return (await reader.ReadChunkAsync(CancellationToken.None)).Lines;
    }

    /// <summary>A long file that exists only while it is read.</summary>
    private sealed class EndlessFile(int lines) : Stream
    {
        private static readonly byte[] Line = "G1 X1.000 Y2.000 ; a line\n"u8.ToArray();

        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => (long)lines * Line.Length;

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, Length - _position);
            for (var at = 0; at < read; at++)
            {
                buffer[offset + at] = Line[(int)(_position++ % Line.Length)];
            }

            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
