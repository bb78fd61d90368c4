using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Fablab.Bridge.Tests.Drivers.Grbl;

/// <summary>
/// A serial device without a cable: the two ends of a pseudo-terminal. The driver opens the one by its name in <c>/dev/pts</c>; at the other sits the peer.
/// It needs nothing but the C library.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed partial class SerialLine : IGrblLine
{
    private const int ReadWrite = 2;
    private const int NoControllingTerminal = 0x100;

    /// <summary>Longer than a terminal's settings on any platform.</summary>
    private const int LongestSettings = 256;

    private readonly int _controllersEnd;
    private readonly int _driversEnd;
    private readonly CancellationTokenSource _pulled = new();
    private readonly Task _hearing;
    private readonly Task _saying;

    private SerialLine(GrblPeer peer, int controllersEnd, int driversEnd, string name)
    {
        (_controllersEnd, _driversEnd, Address) = (controllersEnd, driversEnd, $"serial://{name}?baud=115200");
        var controller = GrblLineKinds.ConnectAsync(peer, CancellationToken.None);
        _saying = SayAsync(controller);
        _hearing = Task.Factory.StartNew(() => Hear(controller), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public string Address { get; }

    public static SerialLine Open(GrblPeer peer)
    {
        var controllersEnd = Checked(OpenPair(ReadWrite | NoControllingTerminal), "posix_openpt");
        Checked(Grant(controllersEnd), "grantpt");
        Checked(Unlock(controllersEnd), "unlockpt");
        var name = new byte[128];
        Checked(NameOf(controllersEnd, name, (nuint)name.Length) == 0 ? 0 : -1, "ptsname_r");
        var path = System.Text.Encoding.ASCII.GetString(name.AsSpan(0, name.AsSpan().IndexOf((byte)0)));

        // Held open, or the controller's end would read an error until the driver comes; and raw, or it would hear its own words.
        var driversEnd = Checked(OpenFile(path, ReadWrite | NoControllingTerminal), path);
        var settings = new byte[LongestSettings];
        Checked(GetSettings(driversEnd, settings), "tcgetattr");
        MakeRaw(settings);
        Checked(SetSettings(driversEnd, 0, settings), "tcsetattr");
        return new SerialLine(peer, controllersEnd, driversEnd, path);
    }

    public async ValueTask DisposeAsync()
    {
        if (_pulled.IsCancellationRequested)
        {
            return;
        }

        // A byte of our own ends the read that waits; closing alone would not.
        await _pulled.CancelAsync();
        _ = Write(_driversEnd, [0], 1);
        await _hearing;
        await _saying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ = Close(_controllersEnd);
        _ = Close(_driversEnd);
        _pulled.Dispose();
    }

    private async Task SayAsync(Task<NetworkStream> connecting)
    {
        await using var controller = await connecting;
        var buffer = new byte[256];
        while (await controller.ReadAsync(buffer, _pulled.Token) is > 0 and var count)
        {
            Checked((int)Write(_controllersEnd, buffer, (nuint)count), "write");
        }
    }

    private void Hear(Task<NetworkStream> connecting)
    {
        var controller = connecting.GetAwaiter().GetResult();
        var buffer = new byte[256];
        while ((int)Read(_controllersEnd, buffer, (nuint)buffer.Length) is > 0 and var count && !_pulled.IsCancellationRequested)
        {
            controller.Write(buffer, 0, count);
        }
    }

    private static int Checked(int result, string what) =>
        result >= 0 ? result : throw new IOException($"{what} failed: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int OpenPair(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int Grant(int file);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(int file);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int NameOf(int file, byte[] name, nuint length);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetSettings(int file, byte[] settings);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int SetSettings(int file, int when, byte[] settings);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw(byte[] settings);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int file, byte[] bytes, nuint length);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(int file, byte[] bytes, nuint length);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int file);
}
