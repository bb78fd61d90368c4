using Fablab.Domain.Machines;
using Fablab.Web.Features.Reservations.Booking;
using NodaTime;

namespace Fablab.Web.Tests.Pages;

public class A_booking_form
{
    private static readonly DateTimeZone Paris = DateTimeZoneProviders.Tzdb["Europe/Paris"];

    [Test]
    public void Refuses_a_time_that_the_clocks_skip()
    {
        var (slot, trouble) = Wish("2027-03-28", "02:30").Read(Paris);

        Assert.That((slot, trouble), Is.EqualTo(((Fablab.Domain.Reservations.TimeSlot?)null, WallClockTrouble.Skipped)));
    }

    [Test]
    public void Asks_which_of_two_equal_times_is_meant()
    {
        var (slot, trouble) = Wish("2026-10-25", "02:30").Read(Paris);

        Assert.That((slot, trouble), Is.EqualTo(((Fablab.Domain.Reservations.TimeSlot?)null, WallClockTrouble.Doubled)));
    }

    [TestCase("first", 0)]
    [TestCase("second", 1)]
    public void Takes_the_one_that_was_chosen(string which, int hour)
    {
        var (slot, _) = (Wish("2026-10-25", "02:30") with { Which = which }).Read(Paris);

        Assert.That(slot!.Start, Is.EqualTo(Instant.FromUtc(2026, 10, 25, hour, 30)));
    }

    [Test]
    public void Remembers_which_one_a_link_meant()
    {
        var second = Instant.FromUtc(2026, 10, 25, 1, 30);

        var form = BookingForm.For(second, null, new MachinePolicy { HazardClass = HazardClass.R }, Paris);

        Assert.That((form.Time, form.Which, form.Read(Paris).Slot!.Start), Is.EqualTo(("02:30", "second", second)));
    }

    [TestCase("", "09:00")]
    [TestCase("2026-02-30", "09:00")]
    [TestCase("2026-03-01", "9 o'clock")]
    public void Says_what_it_cannot_read(string date, string time)
    {
        Assert.That(Wish(date, time).Read(Paris).Trouble, Is.EqualTo(WallClockTrouble.Unreadable));
    }

    [Test]
    public void Rounds_a_jobs_length_up_to_what_the_machine_is_booked_for()
    {
        var policy = new MachinePolicy { HazardClass = HazardClass.R };

        Assert.That((BookingForm.MinutesFor(Duration.FromMinutes(48.2), policy), BookingForm.MinutesFor(Duration.FromMinutes(3), policy)), Is.EqualTo((50, 15)));
    }

    private static BookingForm Wish(string date, string time) => new() { Date = date, Time = time, Minutes = 60 };
}
