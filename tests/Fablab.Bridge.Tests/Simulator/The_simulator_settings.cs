using Fablab.MachineSimulator;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fablab.Bridge.Tests.Simulator;

public class The_simulator_settings
{
    [Test]
    public async Task Make_the_machines_they_name_and_the_lab_says_where_they_are()
    {
        using var host = Host(
            new SimulatedMachineOptions { Code = "printer-1", Kind = SimulatedMachineKind.OctoPrint, ApiKey = "k" },
            new SimulatedMachineOptions { Code = "cnc-1", Kind = SimulatedMachineKind.Grbl });

        await host.StartAsync();

        var lab = host.Services.GetRequiredService<SimulatedLab>();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lab.Find("printer-1")!.Address, Does.StartWith("http://127.0.0.1:"));
            Assert.That(lab.Find("cnc-1")!.Address, Does.Match("^tcp://127.0.0.1:[1-9]"));
            Assert.That(lab.Find("laser-1"), Is.Null);
        }

        await host.StopAsync();
    }

    [Test]
    public void Stop_the_start_when_a_port_is_used_twice() => Refuse(
        "port 5901 is used more than once",
        new SimulatedMachineOptions { Code = "cnc-1", Kind = SimulatedMachineKind.Grbl, Port = 5901 },
        new SimulatedMachineOptions { Code = "cnc-2", Kind = SimulatedMachineKind.Grbl, Port = 5901 });

    [Test]
    public void Stop_the_start_when_a_code_is_used_twice() => Refuse(
        "the code 'cnc-1' is used more than once",
        new SimulatedMachineOptions { Code = "cnc-1", Kind = SimulatedMachineKind.Grbl },
        new SimulatedMachineOptions { Code = "cnc-1", Kind = SimulatedMachineKind.Grbl });

    [Test]
    public void Stop_the_start_when_an_OctoPrint_has_no_key() =>
        Refuse("Machines:0:ApiKey is missing", new SimulatedMachineOptions { Code = "printer-1" });

    [Test]
    public void Stop_the_start_when_a_PrusaLink_has_neither_key_nor_password() =>
        Refuse("Machines:0:ApiKey is missing, or Password", new SimulatedMachineOptions { Code = "mk4-1", Kind = SimulatedMachineKind.PrusaLink });

    [Test]
    public void Stop_the_start_when_an_ESPHome_node_has_no_topic() =>
        Refuse("Machines:0:Topic is missing", new SimulatedMachineOptions { Code = "laser-1", Kind = SimulatedMachineKind.EspHome });

    [Test]
    public void Stop_the_start_when_a_Shelly_has_no_topic() =>
        Refuse("Machines:0:Topic is missing", new SimulatedMachineOptions { Code = "laser-1", Kind = SimulatedMachineKind.Shelly });

    [Test]
    public void Stop_the_start_when_a_plug_has_no_topic() =>
        Refuse("Machines:0:Topic is missing", new SimulatedMachineOptions { Code = "laser-1", Kind = SimulatedMachineKind.TasmotaPlug });

    [Test]
    public void Stop_the_start_when_a_speed_is_not_positive() =>
        Refuse("Speed", new SimulatedMachineOptions { Code = "cnc-1", Kind = SimulatedMachineKind.Grbl, Speed = 0 });

    [Test]
    public void Of_the_sample_are_valid()
    {
        var sample = new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "simulator.appsettings.json")).Build();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMachineSimulator(sample.GetSection(MachineSimulatorOptions.SectionName));
        using var provider = services.BuildServiceProvider();

        Assert.That(provider.GetRequiredService<IOptions<MachineSimulatorOptions>>().Value.Machines, Has.Count.EqualTo(7));
    }

    private static void Refuse(string reason, params SimulatedMachineOptions[] machines)
    {
        using var host = Host(machines);

        Assert.That(async () => await host.StartAsync(), Throws.InstanceOf<OptionsValidationException>().With.Message.Contains(reason));
    }

    private static IHost Host(params SimulatedMachineOptions[] machines)
    {
        var builder = new HostApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddMachineSimulator(options =>
        {
            foreach (var machine in machines)
            {
                options.Machines.Add(machine);
            }
        });
        return builder.Build();
    }
}
