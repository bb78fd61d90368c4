using System.Security.Cryptography;
using Fablab.Bridge.Drivers;
using Fablab.Bridge.Drivers.Grbl;
using Fablab.Bridge.Drivers.Moonraker;
using Fablab.Bridge.Drivers.OctoPrint;
using Fablab.Bridge.Drivers.PrusaLink;
using Fablab.MachineSimulator;
using Fablab.MachineSimulator.Grbl;
using Fablab.MachineSimulator.Moonraker;
using Fablab.MachineSimulator.OctoPrint;
using Fablab.MachineSimulator.PrusaLink;
using Microsoft.Extensions.Logging.Abstractions;

namespace Fablab.Bridge.Tests.Simulator;

/// <summary>The bridge's drivers against the pretend machines, over real sockets: neither shares code with the other.</summary>
public class The_drivers_run_a_job
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(30);

    [Test]
    public async Task On_a_simulated_printer()
    {
        var options = new SimulatedMachineOptions { Code = "printer-1", ApiKey = PrinterFixture.ApiKey, Speed = 500 };
        await using var machine = new SimulatedOctoPrint(options, TimeProvider.System, NullLogger<SimulatedOctoPrint>.Instance);
        await machine.StartAsync(CancellationToken.None);
        await using var driver = new OctoPrintDriver(
            new OctoPrintOptions { Address = new Uri(machine.Address), ApiKey = PrinterFixture.ApiKey },
            TimeProvider.System,
            NullLogger<OctoPrintDriver>.Instance);

        var end = await RunAsync(driver, RecordedFile.Sample("puck.prusaslicer-2.5.gcode"));

        Assert.That(end.Outcome, Is.EqualTo(RunOutcome.Completed));
    }

    [Test]
    public async Task On_a_simulated_Klipper_printer()
    {
        var options = new SimulatedMachineOptions { Code = "printer-2", Kind = SimulatedMachineKind.Moonraker, Speed = 500 };
        await using var machine = new SimulatedMoonraker(options, TimeProvider.System, NullLogger<SimulatedMoonraker>.Instance);
        await machine.StartAsync(CancellationToken.None);
        await using var driver = new MoonrakerDriver(
            new MoonrakerOptions { Address = new Uri(machine.Address) }, TimeProvider.System, NullLogger<MoonrakerDriver>.Instance);

        var end = await RunAsync(driver, RecordedFile.Sample("puck.prusaslicer-2.5.gcode"));

        Assert.That(end.Outcome, Is.EqualTo(RunOutcome.Completed));
    }

    [Test]
    public async Task On_a_simulated_Prusa_printer()
    {
        var options = new SimulatedMachineOptions { Code = "mk4-1", Kind = SimulatedMachineKind.PrusaLink, User = "maker", Password = "digest-of-the-test", Speed = 500 };
        await using var machine = new SimulatedPrusaLink(options, TimeProvider.System, NullLogger<SimulatedPrusaLink>.Instance);
        await machine.StartAsync(CancellationToken.None);
        await using var driver = new PrusaLinkDriver(
            new PrusaLinkOptions { Address = new Uri(machine.Address), Password = "digest-of-the-test", PollInterval = TimeSpan.FromMilliseconds(200) },
            TimeProvider.System,
            NullLogger<PrusaLinkDriver>.Instance);

        var end = await RunAsync(driver, RecordedFile.Sample("puck.prusaslicer-2.5.gcode"));

        Assert.That(end.Outcome, Is.EqualTo(RunOutcome.Completed));
    }

    [Test]
    public async Task On_a_simulated_CNC_machine()
    {
        var options = new SimulatedMachineOptions { Code = "cnc-1", Kind = SimulatedMachineKind.Grbl, Speed = 500 };
        await using var machine = new SimulatedGrbl(options, TimeProvider.System, NullLogger<SimulatedGrbl>.Instance);
        await machine.StartAsync(CancellationToken.None);
        await using var driver = new GrblDriver(new GrblOptions { Address = machine.Address }, TimeProvider.System, NullLogger<GrblDriver>.Instance);

        var end = await RunAsync(driver, RecordedFile.Sample("facing-60x30.grbl-cnc.gcode"));

        Assert.That(end.Outcome, Is.EqualTo(RunOutcome.Completed));
    }

    /// <summary>Uploads and starts once the machine is idle, then waits for an end; the limit only ends a test that hangs.</summary>
    private static async Task<RunEnd> RunAsync(IJobController driver, string path)
    {
        using var limit = new CancellationTokenSource(HangLimit);
        const string Name = "job-1.gcode";
        var isStarted = false;
        Task wish = Task.CompletedTask;
        await foreach (var seen in driver.ObserveAsync(limit.Token))
        {
            if (wish.IsFaulted)
            {
                await wish;
            }

            if (!isStarted && seen is { Link: LinkState.Up, State: ControllerState.Idle })
            {
                isStarted = true;
                wish = StartAsync();
            }
            else if (isStarted && seen.LastEnd is { } end)
            {
                await wish;
                return end;
            }
        }

        throw new AssertionException("The driver stopped observing.");

        async Task StartAsync()
        {
            var digest = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(path, limit.Token)));
            await driver.UploadAsync(new JobFile(Name, path, digest), limit.Token);
            await driver.StartAsync(Name, limit.Token);
        }
    }
}
