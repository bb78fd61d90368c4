namespace Fablab.Bridge.Drivers.Grbl;

/// <summary>
/// An open two-way stream of bytes to a controller. Opening one may reset the board behind it (a serial port's DTR line
/// does), so it is opened once and kept. One reader and one writer at a time.
/// </summary>
internal interface IByteLink : IAsyncDisposable
{
    /// <returns>Bytes read; 0 when the other side closed.</returns>
    /// <exception cref="IOException">The link broke.</exception>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct);

    /// <exception cref="IOException">The link broke.</exception>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct);
}

/// <summary>Opens a new link.</summary>
/// <exception cref="IOException">It could not be opened.</exception>
internal delegate Task<IByteLink> OpenByteLink(CancellationToken ct);
