using System.ComponentModel.DataAnnotations;
using Fablab.Domain.MachineJobs;
using Fablab.Domain.Members;
using Fablab.Web.Data;
using Fablab.Web.Hosting;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Booking;

/// <summary>Somebody who comes along: a member by id, or a guest by name.</summary>
public sealed record CompanionRequest
{
    public Guid? MemberId { get; init; }

    [StringLength(100)]
    public string? GuestName { get; init; }

    internal static IReadOnlyList<MemberId> MembersOf(IReadOnlyList<CompanionRequest> company) =>
        [.. company.Where(one => one.MemberId is not null).Select(one => new MemberId(one.MemberId!.Value)).Distinct()];

    internal static IEnumerable<ValidationResult> TroubleWith(IReadOnlyList<CompanionRequest>? company)
    {
        if (company is null || company.Any(one => one is null || one.MemberId is null == string.IsNullOrWhiteSpace(one.GuestName)))
        {
            yield return new ValidationResult("Who comes along is either a member by id or a guest by name.", ["Company"]);
        }
    }
}

/// <summary>What is asked for when booking; the same for the dry run.</summary>
public sealed record BookMachineRequest : IValidatableObject
{
    /// <summary>Code of a machine, <c>printer-1</c>, or of a pool, of which any unit will do: <c>printers</c>.</summary>
    [Required, StringLength(40)]
    public required string Machine { get; init; }

    public required Instant Start { get; init; }

    /// <summary>Not part of the slot.</summary>
    public required Instant End { get; init; }

    /// <summary>Whom the time is charged to; left out for oneself.</summary>
    public Guid? ProjectId { get; init; }

    /// <summary>What it is for, in a few words; people outside an organisation that hides its titles do not see it.</summary>
    [StringLength(BookingWish.LongestTitle)]
    public string? Title { get; init; }

    /// <summary>A job uploaded for this machine.</summary>
    public Guid? JobId { get; init; }

    /// <summary>Codes of the soft problems that one books in spite of.</summary>
    [MaxLength(20)]
    public IReadOnlyList<string> AcceptSoft { get; init; } = [];

    /// <summary>Id of the member who will use the machine, when staff book on their behalf; left out for oneself.</summary>
    public Guid? ForMember { get; init; }

    /// <summary>Who comes along.</summary>
    [MaxLength(50)]
    public IReadOnlyList<CompanionRequest> Company { get; init; } = [];

    /// <summary>As it is kept; the same for all ways of booking.</summary>
    internal static string? TitleOf(string? typed) => typed?.Trim() is { Length: > 0 } title ? StorableText.Of(title) : null;

    internal BookingWish ToWish(MemberId me) => new()
    {
        Member = ForMember is { } other ? new MemberId(other) : me,
        Companions = CompanionRequest.MembersOf(Company),
        People = 1 + Company.Count,
        Machine = Machine,
        Start = Start,
        End = End,
        Project = ProjectId is { } project ? new ProjectId(project) : null,
        Title = TitleOf(Title),
        Job = JobId is { } job ? new MachineJobId(job) : null,
    };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!LabClock.IsPlausible(Start) || !LabClock.IsPlausible(End))
        {
            yield return new ValidationResult("Start and end lie between the years 2000 and 2200.", [nameof(Start), nameof(End)]);
        }

        foreach (var trouble in CompanionRequest.TroubleWith(Company))
        {
            yield return trouble;
        }
    }
}
