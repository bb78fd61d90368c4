namespace Fablab.Domain.Machines;

/// <summary>The rules of one machine. Lengths are of booked time unless said otherwise.</summary>
public sealed record MachinePolicy
{
    public required HazardClass HazardClass { get; init; }

    public Duration MinimumLength { get; init; } = Duration.FromMinutes(15);

    public Duration MaximumLength { get; init; } = Duration.FromHours(12);

    /// <summary>Lengths are whole multiples of this.</summary>
    public Duration Granularity { get; init; } = Duration.FromMinutes(5);

    /// <summary>How far ahead a slot may start.</summary>
    public Duration Horizon { get; init; } = Duration.FromDays(60);

    /// <summary>How long before the start one may check in, if the machine is free.</summary>
    public Duration CheckInLead { get; init; } = Duration.FromMinutes(10);

    /// <summary>How long after the start we wait before the slot is released.</summary>
    public Duration Grace { get; init; } = Duration.FromMinutes(15);

    /// <summary>Kept free before the start for setting up; not billed.</summary>
    public Duration SetUp { get; init; } = Duration.Zero;

    /// <summary>Kept free after the end for cleaning and cooling; not billed.</summary>
    public Duration CleanUp { get; init; } = Duration.Zero;

    /// <summary>Class H: the member must have confirmed to be there within this time for a lease to be given.</summary>
    public Duration PresenceLimit { get; init; } = Duration.FromMinutes(5);

    /// <summary>A session without activity for this long is ended.</summary>
    public Duration IdleLimit { get; init; } = Duration.FromMinutes(30);

    /// <summary>
    /// Class R: a job attached to the reservation starts at its time although nobody checked in. Without a controller: nobody needs to
    /// check in at all.
    /// </summary>
    public bool StartsUnattended { get; init; }

    /// <summary>The session ends when its job ends, and the rest of the slot goes back to the calendar.</summary>
    public bool EndsWithJob { get; init; }

    /// <summary>Class R: the longest a job may run under one run lease.</summary>
    public Duration RunLeaseCap { get; init; } = Duration.FromHours(72);

    /// <summary>What programs sent to the machine are checked against.</summary>
    public MachineProfile Profile { get; init; } = MachineProfile.Unchecked;

    /// <summary>A member needs a valid machine authorisation to book and to unlock.</summary>
    public bool RequiresAuthorisation { get; init; }

    /// <summary>Codes of what in it cannot be; empty for one that can be worked with.</summary>
    public IReadOnlyList<string> Contradictions()
    {
        List<string> found = [];
        if (MinimumLength > MaximumLength)
        {
            found.Add("minimum-above-maximum");
        }

        if (Granularity > MaximumLength)
        {
            found.Add("granularity-above-maximum");
        }

        if (StartsUnattended && HazardClass is HazardClass.H)
        {
            found.Add("hazard-unattended");
        }

        if (Profile.Reach is { } reach && (reach.MinX >= reach.MaxX || reach.MinY >= reach.MaxY || reach.MinZ >= reach.MaxZ))
        {
            found.Add("reach-empty");
        }

        return found;
    }
}
