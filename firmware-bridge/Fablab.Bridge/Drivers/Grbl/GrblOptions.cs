using System.ComponentModel.DataAnnotations;

namespace Fablab.Bridge.Drivers.Grbl;

/// <summary>How one GRBL-like controller is reached and how patient we are with it.</summary>
internal sealed record GrblOptions
{
    /// <summary>Where the controller's line is: <c>tcp://host:port</c>, <c>ws://host:port/path</c> or <c>serial:///dev/ttyUSB0?baud=115200</c>.</summary>
    [Required]
    public required string Address { get; init; }

    /// <summary>
    /// The subprotocol that is asked for of a WebSocket; FluidNC 4 speaks with nobody who asks for another one. Default <c>arduino</c>; the terminal of ESP3D 3 wants
    /// <c>webui-v3</c>; empty asks for none.
    /// </summary>
    [RegularExpression("^[A-Za-z0-9._-]{0,32}$")]
    public string WebSocketProtocol { get; init; } = "arduino";

    /// <summary>How often we ask for the status while a job runs. GRBL answers up to 10 a second without harm.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:05")]
    public TimeSpan BusyPoll { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How often we ask while nothing runs.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:30")]
    public TimeSpan IdlePoll { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Silence is never called stale before this, however fast we ask: a busy host answers late now and then.</summary>
    [Range(typeof(TimeSpan), "00:00:00.2", "00:01:00")]
    public TimeSpan LeastStale { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After so long without a status the link counts as lost and is opened anew.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a feed hold may take to stand still before a cancel resets anyway.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "00:01:00")]
    public TimeSpan HoldLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long we wait for the greeting after a reset, and then for a first status.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "00:01:00")]
    public TimeSpan ResetLimit { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>So often a reset is repeated before we say that the machine does not stop.</summary>
    [Range(1, 10)]
    public int ResetAttempts { get; init; } = 3;

    /// <summary>A job whose controller is idle yet acknowledges nothing for so long (beside its own dwell) has lost an answer.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan NoProgressLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Bytes on the wire that the controller has not acknowledged, at most, whatever buffer it claims. After a bad line
    /// everything already sent may still be executed, so more is not better.
    /// </summary>
    [Range(80, 16384)]
    public int MaxBytesInFlight { get; init; } = 1023;

    /// <summary>Longest line that is sent, without its end. GRBL keeps 80 bytes, one of them for the end.</summary>
    [Range(20, 255)]
    public int MaxLineCharacters { get; init; } = 79;

    /// <summary>At least so often an observation is made, even when nothing changes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "00:01:00")]
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long opening the link may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "00:01:00")]
    public TimeSpan ConnectLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>First wait before the link is opened again; it doubles up to <see cref="LongestReconnectWait"/>, with full jitter.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan FirstReconnectWait { get; init; } = TimeSpan.FromSeconds(1);

    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan LongestReconnectWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Files kept ready to start; the oldest gives way.</summary>
    [Range(1, 256)]
    public int MaxReadyFiles { get; init; } = 16;

    /// <exception cref="ValidationException">A value is outside its limits; the message names it.</exception>
    public void Validate() => Validator.ValidateObject(this, new ValidationContext(this), validateAllProperties: true);
}
