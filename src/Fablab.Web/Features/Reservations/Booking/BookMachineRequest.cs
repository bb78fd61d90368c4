using System.ComponentModel.DataAnnotations;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Members;
using Fablab.Web.Hosting;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Booking;

/// <summary>What is asked for when booking; the same for the dry run.</summary>
public sealed record BookMachineRequest : IValidatableObject
{
    /// <summary>Code of the machine: <c>printer-1</c>.</summary>
    [Required, StringLength(40)]
    public required string Machine { get; init; }

    public required Instant Start { get; init; }

    /// <summary>Not part of the slot.</summary>
    public required Instant End { get; init; }

    /// <summary>Whom the time is charged to; left out for oneself.</summary>
    public Guid? ProjectId { get; init; }

    /// <summary>A job uploaded for this machine.</summary>
    public Guid? JobId { get; init; }

    /// <summary>Codes of the soft problems that one books in spite of.</summary>
    [MaxLength(20)]
    public IReadOnlyList<string> AcceptSoft { get; init; } = [];

    internal BookingWish ToWish(MemberId member) => new()
    {
        Member = member,
        Machine = Machine,
        Start = Start,
        End = End,
        Project = ProjectId is { } project ? new ProjectId(project) : null,
        Job = JobId is { } job ? new MachineJobId(job) : null,
    };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!LabClock.IsPlausible(Start) || !LabClock.IsPlausible(End))
        {
            yield return new ValidationResult("Start and end lie between the years 2000 and 2200.", [nameof(Start), nameof(End)]);
        }
    }
}
