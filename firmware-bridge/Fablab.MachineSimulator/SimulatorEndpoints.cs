using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Fablab.MachineSimulator;

/// <summary>
/// The back door for demos and tests: <c>GET /simulator</c> lists what can be injected, <c>POST /simulator/{injection}</c>
/// does it, and <c>GET /simulator/{code}/told</c> tells what really happened at the machine, whatever its wire says. It has no real counterpart and needs no key; it listens on the loopback address only.
/// </summary>
internal static class SimulatorEndpoints
{
    public static void MapSimulatedMachine(this IEndpointRouteBuilder app, ISimulatedMachine machine)
    {
        app.MapGet("/simulator", http => http.Response.WriteAsync(string.Join('\n', machine.Injections) + '\n', http.RequestAborted));
        app.MapGet("/simulator/told", http => TellAsync(machine, http));
        app.MapPost("/simulator/{injection}", http =>
        {
            InjectInto(machine, http);
            return Task.CompletedTask;
        });
    }

    /// <summary>The same for several machines: <c>POST /simulator/{code}/{injection}</c>.</summary>
    public static void MapMachineSimulator(this IEndpointRouteBuilder app, SimulatedLab lab)
    {
        app.MapGet("/simulator", http => http.Response.WriteAsync(
            string.Concat(lab.Machines.Select(machine => $"{machine.Code} {machine.Address} {string.Join(',', machine.Injections)}\n")), http.RequestAborted));
        app.MapPost("/simulator/{code}/{injection}", http =>
        {
            InjectInto(lab.Find((string?)http.Request.RouteValues["code"] ?? ""), http);
            return Task.CompletedTask;
        });
        app.MapGet("/simulator/{code}/told", http => TellAsync(lab.Find((string?)http.Request.RouteValues["code"] ?? ""), http));
    }

    private static Task TellAsync(ISimulatedMachine? machine, HttpContext http)
    {
        http.Response.StatusCode = machine is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
        return http.Response.WriteAsync(machine is null ? "" : string.Concat(machine.Tell().Select(line => line + '\n')), http.RequestAborted);
    }

    private static void InjectInto(ISimulatedMachine? machine, HttpContext http)
    {
        var isDone = machine?.Inject((string?)http.Request.RouteValues["injection"] ?? "") == true;
        http.Response.StatusCode = isDone ? StatusCodes.Status204NoContent : StatusCodes.Status404NotFound;
    }
}
