using Fablab.Domain.Machines;

namespace Fablab.Domain.Reservations.Rules;

/// <summary>Work that is due at an instant, or when the machine has run so much longer: booked time is taken to be used in full.</summary>
public sealed record MaintenanceDue
{
    /// <summary>What is to be done, for people.</summary>
    public required string Title { get; init; }

    public Instant? At { get; init; }

    /// <summary>Running time left until it is due: due hours minus the counter now.</summary>
    public Duration? TimeLeft { get; init; }

    /// <summary>Booked time of the machine from now on, without the slot wanted, in order.</summary>
    public IReadOnlyList<TimeSlot> Booked { get; init; } = [];

    /// <summary>When it is due if the slot is used as well; <see langword="null"/> when not before the slot's end.</summary>
    public Instant? DueBy(TimeSlot wanted, Instant now)
    {
        var byCounter = ByCounter(wanted, now);
        var due = At is { } at && (byCounter is null || at < byCounter) ? at : byCounter;
        return due <= wanted.End ? due : null;
    }

    private Instant? ByCounter(TimeSlot wanted, Instant now)
    {
        if (TimeLeft is not { } left)
        {
            return null;
        }

        if (left <= Duration.Zero)
        {
            return now;
        }

        foreach (var booked in Booked)
        {
            if (booked.Start >= wanted.Start)
            {
                break;
            }

            if (Uses(booked, now, ref left) is { } due)
            {
                return due;
            }
        }

        return Uses(wanted, now, ref left);
    }

    private static Instant? Uses(TimeSlot slot, Instant now, ref Duration left)
    {
        var from = Instant.Max(slot.Start, now);
        var used = slot.End > from ? slot.End - from : Duration.Zero;
        if (used >= left)
        {
            return from + left;
        }

        left -= used;
        return null;
    }
}
