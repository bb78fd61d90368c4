using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Fablab.Bridge.Drivers.Grbl;

/// <summary>Reads a program from disk piece by piece, so that its size does not matter.</summary>
internal sealed class GrblProgramReader(Stream file, int maxCharacters) : IAsyncDisposable
{
    /// <summary>Lines in one chunk, at most.</summary>
    public const int ChunkLines = 256;

    /// <summary>A line in the file with its comments; longer ones are no G-code.</summary>
    private const int MaxRawLine = 4096;

    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly byte[] _line = new byte[MaxRawLine];
    private readonly IncrementalHash _digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int _start;
    private int _end;
    private int _lineLength;
    private int _number;
    private bool _isAtEnd;

    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static GrblProgramReader Open(string path, int maxCharacters)
    {
        var file = new FileStream(path, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 0 });
        return new GrblProgramReader(file, maxCharacters);
    }

    /// <summary>Reads a whole file once, without keeping it, to know that every line may be sent.</summary>
    /// <exception cref="ControllerRefusedException">A line must not be sent, nothing is left to send, or the bytes are not the announced ones.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<GrblProgramSummary> CheckAsync(string path, string sha256, int maxCharacters, CancellationToken ct)
    {
        await using var reader = Open(path, maxCharacters);
        var summary = new GrblProgramSummary(Lines: 0, Bytes: 0);
        GrblChunk chunk;
        do
        {
            chunk = await reader.ReadChunkAsync(ct);
            summary = new GrblProgramSummary(summary.Lines + chunk.Lines.Length, summary.Bytes + chunk.Lines.Sum(line => (long)line.Bytes));
        }
        while (!chunk.IsLast);

        if (!string.Equals(Convert.ToHexStringLower(reader._digest.GetHashAndReset()), sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new ControllerRefusedException("The file on disk is not the one that was approved. Send it again.", RefusalKind.UnsupportedFile);
        }

        return summary.Lines > 0
            ? summary
            : throw new ControllerRefusedException("The program is empty: it holds no line that a machine could run.", RefusalKind.UnsupportedFile);
    }

    /// <exception cref="ControllerRefusedException">A line must not be sent.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task<GrblChunk> ReadChunkAsync(CancellationToken ct)
    {
        var lines = ImmutableArray.CreateBuilder<GrblProgramLine>();
        while (lines.Count < ChunkLines && !_isAtEnd)
        {
            if (_start == _end)
            {
                await FillAsync(ct);
            }

            TakeLines(lines);
        }

        return new GrblChunk(lines.ToImmutable(), _isAtEnd);
    }

    public async ValueTask DisposeAsync()
    {
        _digest.Dispose();
        await file.DisposeAsync();
    }

    private async Task FillAsync(CancellationToken ct)
    {
        _start = 0;
        _end = await file.ReadAsync(_buffer, ct);
        _isAtEnd = _end == 0;
        _digest.AppendData(_buffer, 0, _end);
    }

    private void TakeLines(ImmutableArray<GrblProgramLine>.Builder lines)
    {
        if (_isAtEnd && _lineLength > 0)
        {
            TakeLine(lines);
        }

        while (_start < _end && lines.Count < ChunkLines)
        {
            var value = _buffer[_start++];
            if (value == (byte)'\n')
            {
                TakeLine(lines);
            }
            else if (_lineLength < MaxRawLine)
            {
                _line[_lineLength++] = value;
            }
            else
            {
                throw new ControllerRefusedException($"Line {_number + 1} cannot be sent: it is longer than {MaxRawLine} bytes. Is this a G-code file?", RefusalKind.UnsupportedFile);
            }
        }
    }

    private void TakeLine(ImmutableArray<GrblProgramLine>.Builder lines)
    {
        _number++;
        ReadOnlySpan<byte> raw = _line.AsSpan(0, _lineLength);
        _lineLength = 0;

        // Only the carriage return of a line end is harmless: GRBL itself takes one anywhere as the end of a line.
        raw = raw is [.. var body, (byte)'\r'] ? body : raw;
        raw = _number == 1 && raw.StartsWith("\uFEFF"u8) ? raw["\uFEFF"u8.Length..] : raw;
        if (GrblProgramCleaner.Clean(raw, _number, maxCharacters) is { } line)
        {
            lines.Add(line);
        }
    }
}

/// <param name="Lines">Lines to send.</param>
/// <param name="Bytes">Bytes to send, line ends included.</param>
internal sealed record GrblProgramSummary(int Lines, long Bytes);
