using Fablab.Simulation;
using Fablab.Simulation.Lab;
using Microsoft.Testing.Platform.Builder;

// "run" and "planted" are for people; everything else is the test runner's.
if (args is ["run" or "planted", ..])
{
    return SimulationCommand.Run(args);
}

var builder = await TestApplication.CreateBuilderAsync(args);
builder.AddSelfRegisteredExtensions(args);
using var tests = await builder.BuildAsync();
return await tests.RunAsync();
