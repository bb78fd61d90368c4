using Fablab.Domain.Billing;
using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;

namespace Fablab.Domain.Tests.Reservations;

public class A_reservation_in_calendars
{
    private static readonly MemberId Maker = new(Guid.CreateVersion7());
    private static readonly MemberId Colleague = new(Guid.CreateVersion7());
    private static readonly TimeSlot Morning = new(Instant.FromUtc(2026, 3, 3, 9, 0), Instant.FromUtc(2026, 3, 3, 10, 0));
    private static readonly TimeSlot Noon = new(Instant.FromUtc(2026, 3, 3, 12, 0), Instant.FromUtc(2026, 3, 3, 13, 0));

    private static readonly Reservation Booked = new()
    {
        Id = new(Guid.CreateVersion7()), Machine = new(Guid.CreateVersion7()), Member = Maker, BookedBy = Maker, Slot = Morning, Kept = Morning, BookedSlot = Morning,
        State = ReservationState.Confirmed, BookedAt = Morning.Start, Tariff = new(Guid.CreateVersion7()),
    };

    private static readonly CalendarEntry Known = CalendarEntry.Update(null, Booked).Entry!;

    [Test]
    public void Begins_with_the_number_zero_and_rises_with_each_change_that_matters()
    {
        var moved = CalendarEntry.Update(Known, Booked with { Slot = Noon });
        var gone = CalendarEntry.Update(moved.Entry, Booked with { Slot = Noon, State = ReservationState.Cancelled });

        using (Assert.EnterMultipleScope())
        {
            Assert.That((Known.Sequence, CalendarEntry.Update(null, Booked).Confirmed), Is.EqualTo((0, (MemberId?)Maker)));
            Assert.That((moved.Entry!.Sequence, moved.Moved, moved.Entry.Start), Is.EqualTo((1, (MemberId?)Maker, Noon.Start)));
            Assert.That((gone.Entry!.Sequence, gone.Cancelled, gone.Entry.IsCancelled), Is.EqualTo((2, (MemberId?)Maker, true)));
        }
    }

    [Test]
    public void Leaves_one_calendar_and_comes_into_another_when_it_is_handed_over()
    {
        var handedOver = CalendarEntry.Update(Known, Booked with { Member = Colleague });

        Assert.That((handedOver.Cancelled, handedOver.Confirmed, handedOver.Moved), Is.EqualTo(((MemberId?)Maker, (MemberId?)Colleague, (MemberId?)null)));
    }

    [TestCase(ReservationState.Requested)]
    [TestCase(ReservationState.Held)]
    [TestCase(ReservationState.Active)]
    [TestCase(ReservationState.Completed)]
    public void Stays_as_it_is_while_it_is_asked_for_or_used(ReservationState state) =>
        Assert.That(CalendarEntry.Update(Known, Booked with { State = state, Slot = Noon }).Entry, Is.Null);

    [Test]
    public void Is_not_taken_out_when_it_never_was_there_or_is_gone_already()
    {
        var declined = Booked with { State = ReservationState.Declined };

        using (Assert.EnterMultipleScope())
        {
            Assert.That(CalendarEntry.Update(null, declined), Is.EqualTo(CalendarUpdate.None));
            Assert.That(CalendarEntry.Update(Known with { IsCancelled = true }, declined), Is.EqualTo(CalendarUpdate.None));
            Assert.That(CalendarEntry.Update(Known, Booked), Is.EqualTo(CalendarUpdate.None));
        }
    }
}
