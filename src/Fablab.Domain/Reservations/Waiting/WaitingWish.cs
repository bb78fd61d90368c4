using Fablab.Domain.Machines;
using Fablab.Domain.Members;

namespace Fablab.Domain.Reservations.Waiting;

public readonly record struct WaitingWishId(Guid Value)
{
    public override string ToString() => Value.ToString();
}

public enum WishKind
{
    /// <summary>Some time within days to come.</summary>
    Dated,

    /// <summary>Standing in the lab, waiting for the machine to become free.</summary>
    Now,
}

/// <summary>Machine time that a member would take if it became free.</summary>
public sealed record WaitingWish
{
    public required WaitingWishId Id { get; init; }

    public required MemberId Member { get; init; }

    public required WishTarget Target { get; init; }

    /// <summary>The slot lies in it.</summary>
    public required TimeSlot Window { get; init; }

    public required Duration Length { get; init; }

    /// <summary>Less is of no use. As long as <see cref="Length"/> when only the whole is.</summary>
    public required Duration MinimumLength { get; init; }

    /// <summary>Later is of no use, although it would end within the window.</summary>
    public Instant? LatestStart { get; init; }

    public WishKind Kind { get; init; }

    public required WishState State { get; init; }

    public required Instant JoinedAt { get; init; }

    /// <summary>What they were offered and did not take.</summary>
    public IReadOnlyList<MissedOffer> Missed { get; init; } = [];

    /// <summary>Enough of such time, of a machine that would do, is what was wished for.</summary>
    public bool IsFulfilledBy(TimeSlot slot)
    {
        var start = Instant.Max(slot.Start, Window.Start);
        return Instant.Min(slot.End, Window.End) - start >= MinimumLength && !(start > LatestStart);
    }

    /// <summary>After this instant no time can fulfil it any more.</summary>
    public Instant LastUsefulStart => Instant.Min(LatestStart ?? Instant.MaxValue, Window.End - MinimumLength);
}

/// <summary>An offer that was declined or not answered, or that the rules did not let one make.</summary>
/// <param name="At">When the hold ended.</param>
public sealed record MissedOffer(MachineId Machine, TimeSlot Slot, Instant At)
{
    /// <summary>Codes of the booking problems that stood against it; empty when it was offered.</summary>
    public IReadOnlyList<string> Because { get; init; } = [];
}
