using Fablab.Domain.Members;

namespace Fablab.Domain.Reservations;

/// <summary>A reservation that takes its slot, as far as its neighbours care.</summary>
public readonly record struct TakenTime(ReservationId Reservation, MemberId Member, TimeSlot Slot, TimeSlot Kept);

/// <summary>The time that a slot would keep from others.</summary>
/// <param name="Kept">The slot with its set-up and clean-up, as far as they are needed.</param>
/// <param name="Clashes">What others keep of that time.</param>
/// <param name="Neighbours">The member's own reservations that touch the slot, with what they keep from now on.</param>
public sealed record KeptTimePlan(TimeSlot Kept, IReadOnlyList<TakenTime> Clashes, IReadOnlyList<(ReservationId Reservation, TimeSlot Kept)> Neighbours);

/// <summary>
/// Set-up and clean-up are kept free around a slot and are not billed. Between two slots of one member that touch nobody has to
/// set up or clean, so nothing is kept there.
/// </summary>
public static class KeptTime
{
    /// <param name="around">What is taken on the machine and reaches into the slot widened by both, or touches the slot.</param>
    public static KeptTimePlan Plan(TimeSlot slot, Duration setUp, Duration cleanUp, MemberId member, IReadOnlyList<TakenTime> around)
    {
        var (start, end) = (slot.Start - setUp, slot.End + cleanUp);
        List<(ReservationId, TimeSlot)> neighbours = [];
        foreach (var other in around)
        {
            if (other.Member == member && other.Slot.End == slot.Start)
            {
                start = slot.Start;
                neighbours.Add((other.Reservation, new TimeSlot(other.Kept.Start, other.Slot.End)));
            }
            else if (other.Member == member && other.Slot.Start == slot.End)
            {
                end = slot.End;
                neighbours.Add((other.Reservation, new TimeSlot(other.Slot.Start, other.Kept.End)));
            }
        }

        var kept = new TimeSlot(start, end);
        return new KeptTimePlan(kept, [.. around.Where(other => Clashes(other, kept, slot, member))], neighbours);
    }

    /// <summary>
    /// When a reservation is gone, the member's neighbours get back what was not kept because they touched it, as far as that was the
    /// reservation's own and is not where it moved to.
    /// </summary>
    /// <param name="gone">As it was.</param>
    /// <param name="now">What it keeps after a move; <see langword="null"/> when it is gone for good.</param>
    /// <param name="before">The member's reservation that ends where the slot began, with its clean-up.</param>
    /// <param name="after">The member's reservation that starts where the slot ended, with its set-up.</param>
    public static IEnumerable<(ReservationId Reservation, TimeSlot Kept)> Restore(
        Reservation gone, TimeSlot? now, (TakenTime Taken, Duration CleanUp)? before, (TakenTime Taken, Duration SetUp)? after)
    {
        if (before is { } earlier && earlier.Taken.Kept.End == gone.Slot.Start && earlier.CleanUp > Duration.Zero)
        {
            yield return (earlier.Taken.Reservation, new TimeSlot(earlier.Taken.Kept.Start, Earliest(gone.Slot.Start + earlier.CleanUp, gone.Kept.End, now?.Start)));
        }

        if (after is { } later && later.Taken.Kept.Start == gone.Slot.End && later.SetUp > Duration.Zero)
        {
            yield return (later.Taken.Reservation, new TimeSlot(Latest(gone.Slot.End - later.SetUp, gone.Kept.Start, now?.End), later.Taken.Kept.End));
        }

        Instant Earliest(Instant wanted, Instant own, Instant? moved) => Instant.Min(wanted, moved > gone.Slot.Start ? Instant.Min(own, moved.Value) : own);

        Instant Latest(Instant wanted, Instant own, Instant? moved) => Instant.Max(wanted, moved < gone.Slot.End ? Instant.Max(own, moved.Value) : own);
    }

    private static bool Clashes(TakenTime other, TimeSlot kept, TimeSlot slot, MemberId member)
    {
        var isOwnNeighbour = other.Member == member && (other.Slot.End == slot.Start || other.Slot.Start == slot.End);
        return !isOwnNeighbour && other.Kept.Overlaps(kept);
    }
}
