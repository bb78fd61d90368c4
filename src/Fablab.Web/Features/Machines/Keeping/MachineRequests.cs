using System.ComponentModel.DataAnnotations;
using Fablab.Contracts;
using Fablab.Domain.Machines;
using NodaTime;
using HazardClass = Fablab.Domain.Machines.HazardClass;

namespace Fablab.Web.Features.Machines.Keeping;

/// <summary>What a machine is and how it is used. Lengths are seconds; what is left out stays as it is, or begins as docs/booking-rules.md says.</summary>
public record MachineRequest
{
    [Required, StringLength(100, MinimumLength = 1)]
    public required string Name { get; init; }

    [Required, EnumDataType(typeof(MachineCategory))]
    public required MachineCategory Category { get; init; }

    [StringLength(100)]
    public string? Model { get; init; }

    /// <summary>Name of the tariff that new reservations are priced with, in its newest version.</summary>
    [Required, StringLength(100, MinimumLength = 1)]
    public required string Tariff { get; init; }

    /// <summary>Code of the pool of equal machines that it is one of; left out when it stands for itself.</summary>
    [StringLength(Codes.MaxLength)]
    public string? Pool { get; init; }

    /// <summary>Code of the bridge that serves it; left out without a controller.</summary>
    [StringLength(Codes.MaxLength)]
    public string? Bridge { get; init; }

    /// <summary>What it can do to people and rooms.</summary>
    [Required, EnumDataType(typeof(HazardClass))]
    public required HazardClass HazardClass { get; init; }

    /// <summary>A member needs a valid authorisation; left out, it stays as it is, and what becomes a hazard needs one.</summary>
    public bool? RequiresAuthorisation { get; init; }

    [Range(60, 31_536_000)]
    public long? MinimumSeconds { get; init; }

    [Range(60, 31_536_000)]
    public long? MaximumSeconds { get; init; }

    [Range(60, 86_400)]
    public long? GranularitySeconds { get; init; }

    /// <summary>How far ahead a slot may start.</summary>
    [Range(3_600, 63_072_000)]
    public long? HorizonSeconds { get; init; }

    [Range(0, 86_400)]
    public long? CheckInLeadSeconds { get; init; }

    [Range(60, 86_400)]
    public long? GraceSeconds { get; init; }

    [Range(0, 86_400)]
    public long? SetUpSeconds { get; init; }

    [Range(0, 86_400)]
    public long? CleanUpSeconds { get; init; }

    /// <summary>Hazards: the member must have confirmed within this time to be there.</summary>
    [Range(60, 3_600)]
    public long? PresenceLimitSeconds { get; init; }

    [Range(60, 604_800)]
    public long? IdleLimitSeconds { get; init; }

    /// <summary>A job starts at its time although nobody checked in; never for hazards.</summary>
    public bool? StartsUnattended { get; init; }

    public bool? EndsWithJob { get; init; }

    /// <summary>What programs are checked against; left out as it is.</summary>
    public MachineProfileRequest? Profile { get; init; }

    /// <param name="before"><see langword="null"/> for a new machine.</param>
    public MachinePolicy PolicyAfter(MachinePolicy? before)
    {
        var kept = before ?? new MachinePolicy { HazardClass = HazardClass, RequiresAuthorisation = HazardClass is HazardClass.H };
        return kept with
        {
            HazardClass = HazardClass,
            RequiresAuthorisation = RequiresAuthorisation ?? (kept.RequiresAuthorisation || (HazardClass is HazardClass.H && before?.HazardClass is not HazardClass.H)),
            MinimumLength = Length(MinimumSeconds) ?? kept.MinimumLength,
            MaximumLength = Length(MaximumSeconds) ?? kept.MaximumLength,
            Granularity = Length(GranularitySeconds) ?? kept.Granularity,
            Horizon = Length(HorizonSeconds) ?? kept.Horizon,
            CheckInLead = Length(CheckInLeadSeconds) ?? kept.CheckInLead,
            Grace = Length(GraceSeconds) ?? kept.Grace,
            SetUp = Length(SetUpSeconds) ?? kept.SetUp,
            CleanUp = Length(CleanUpSeconds) ?? kept.CleanUp,
            PresenceLimit = Length(PresenceLimitSeconds) ?? kept.PresenceLimit,
            IdleLimit = Length(IdleLimitSeconds) ?? kept.IdleLimit,
            StartsUnattended = StartsUnattended ?? kept.StartsUnattended,
            EndsWithJob = EndsWithJob ?? kept.EndsWithJob,
            Profile = Profile?.Profile ?? kept.Profile,
        };
    }

    private static Duration? Length(long? seconds) => seconds is { } said ? Duration.FromSeconds(said) : null;
}

public sealed record MakeMachineRequest : MachineRequest
{
    /// <summary>For addresses, labels and topics, said once: laser-1.</summary>
    [Required, StringLength(Codes.MaxLength), RegularExpression(Codes.Pattern)]
    public required string Code { get; init; }
}

/// <summary>What is left out is not checked.</summary>
public sealed record MachineProfileRequest
{
    /// <summary>Where the tool may go, in millimetres of machine coordinates.</summary>
    public ReachRequest? Reach { get; init; }

    [Range(0, 1_000)]
    public double? MaximumNozzleCelsius { get; init; }

    [Range(0, 500)]
    public double? MaximumBedCelsius { get; init; }

    /// <summary>How its controller reads G-code; left out when the file tells.</summary>
    [EnumDataType(typeof(GcodeDialect))]
    public GcodeDialect? Dialect { get; init; }

    /// <summary>Speed of moves that name none, for the time estimate.</summary>
    [Range(1, 1_000_000)]
    public double? RapidMillimetresPerMinute { get; init; }

    internal MachineProfile Profile => MachineProfile.Unchecked with
    {
        Reach = Reach is { } said ? new ReachableSpace(said.MinX, said.MaxX, said.MinY, said.MaxY, said.MinZ, said.MaxZ) : null,
        MaximumNozzleCelsius = MaximumNozzleCelsius,
        MaximumBedCelsius = MaximumBedCelsius,
        Dialect = Dialect,
        RapidMillimetresPerMinute = RapidMillimetresPerMinute ?? MachineProfile.Unchecked.RapidMillimetresPerMinute,
    };

    internal static MachineProfileRequest Of(MachineProfile profile) => new()
    {
        Reach = profile.Reach is { } box ? new ReachRequest { MinX = box.MinX, MaxX = box.MaxX, MinY = box.MinY, MaxY = box.MaxY, MinZ = box.MinZ, MaxZ = box.MaxZ } : null,
        MaximumNozzleCelsius = profile.MaximumNozzleCelsius, MaximumBedCelsius = profile.MaximumBedCelsius, Dialect = profile.Dialect, RapidMillimetresPerMinute = profile.RapidMillimetresPerMinute,
    };
}

/// <summary>A box in millimetres, both ends included.</summary>
public sealed record ReachRequest
{
    [Range(-100_000, 100_000)]
    public required double MinX { get; init; }

    [Range(-100_000, 100_000)]
    public required double MaxX { get; init; }

    [Range(-100_000, 100_000)]
    public required double MinY { get; init; }

    [Range(-100_000, 100_000)]
    public required double MaxY { get; init; }

    [Range(-100_000, 100_000)]
    public required double MinZ { get; init; }

    [Range(-100_000, 100_000)]
    public required double MaxZ { get; init; }
}

/// <summary>For the pool of equal machines.</summary>
/// <param name="Code">For addresses, said once: printers.</param>
public sealed record MakePoolRequest([property: Required, StringLength(Codes.MaxLength), RegularExpression(Codes.Pattern)] string Code, [property: Required, StringLength(100, MinimumLength = 1)] string Name);
