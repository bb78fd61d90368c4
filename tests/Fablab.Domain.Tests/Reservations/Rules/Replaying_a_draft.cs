using Fablab.Domain.Reservations.Rules;
using static Fablab.Domain.Tests.Reservations.Rules.RulesInUse;

namespace Fablab.Domain.Tests.Reservations.Rules;

/// <summary>Last month's bookings against rules that are not in force yet.</summary>
public class Replaying_a_draft
{
    [Test]
    public void Tells_which_bookings_would_have_been_refused_and_why()
    {
        var draft = new RuleBook(2, [new LengthRule { Id = Id(1), Maximum = Duration.FromHours(1) }]);

        var refused = RuleReplay.Refused([Past(1, "10:00", "11:00"), Past(2, "12:00", "14:00")], draft);

        Assert.That(refused.Select(r => (r.Past.Booking.Reservation, r.Problems.Single().Code)), Is.EqualTo(new[] { (Past(2, "12:00", "14:00").Booking.Reservation, "slot-too-long") }));
    }

    [Test]
    public void Counts_in_the_order_of_booking_and_without_what_was_refused_itself()
    {
        var draft = new RuleBook(2, [new QuotaRule { Id = Id(1), Period = QuotaPeriod.Day, MostTime = Duration.FromHours(3) }]);

        // The second goes beyond three hours and is refused; so the third, of one hour, still fits.
        var refused = RuleReplay.Refused([Past(3, "16:00", "17:00"), Past(1, "08:00", "10:00"), Past(2, "12:00", "14:00")], draft);

        Assert.That(refused.Select(r => r.Past.Booking.Reservation), Is.EqualTo(new[] { Past(2, "12:00", "14:00").Booking.Reservation }));
    }

    [TestCase(15, 0, Description = "cancelled before the next one was booked")]
    [TestCase(25, 1)]
    public void Does_not_count_what_was_gone_by_then(int goneAfterMinutes, int refusals)
    {
        var draft = new RuleBook(2, [new QuotaRule { Id = Id(1), Period = QuotaPeriod.Day, MostBookings = 1 }]);
        var first = Past(1, "08:00", "10:00");

        var refused = RuleReplay.Refused([first with { GoneAt = first.BookedAt + Duration.FromMinutes(goneAfterMinutes - 10) }, Past(2, "12:00", "14:00")], draft);

        Assert.That(refused, Has.Count.EqualTo(refusals));
    }

    [Test]
    public void Does_not_call_a_refusal_what_the_member_could_lift()
    {
        var draft = new RuleBook(2, [new LengthRule { Id = Id(1), Maximum = Duration.FromHours(1), LiftedBy = Lifters.Member }]);

        Assert.That(RuleReplay.Refused([Past(1, "10:00", "14:00")], draft), Is.Empty);
    }

    /// <summary>Booked ten minutes after the one with the number before.</summary>
    private static PastBooking Past(int number, string from, string until) => new()
    {
        Booking = Booked(number, Slot($"2026-10-12 {from}", $"2026-10-12 {until}")),
        BookedAt = At("2026-10-01 09:00") + Duration.FromMinutes(10 * number),
        Policy = Lenient,
        Zone = Paris,
    };
}
