using System.Security.Cryptography;

namespace Fablab.Bridge.Drivers;

/// <summary>
/// Speaks one controller's wire: what it sees is yielded as observations, what we wish is asked for by the other calls.
/// An answer to a wish means "heard", never "done": only an observation tells what the machine does.
/// One caller at a time for the wishes; <see cref="ObserveAsync"/> runs beside them.
/// </summary>
public interface IJobController : IAsyncDisposable
{
    /// <summary>
    /// Without an observation for so long this driver is taken for dead or hanging, and its controller for out of hearing.
    /// Longer than any silence of a sound driver, also when its controller does not answer.
    /// </summary>
    TimeSpan LongestSilence { get; }

    /// <summary>
    /// Keeps the link to the controller and yields a whole picture at once, whenever something changed, and at least every
    /// few seconds (the driver's poll interval) so that silence can be told from health. A lost link is an observation with
    /// <see cref="LinkState.Down"/>, never an exception; the driver reconnects by itself until cancelled.
    /// </summary>
    IAsyncEnumerable<ControllerObservation> ObserveAsync(CancellationToken ct);

    /// <summary>
    /// Puts the file on the controller under <see cref="JobFile.Name"/>, replacing a file of the same name; where the
    /// controller stores nothing (a streamed wire) it is kept ready in the driver. Repeating it is harmless.
    /// </summary>
    /// <exception cref="ControllerRefusedException">The controller answered no.</exception>
    /// <exception cref="MachineUnreachableException">No usable answer; the true state is unknown.</exception>
    Task UploadAsync(JobFile file, CancellationToken ct);

    /// <summary>Asks the controller to start the file of that name, uploaded before.</summary>
    /// <exception cref="ControllerRefusedException">The controller answered no.</exception>
    /// <exception cref="MachineUnreachableException">No usable answer; the job may or may not have started.</exception>
    Task StartAsync(string fileName, CancellationToken ct);

    /// <inheritdoc cref="StartAsync"/>
    Task PauseAsync(CancellationToken ct);

    /// <inheritdoc cref="StartAsync"/>
    Task ResumeAsync(CancellationToken ct);

    /// <summary>Ends the running or paused job in the controller's gentlest way. Repeating it is harmless.</summary>
    /// <exception cref="ControllerRefusedException">The controller answered no.</exception>
    /// <exception cref="MachineUnreachableException">No usable answer; the true state is unknown.</exception>
    Task CancelAsync(CancellationToken ct);

    /// <summary>Takes our file off the controller when its job is over. A file that is not there is fine.</summary>
    /// <exception cref="MachineUnreachableException">No usable answer; try again later.</exception>
    Task RemoveAsync(string fileName, CancellationToken ct);
}

/// <summary>A job's file as the bridge holds it on disk.</summary>
/// <param name="Name">The name on the controller: <c>{job id, 32 hex}-{first 8 hex of the digest}.gcode</c>, never the member's own file name.</param>
/// <param name="Path">Where the bridge keeps the bytes.</param>
/// <param name="Sha256">Digest of the bytes, 64 lower-case hex digits.</param>
public sealed record JobFile(string Name, string Path, string Sha256)
{
    /// <summary>A last check before the bytes leave us.</summary>
    /// <exception cref="ControllerRefusedException">Our own copy is not the approved file any more.</exception>
    public async Task RequireApprovedAsync(CancellationToken ct)
    {
        await using var stream = File.OpenRead(Path);
        RequireApproved(Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, ct)));
    }

    /// <summary>The same for whoever reads the bytes anyway.</summary>
    /// <param name="sha256">Of what was read.</param>
    public void RequireApproved(string sha256)
    {
        if (!sha256.Equals(Sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new ControllerRefusedException($"{Name} on the bridge's disk is not the approved file", RefusalKind.Other);
        }
    }
}
