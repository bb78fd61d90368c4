using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fablab.MachineSimulator;

/// <summary>The pretend machines to run.</summary>
public sealed class MachineSimulatorOptions
{
    public const string SectionName = "MachineSimulator";

    /// <summary>Port of the injection endpoint when the simulator is a process of its own; 0 takes any free one.</summary>
    [Range(0, 65535)]
    public int AdministrationPort { get; set; }

    [ValidateEnumeratedItems]
    public IList<SimulatedMachineOptions> Machines { get; init; } = [];
}

[OptionsValidator]
internal sealed partial class MachineSimulatorOptionsAnnotations : IValidateOptions<MachineSimulatorOptions>;

/// <summary>What annotations cannot say: codes and ports are each used once, and each kind has what it needs.</summary>
internal sealed class MachineSimulatorOptionsRules : IValidateOptions<MachineSimulatorOptions>
{
    public ValidateOptionsResult Validate(string? name, MachineSimulatorOptions options)
    {
        List<string> failures =
        [
            .. Repeated(options, machine => machine.Code).Select(code => $"{MachineSimulatorOptions.SectionName}: the code '{code}' is used more than once."),
            .. Repeated(options, machine => machine.Port == 0 ? null : $"{machine.Port}").Select(port => $"{MachineSimulatorOptions.SectionName}: port {port} is used more than once."),
            .. options.Machines.SelectMany(Missing),
        ];
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> Repeated(MachineSimulatorOptions options, Func<SimulatedMachineOptions, string?> key) => options.Machines
        .Select(key)
        .OfType<string>()
        .GroupBy(value => value, StringComparer.Ordinal)
        .Where(group => group.Count() > 1)
        .Select(group => group.Key);

    private static IEnumerable<string> Missing(SimulatedMachineOptions machine, int index)
    {
        var setting = $"{MachineSimulatorOptions.SectionName}:{nameof(MachineSimulatorOptions.Machines)}:{index}";
        if (machine.Kind is SimulatedMachineKind.OctoPrint && machine.ApiKey.Length == 0)
        {
            yield return $"{setting}:{nameof(machine.ApiKey)} is missing: an OctoPrint has a key.";
        }

        if (machine.Kind is SimulatedMachineKind.PrusaLink && machine.ApiKey.Length == 0 && machine.Password.Length == 0)
        {
            yield return $"{setting}:{nameof(machine.ApiKey)} is missing, or {nameof(machine.Password)}: a PrusaLink has one of them.";
        }

        if (machine.Kind is SimulatedMachineKind.TasmotaPlug or SimulatedMachineKind.Shelly or SimulatedMachineKind.EspHome && (machine.Topic.Length == 0 || machine.Topic.AsSpan().IndexOfAny('+', '#') >= 0))
        {
            yield return $"{setting}:{nameof(machine.Topic)} is missing or has a wildcard: a plug has one topic.";
        }
    }
}
