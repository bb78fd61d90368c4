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
    /// When a reservation is gone, or moved or shortened, the member's neighbours get back what was not kept because they touched it: as
    /// much as they would keep alone, or what others leave of that.
    /// </summary>
    /// <param name="gone">As it was.</param>
    /// <param name="before">The member's reservation that ends where the slot began, with its clean-up.</param>
    /// <param name="after">The member's reservation that starts where the slot ended, with its set-up.</param>
    /// <param name="others">What else is taken around there now, also by the reservation itself where it went.</param>
    public static IEnumerable<(ReservationId Reservation, TimeSlot Kept)> Restore(
        Reservation gone, (TakenTime Taken, Duration CleanUp)? before, (TakenTime Taken, Duration SetUp)? after, IReadOnlyList<TakenTime> others)
    {
        var (start, end) = (gone.Slot.Start, gone.Slot.End);
        var cleaned = start;
        if (before is { } earlier && earlier.Taken.Kept.End == start)
        {
            var limit = others.Where(other => other.Kept.End > start).Select(other => other.Kept.Start).Append(after?.Taken.Kept.Start ?? Instant.MaxValue).Min();
            cleaned = Instant.Min(start + earlier.CleanUp, limit);
            if (cleaned > start)
            {
                yield return (earlier.Taken.Reservation, new TimeSlot(earlier.Taken.Kept.Start, cleaned));
            }
        }

        if (after is { } later && later.Taken.Kept.Start == end)
        {
            var limit = others.Where(other => other.Kept.Start < end).Select(other => other.Kept.End).Append(before is { } first ? Instant.Max(cleaned, first.Taken.Kept.End) : Instant.MinValue).Max();
            var setUp = Instant.Max(end - later.SetUp, limit);
            if (setUp < end)
            {
                yield return (later.Taken.Reservation, new TimeSlot(setUp, later.Taken.Kept.End));
            }
        }
    }

    private static bool Clashes(TakenTime other, TimeSlot kept, TimeSlot slot, MemberId member)
    {
        var isOwnNeighbour = other.Member == member && (other.Slot.End == slot.Start || other.Slot.Start == slot.End);
        return !isOwnNeighbour && other.Kept.Overlaps(kept);
    }
}
