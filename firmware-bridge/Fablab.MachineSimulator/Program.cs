using System.Net;
using Fablab.MachineSimulator;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

var builder = WebApplication.CreateBuilder(args);
var section = builder.Configuration.GetSection(MachineSimulatorOptions.SectionName);

// Whoever names machines gets these alone; lists of several sources would be mixed item by item.
if (!section.GetSection(nameof(MachineSimulatorOptions.Machines)).Exists())
{
    builder.Configuration.AddJsonFile(Path.Combine(AppContext.BaseDirectory, "simulator.appsettings.json"), optional: false);
}

builder.Services.AddMachineSimulator(section);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
    IPAddress.Loopback,
    int.TryParse(section[nameof(MachineSimulatorOptions.AdministrationPort)], out var port) ? port : 0));

var app = builder.Build();
app.MapMachineSimulator(app.Services.GetRequiredService<SimulatedLab>());
await app.RunAsync();
