using System.ComponentModel.DataAnnotations;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Web.Hosting;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Waiting;

/// <summary>Machine time that one would take if it became free: of a machine, of any unit of a pool, or of any machine of a kind.</summary>
public sealed record JoinWaitingListRequest : IValidatableObject
{
    /// <summary>Code of a machine, or of a pool of which any unit will do; left out for a kind of machine.</summary>
    [StringLength(40)]
    public string? Machine { get; init; }

    /// <summary>Any machine of this kind will do.</summary>
    public MachineCategory? Category { get; init; }

    /// <summary>With a category: code of the only site that will do.</summary>
    [StringLength(40)]
    public string? Site { get; init; }

    /// <summary><c>dated</c> for some time to come; <c>now</c> for whoever stands at the machine and takes it as soon as it is free.</summary>
    public WishKind Kind { get; init; }

    /// <summary>The slot begins at or after this; left out for now.</summary>
    public Instant? WindowStart { get; init; }

    /// <summary>The slot ends at or before this.</summary>
    public required Instant WindowEnd { get; init; }

    /// <summary>How long, in seconds.</summary>
    [Range(1, 10_000_000)]
    public required long Seconds { get; init; }

    /// <summary>Less than this is of no use; left out when only the whole is.</summary>
    [Range(1, 10_000_000)]
    public long? MinimumSeconds { get; init; }

    /// <summary>It is of no use if it begins later; left out when the window says it all.</summary>
    public Instant? LatestStart { get; init; }

    /// <summary>It is of no use if the whole slot would cost more, with VAT, in minor units; left out when any price will do.</summary>
    [Range(1, 100_000_000)]
    public long? MostPriceMinor { get; init; }

    /// <summary>Whom the time is charged to; left out for oneself.</summary>
    public Guid? ProjectId { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Machine is null == Category is null)
        {
            yield return new ValidationResult("Either a machine or a category is wished for.", [nameof(Machine), nameof(Category)]);
        }

        if (Site is not null && Category is null)
        {
            yield return new ValidationResult("A site goes with a category.", [nameof(Site)]);
        }

        if (!LabClock.IsPlausible(WindowEnd) || (WindowStart is { } start && !LabClock.IsPlausible(start)) || (LatestStart is { } latest && !LabClock.IsPlausible(latest)))
        {
            yield return new ValidationResult("Window and latest start lie between the years 2000 and 2200.", [nameof(WindowStart), nameof(WindowEnd), nameof(LatestStart)]);
        }
    }
}
