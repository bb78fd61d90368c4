using Fablab.Domain.Billing;
using Fablab.Domain.Members;

namespace Fablab.Domain.Reservations.Rules;

/// <summary>When a cancellation is late, when an absence is a no-show, and what each costs.</summary>
public sealed record CancellationTerms
{
    /// <summary>Cancelling less than this before the start is late; exactly then is in time.</summary>
    public Duration Deadline { get; init; } = Duration.Zero;

    public FeePolicy LateFee { get; init; } = FeePolicy.None;

    public FeePolicy NoShowFee { get; init; } = FeePolicy.None;

    /// <summary>How long after the start we wait; <see langword="null"/> as the machine's policy says.</summary>
    public Duration? Grace { get; init; }

    /// <summary>What it costs not to use a booking.</summary>
    /// <param name="price">Of the whole slot.</param>
    /// <param name="at">When it was cancelled; not looked at for a no-show.</param>
    /// <param name="wasDown">The machine could not have been used: whoever stays away is excused.</param>
    public MissedBookingFee FeeFor(MissedBooking missed, TimeSlot slot, Money price, Instant at, bool wasDown)
    {
        var deadline = slot.Start - Deadline;
        if (missed is MissedBooking.Cancelled && at <= deadline)
        {
            return new MissedBookingFee(Money.Zero(price.Currency), FeeReason.InTime, FeePolicy.None, deadline);
        }

        return wasDown
            ? new MissedBookingFee(Money.Zero(price.Currency), FeeReason.MachineWasDown, FeePolicy.None, deadline)
            : missed is MissedBooking.NoShow
                ? new MissedBookingFee(NoShowFee.Of(price), FeeReason.NoShow, NoShowFee, deadline)
                : new MissedBookingFee(LateFee.Of(price), FeeReason.CancelledLate, LateFee, deadline);
    }
}

public enum MissedBooking
{
    Cancelled,
    NoShow,
}

public enum FeeReason
{
    InTime,
    CancelledLate,
    NoShow,

    /// <summary>Nothing to pay, because the machine could not be used.</summary>
    MachineWasDown,
}

/// <summary>A fee with what it follows from.</summary>
public sealed record MissedBookingFee(Money Amount, FeeReason Reason, FeePolicy Policy, Instant Deadline)
{
    /// <summary>Who pays, when it is another than the member: whoever moved the booking late before they handed it over.</summary>
    public MemberId? By { get; init; }

    /// <summary>No less than what was owed when it was moved, unless the machine could not have been used.</summary>
    public MissedBookingFee AtLeast(OwedFee? owed) => owed is null || Reason is FeeReason.MachineWasDown || !(owed.Amount.Minor > Amount.Minor)
        ? this
        : this with { Amount = owed.Amount, Reason = FeeReason.CancelledLate, Deadline = owed.Deadline, By = owed.By };
}

/// <summary>
/// What cancelling would have cost when the time was moved or shortened instead. Whoever uses the booking after all pays none of it;
/// whoever cancels it or does not come pays at least this, however far away it was moved.
/// </summary>
/// <param name="By">Whose booking it was then.</param>
/// <param name="Deadline">Until when giving that time up was free.</param>
public sealed record OwedFee(MemberId By, Money Amount, Instant Deadline);

/// <summary>Nothing, a fixed amount, a share of the price, or all of it.</summary>
public abstract record FeePolicy
{
    public static readonly FeePolicy None = new Fixed(null);

    public static readonly FeePolicy Full = new Share(100);

    private FeePolicy()
    {
    }

    public abstract Money Of(Money price);

    /// <param name="Amount"><see langword="null"/> for nothing.</param>
    public sealed record Fixed(Money? Amount) : FeePolicy
    {
        public override Money Of(Money price) => Amount ?? Money.Zero(price.Currency);
    }

    public sealed record Share(decimal Percent) : FeePolicy
    {
        public override Money Of(Money price) => Money.Round(price.Major * Percent / 100m, price.Currency);
    }
}
