using System.Globalization;
using Fablab.Domain.Machines;

namespace Fablab.Domain.MachineJobs.Gcode;

internal enum Heater
{
    None,
    Nozzle,
    Bed,
}

/// <summary>The highest temperatures a program asks for, held against what the machine bears.</summary>
internal sealed class GcodeHeat(MachineProfile profile)
{
    public double? Nozzle { get; private set; }

    public double? Bed { get; private set; }

    public void Ask(Heater heater, double celsius, GcodeProblems problems)
    {
        if (heater is Heater.Nozzle)
        {
            Nozzle = Math.Max(Nozzle ?? 0, celsius);
        }
        else
        {
            Bed = Math.Max(Bed ?? 0, celsius);
        }

        Judge(heater, celsius, problems);
    }

    /// <summary>A program that heats by a macro says how far in its comments alone.</summary>
    public void JudgeMacros(SlicerComments comments, GcodeProblems problems)
    {
        if (Nozzle is null && comments.NozzleCelsius is { } nozzle)
        {
            Judge(Heater.Nozzle, nozzle, problems);
        }

        if (Bed is null && comments.BedCelsius is { } bed)
        {
            Judge(Heater.Bed, bed, problems);
        }
    }

    private void Judge(Heater heater, double celsius, GcodeProblems problems)
    {
        var (code, maximum) = heater is Heater.Nozzle ? ("nozzle-too-hot", profile.MaximumNozzleCelsius) : ("bed-too-hot", profile.MaximumBedCelsius);
        if (celsius > maximum)
        {
            problems.Report(
                code,
                string.Create(CultureInfo.InvariantCulture, $"{celsius:0.#} °C"),
                string.Create(CultureInfo.InvariantCulture, $"Choose a material or profile with at most {maximum:0.#} °C."));
        }
    }
}
