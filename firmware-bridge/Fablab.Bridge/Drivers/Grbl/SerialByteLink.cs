using System.Globalization;
using System.IO.Ports;
using System.Text.RegularExpressions;

namespace Fablab.Bridge.Drivers.Grbl;

/// <summary>A serial port of this computer: 8 data bits, no parity, one stop bit, no flow control. It is held alone, and for as long as the device is there.</summary>
internal sealed partial class SerialByteLink : IByteLink
{
    public const int UsualBaud = 115_200;

    private const int LeastBaud = 1_200;
    private const int MostBaud = 4_000_000;

    /// <summary>A device whose cable was pulled says nothing, as one that is only silent does; so it is looked for, this often.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly SerialPort _port;
    private readonly Stream _stream;
    private readonly TimeProvider _clock;

    private SerialByteLink(SerialPort port, TimeProvider clock) => (_port, _stream, _clock) = (port, port.BaseStream, clock);

    /// <exception cref="ArgumentException">Not a <c>serial:///dev/name?baud=n</c> address.</exception>
    public static OpenByteLink To(string address, TimeProvider clock)
    {
        var match = Form().Match(address);
        if (!match.Success)
        {
            throw new ArgumentException($"Address: '{address}' is not of the form serial:///dev/ttyUSB0?baud={UsualBaud}.");
        }

        var baud = match.Groups["baud"] is { Success: true, Value: var text } ? int.Parse(text, CultureInfo.InvariantCulture) : UsualBaud;
        if (baud is < LeastBaud or > MostBaud)
        {
            throw new ArgumentException($"Address: baud {baud} is not between {LeastBaud} and {MostBaud}.");
        }

        var name = match.Groups["name"].Value;
        return ct => OpenAsync(name, baud, clock, ct);
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var reading = _stream.ReadAsync(buffer, stop.Token).AsTask();
        try
        {
            while (!reading.IsCompleted)
            {
                await Task.WhenAny(reading, Task.Delay(LookInterval, _clock, stop.Token));
                if (!reading.IsCompleted && !IsThere())
                {
                    throw new IOException($"{_port.PortName} is gone.");
                }
            }

            return await reading;
        }
        catch (Exception broken) when (IsBroken(broken, ct))
        {
            throw new IOException($"{_port.PortName}: {broken.Message}", broken);
        }
        finally
        {
            await stop.CancelAsync();
            _ = reading.ContinueWith(over => _ = over.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        try
        {
            await _stream.WriteAsync(bytes, ct);
        }
        catch (Exception broken) when (IsBroken(broken, ct))
        {
            throw new IOException($"{_port.PortName}: {broken.Message}", broken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // What is not sent yet may never leave; whoever waits for it would wait with it.
            await Task.Run(_port.Dispose).WaitAsync(LookInterval, _clock);
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException or UnauthorizedAccessException or TimeoutException)
        {
            // The device went first.
        }
    }

    private static async Task<IByteLink> OpenAsync(string name, int baud, TimeProvider clock, CancellationToken ct)
    {
        var opening = Task.Run(() => Open(name, baud), CancellationToken.None);
        try
        {
            return new SerialByteLink(await opening.WaitAsync(ct), clock);
        }
        catch (Exception failed)
        {
            // A port that opens after all is closed again.
            _ = opening.ContinueWith(late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            if (IsBroken(failed, ct) || failed is ArgumentException)
            {
                throw new IOException($"{name}: {failed.Message}", failed);
            }

            throw;
        }
    }

    /// <summary>
    /// Opening raises DTR and RTS. A change of one alone is what makes boards reset or wait for a new program, so both are left as they are. A device that has
    /// no such lines does not let them be set.
    /// </summary>
    private static SerialPort Open(string name, int baud)
    {
        try
        {
            return Open(name, baud, hasModemLines: true);
        }
        catch (IOException) when (!OperatingSystem.IsWindows() && File.Exists(name))
        {
            return Open(name, baud, hasModemLines: false);
        }
    }

    private static SerialPort Open(string name, int baud, bool hasModemLines)
    {
        var port = new SerialPort(name, baud, Parity.None, 8, StopBits.One) { Handshake = Handshake.None, DtrEnable = hasModemLines, RtsEnable = hasModemLines };
        try
        {
            port.Open();
            return port;
        }
        catch
        {
            port.Dispose();
            throw;
        }
    }

    private static bool IsBroken(Exception e, CancellationToken ct) => e is IOException or UnauthorizedAccessException or InvalidOperationException or TimeoutException
        || (e is OperationCanceledException && !ct.IsCancellationRequested);

    private bool IsThere() => OperatingSystem.IsWindows() || File.Exists(_port.PortName);

    [GeneratedRegex(@"^serial://(?<name>/dev(/[A-Za-z0-9_][A-Za-z0-9._:+-]{0,127}){1,4}|COM[0-9]{1,3})(\?baud=(?<baud>[0-9]{1,7}))?$")]
    private static partial Regex Form();
}
