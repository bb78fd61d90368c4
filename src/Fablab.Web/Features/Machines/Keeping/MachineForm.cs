using System.Globalization;
using Fablab.Domain.Machines;
using Fablab.Web.Components;

namespace Fablab.Web.Features.Machines.Keeping;

/// <summary>A machine's settings as they are typed: lengths in minutes and days.</summary>
internal static class MachineForm
{
    /// <summary>Fields with minutes, and the least and most of them.</summary>
    public static readonly IReadOnlyList<(string Field, int Least, int Most)> Minutes =
    [
        ("minimum", 1, 525_600), ("maximum", 1, 525_600), ("granularity", 1, 1_440), ("checkInLead", 0, 1_440), ("grace", 1, 1_440), ("setUp", 0, 1_440), ("cleanUp", 0, 1_440),
        ("presenceLimit", 1, 60), ("idleLimit", 1, 10_080),
    ];

    public static readonly IReadOnlyList<string> Reach = ["minX", "maxX", "minY", "maxY", "minZ", "maxZ"];

    public static TypedForm Of(MachineSettingsResponse machine)
    {
        var form = new TypedForm()
            .With("code", machine.Code).With("name", machine.Name).With("category", $"{machine.Category}").With("model", machine.Model).With("tariff", machine.Tariff).With("pool", machine.Pool)
            .With("bridge", machine.Bridge).With("hazardClass", $"{machine.HazardClass}").With("requiresAuthorisation", machine.RequiresAuthorisation)
            .With("startsUnattended", machine.StartsUnattended).With("endsWithJob", machine.EndsWithJob)
            .With("horizonDays", (machine.HorizonSeconds / 86_400m).ToString("0.####", CultureInfo.InvariantCulture)).With("nozzle", Number(machine.Profile.MaximumNozzleCelsius)).With("bed", Number(machine.Profile.MaximumBedCelsius))
            .With("dialect", $"{machine.Profile.Dialect}").With("rapid", Number(machine.Profile.RapidMillimetresPerMinute));
        foreach (var (field, seconds) in new[]
        {
            ("minimum", machine.MinimumSeconds), ("maximum", machine.MaximumSeconds), ("granularity", machine.GranularitySeconds), ("checkInLead", machine.CheckInLeadSeconds), ("grace", machine.GraceSeconds),
            ("setUp", machine.SetUpSeconds), ("cleanUp", machine.CleanUpSeconds), ("presenceLimit", machine.PresenceLimitSeconds), ("idleLimit", machine.IdleLimitSeconds),
        })
        {
            form.With(field, (seconds / 60m).ToString("0.##", CultureInfo.InvariantCulture));
        }

        if (machine.Profile.Reach is { } reach)
        {
            foreach (var (field, value) in Reach.Zip([reach.MinX, reach.MaxX, reach.MinY, reach.MaxY, reach.MinZ, reach.MaxZ]))
            {
                form.With(field, Number(value));
            }
        }

        return form;
    }

    /// <summary>Fields with the limits of programs.</summary>
    public static IEnumerable<string> Limits => [.. Reach, "nozzle", "bed", "rapid", "dialect"];

    /// <summary>A new machine, as most are.</summary>
    public static TypedForm New()
    {
        var usual = new MachinePolicy { HazardClass = HazardClass.H };
        return new TypedForm().With("hazardClass", $"{HazardClass.H}").With("requiresAuthorisation", true).With("category", $"{MachineCategory.Other}")
            .With("minimum", $"{usual.MinimumLength.TotalMinutes}").With("maximum", $"{usual.MaximumLength.TotalMinutes}").With("granularity", $"{usual.Granularity.TotalMinutes}")
            .With("checkInLead", $"{usual.CheckInLead.TotalMinutes}").With("grace", $"{usual.Grace.TotalMinutes}").With("setUp", "0").With("cleanUp", "0")
            .With("presenceLimit", $"{usual.PresenceLimit.TotalMinutes}").With("idleLimit", $"{usual.IdleLimit.TotalMinutes}").With("horizonDays", $"{usual.Horizon.TotalDays}");
    }

    /// <summary>What was typed, for the use case; look at <see cref="TypedForm.IsGood"/> afterwards.</summary>
    public static MakeMachineRequest Read(TypedForm form, string? code)
    {
        var minutes = Minutes.ToDictionary(one => one.Field, one => form.Number(one.Field, one.Least, one.Most, isNeeded: true) is { } said ? (long)Math.Round(said * 60, MidpointRounding.AwayFromZero) : (long?)null);
        return new MakeMachineRequest
        {
            Code = code ?? form.Code("code"), Name = form.Text("name", 100), Category = form.Choice<MachineCategory>("category"), Model = form.Text("model", 100, isNeeded: false),
            Tariff = form.Text("tariff", 100), Pool = form["pool"], Bridge = form["bridge"], HazardClass = form.Choice<HazardClass>("hazardClass"),
            RequiresAuthorisation = form.IsTicked("requiresAuthorisation"), StartsUnattended = form.IsTicked("startsUnattended"), EndsWithJob = form.IsTicked("endsWithJob"),
            MinimumSeconds = minutes["minimum"], MaximumSeconds = minutes["maximum"], GranularitySeconds = minutes["granularity"], CheckInLeadSeconds = minutes["checkInLead"],
            GraceSeconds = minutes["grace"], SetUpSeconds = minutes["setUp"], CleanUpSeconds = minutes["cleanUp"], PresenceLimitSeconds = minutes["presenceLimit"], IdleLimitSeconds = minutes["idleLimit"],
            HorizonSeconds = form.Number("horizonDays", 1 / 24m, 730, isNeeded: true) is { } days ? (long)Math.Round(days * 86_400, MidpointRounding.AwayFromZero) : null, Profile = ProfileIn(form),
        };
    }

    private static MachineProfileRequest ProfileIn(TypedForm form) => new()
    {
        Reach = ReachIn(form), MaximumNozzleCelsius = Real(form, "nozzle", 0, 1_000), MaximumBedCelsius = Real(form, "bed", 0, 500),
        Dialect = Enum.TryParse<GcodeDialect>(form["dialect"], out var dialect) && Enum.IsDefined(dialect) ? dialect : null, RapidMillimetresPerMinute = Real(form, "rapid", 1, 1_000_000),
    };

    private static ReachRequest? ReachIn(TypedForm form)
    {
        if (Reach.All(field => form[field].Length == 0))
        {
            return null;
        }

        var at = Reach.ToDictionary(field => field, field => (double)(form.Number(field, -100_000, 100_000, isNeeded: true) ?? 0));
        return new ReachRequest { MinX = at["minX"], MaxX = at["maxX"], MinY = at["minY"], MaxY = at["maxY"], MinZ = at["minZ"], MaxZ = at["maxZ"] };
    }

    private static double? Real(TypedForm form, string field, int least, int most) => (double?)form.Number(field, least, most);

    private static string Number(double? value) => value?.ToString("0.###", CultureInfo.InvariantCulture) ?? "";
}
