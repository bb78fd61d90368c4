using Fablab.Domain.Billing;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations.Rules;
using static Fablab.Domain.Tests.Reservations.Rules.RulesInUse;

namespace Fablab.Domain.Tests.Reservations.Rules;

public class Missing_a_booking
{
    private static readonly Money Price = new(2_501, "EUR");
    private static readonly Fablab.Domain.Reservations.TimeSlot Ten_to_twelve = Slot("2026-11-23 10:00", "2026-11-23 12:00");

    private static readonly CancellationTerms DayBefore = new()
    {
        Deadline = Duration.FromHours(24), LateFee = new FeePolicy.Share(50), NoShowFee = FeePolicy.Full,
    };

    [TestCase(24 * 60, 0, FeeReason.InTime, Description = "exactly at the deadline is in time")]
    [TestCase(24 * 60 - 1, 1_251, FeeReason.CancelledLate, Description = "half of 25.01, half a cent rounded up")]
    [TestCase(-10, 1_251, FeeReason.CancelledLate, Description = "after the start")]
    public void Costs_what_was_agreed_when_cancelled_late(int minutesBefore, long minor, FeeReason reason)
    {
        var fee = DayBefore.FeeFor(MissedBooking.Cancelled, Ten_to_twelve, Price, Ten_to_twelve.Start - Duration.FromMinutes(minutesBefore), wasDown: false);

        Assert.That((fee.Amount, fee.Reason, fee.Deadline), Is.EqualTo((new Money(minor, "EUR"), reason, Ten_to_twelve.Start - Duration.FromHours(24))));
    }

    [Test]
    public void Costs_what_was_agreed_when_nobody_comes()
    {
        var fee = DayBefore.FeeFor(MissedBooking.NoShow, Ten_to_twelve, Price, Ten_to_twelve.End, wasDown: false);

        Assert.That((fee.Amount, fee.Reason), Is.EqualTo((Price, FeeReason.NoShow)));
    }

    [TestCase(MissedBooking.Cancelled)]
    [TestCase(MissedBooking.NoShow)]
    public void Is_excused_when_the_machine_was_down(MissedBooking missed)
    {
        var fee = DayBefore.FeeFor(missed, Ten_to_twelve, Price, Ten_to_twelve.Start, wasDown: true);

        Assert.That((fee.Amount, fee.Reason), Is.EqualTo((Money.Zero("EUR"), FeeReason.MachineWasDown)));
    }

    [Test]
    public void Costs_a_fixed_amount_or_nothing_where_that_was_agreed()
    {
        var terms = new CancellationTerms { LateFee = new FeePolicy.Fixed(new Money(500, "EUR")) };

        using var all = Assert.EnterMultipleScope();
        Assert.That(terms.FeeFor(MissedBooking.Cancelled, Ten_to_twelve, Price, Ten_to_twelve.End, false).Amount, Is.EqualTo(new Money(500, "EUR")));
        Assert.That(terms.FeeFor(MissedBooking.NoShow, Ten_to_twelve, Price, Ten_to_twelve.End, false).Amount, Is.EqualTo(Money.Zero("EUR")));
    }

    [TestCase(0, 900, FeeReason.CancelledLate, Description = "in time for the new slot, but not for the one that was moved")]
    [TestCase(500, 900, FeeReason.CancelledLate)]
    [TestCase(2_501, 2_501, FeeReason.NoShow, Description = "never both")]
    public void Costs_at_least_what_moving_it_late_left_owed(long alone, long minor, FeeReason reason)
    {
        var owed = new OwedFee(Ada, new Money(900, "EUR"), At("2026-11-01 10:00"));
        var fee = new MissedBookingFee(new Money(alone, "EUR"), FeeReason.NoShow, FeePolicy.None, At("2026-11-22 10:00")).AtLeast(owed);

        Assert.That((fee.Amount, fee.Reason), Is.EqualTo((new Money(minor, "EUR"), reason)));
        Assert.That(fee.By, Is.EqualTo(reason is FeeReason.CancelledLate ? Ada : (MemberId?)null));
    }

    [Test]
    public void Is_excused_when_the_machine_was_down_also_after_a_late_move()
    {
        var excused = new MissedBookingFee(Money.Zero("EUR"), FeeReason.MachineWasDown, FeePolicy.None, Ten_to_twelve.Start);

        Assert.That(excused.AtLeast(new OwedFee(Ada, new Money(900, "EUR"), Ten_to_twelve.Start)), Is.EqualTo(excused));
    }
}
