using Fablab.Domain.Machines;
using Fablab.Domain.Presence;

namespace Fablab.Domain.Tests.Presence;

public class A_kiosk_PIN
{
    [TestCase("704912", null)]
    [TestCase("704912358617", null)]
    [TestCase("112233", null)]
    [TestCase("70491", PinLack.TooShort)]
    [TestCase("7049123586173", PinLack.TooLong)]
    [TestCase("70491a", PinLack.NotDigits)]
    [TestCase("", PinLack.TooShort)]
    [TestCase("111111", PinLack.Guessable)]
    [TestCase("123456", PinLack.Guessable)]
    [TestCase("987654", PinLack.Guessable)]
    [TestCase("121212", PinLack.Guessable)]
    [TestCase("704704", PinLack.Guessable)]
    public void Has_six_to_twelve_digits_that_are_not_the_first_to_be_guessed(string pin, PinLack? lack) => Assert.That(KioskPin.LackOf(pin), Is.EqualTo(lack));

    [Test]
    public void Is_guessed_at_so_often_within_a_while_and_then_no_more_until_it_is_over()
    {
        Guesses? counted = null;
        for (var guess = 0; guess < 3; guess++)
        {
            counted = Guesses.Another(counted, 3, Duration.FromMinutes(15), Monday.At(9, guess), out _);
            Assert.That(counted, Is.Not.Null);
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Guesses.Another(counted, 3, Duration.FromMinutes(15), Monday.At(9, 14, 59), out var until), Is.Null);
            Assert.That(until, Is.EqualTo(Monday.At(9, 15)));
            Assert.That(Guesses.Another(counted, 3, Duration.FromMinutes(15), Monday.At(9, 15), out _), Is.EqualTo(new Guesses(1, Monday.At(9, 15))));
        }
    }

    [Test]
    public void Is_typed_at_a_kiosk_that_reaches_as_far_as_where_it_stands()
    {
        var (here, there) = (new SiteId(Guid.NewGuid()), new SiteId(Guid.NewGuid()));
        var (mill, laser) = (new MachineId(Guid.NewGuid()), new MachineId(Guid.NewGuid()));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(KioskReach.Covers(here, null, here, null), Is.True);
            Assert.That(KioskReach.Covers(here, null, there, null), Is.False);
            Assert.That(KioskReach.Covers(here, null, here, mill), Is.False);
            Assert.That(KioskReach.Covers(here, mill, here, mill), Is.True);
            Assert.That(KioskReach.Covers(here, mill, here, laser), Is.False);
            Assert.That(KioskReach.Covers(here, mill, here, null), Is.False);
        }
    }
}
