using Fablab.Domain.Billing;
using Fablab.Domain.Desks;
using Fablab.Domain.Reservations;
using Fablab.Domain.Tests.Desks;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Tests.Billing;

public class Charging_a_session
{
    private static readonly DateTimeZone Paris = DateTimeZoneProviders.Tzdb["Europe/Paris"];
    private static readonly ChargeId Id = new(Guid.Parse("00000000-0000-0000-0000-0000000000c1"));
    private static readonly Reservation Booked = DeskInUse.ReservationOf(DeskInUse.Ada, Monday.Slot((9, 0), (10, 0)));

    private static readonly Tariff SixEuros = new()
    {
        Id = new TariffId(Guid.Empty),
        Version = 1,
        Name = "Printers",
        Currency = "EUR",
        HourlyRateMicros = 6_000_000,
        Basis = TimeBasis.Session,
        VatRateBasisPoints = 2_000,
    };

    [Test]
    public void Prices_what_was_metered()
    {
        var charge = Charging.Charge(Closed(seconds: 1_800), Booked, SixEuros, Paris, Id, Monday.At(10));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(charge!.Net, Is.EqualTo(new Money(300, "EUR")));
            Assert.That(charge.Session, Is.EqualTo(Closed(1_800).Id));
            Assert.That((charge.From, charge.Until), Is.EqualTo((Monday.At(9), Monday.At(9, 30))));
            Assert.That(charge.VatRateBasisPoints, Is.EqualTo(2_000));
        }
    }

    [Test]
    public void Prices_the_energy_up_to_the_last_reading_also_of_the_time_after_the_end_was_asked_for()
    {
        var desk = new DeskInUse().Running();
        Meters(desk, Monday.At(9, 30), minutes: 30, wattSeconds: 3_600_000);
        desk.Do(new DeskEvent.End(DeskInUse.Ada, AsManager: false), Monday.At(9, 30));
        Meters(desk, Monday.At(9, 32), minutes: 2, wattSeconds: 7_200_000);
        desk.BridgeCloses(Monday.At(9, 32));

        var charge = Charging.Charge(desk.Ended.Single(), Booked, SixEuros with { EnergyRateMicros = 250_000 }, Paris, Id, Monday.At(10));

        Assert.That(charge!.Lines.Select(line => (line.Component, line.QuantityE4, line.Net.Minor)), Is.EqualTo(new[]
        {
            (PriceComponent.Time, 320_000L, 320L), (PriceComponent.Energy, 20_000L, 50L),
        }));
    }

    [Test]
    public void Prices_the_slot_as_it_was_booked_although_it_was_cut()
    {
        var cut = Booked with { Slot = Monday.Slot((9, 0), (9, 30)) };

        var charge = Charging.Charge(Closed(1_800), cut, SixEuros with { Basis = TimeBasis.Reserved }, Paris, Id, Monday.At(10));

        Assert.That(charge!.Net, Is.EqualTo(new Money(600, "EUR")));
    }

    [Test]
    public void RR_11_Belongs_to_the_month_in_which_the_session_ended_by_the_site_s_clock()
    {
        var newYearInParis = Instant.FromUtc(2026, 12, 31, 23, 30);

        var charge = Charging.Charge(Closed(1_800) with { EndedAt = newYearInParis }, Booked, SixEuros, Paris, Id, newYearInParis);

        Assert.That(charge!.Period, Is.EqualTo(new LocalDate(2027, 1, 1)));
    }

    [Test]
    public void Is_left_when_nothing_was_metered()
    {
        Assert.That(Charging.Charge(Closed(0), Booked, SixEuros, Paris, Id, Monday.At(10)), Is.Null);
    }

    [Test]
    public void Waits_while_a_person_must_look_first()
    {
        var doubtful = Closed(1_800) with { ReviewReason = "total-does-not-match" };

        Assert.That(Charging.Charge(doubtful, Booked, SixEuros, Paris, Id, Monday.At(10)), Is.Null);
    }

    [TestCase(UsageSessionState.Authorised)]
    [TestCase(UsageSessionState.Armed)]
    [TestCase(UsageSessionState.Closing)]
    [TestCase(UsageSessionState.Void)]
    public void Is_for_closed_sessions_only(UsageSessionState state)
    {
        Assert.That(
            () => Charging.Charge(Closed(1_800) with { State = state }, Booked, SixEuros, Paris, Id, Monday.At(10)),
            Throws.ArgumentException.With.Message.Contains(state.ToString()));
    }

    private static void Meters(DeskInUse desk, Instant at, int minutes, long wattSeconds)
    {
        var (total, active) = (desk.Session.Total + Duration.FromMinutes(minutes), desk.Session.Active + Duration.FromMinutes(minutes));
        var read = new MeterRead(at, Duration.FromMinutes(minutes), total, active, IsActive: true, IsRecovered: false, wattSeconds, FilamentMillimetres: null);
        desk.Do(new DeskEvent.SessionMetered(desk.Session.Id, read), at);
    }

    private static UsageSession Closed(int seconds)
    {
        var desk = new DeskInUse().Running();
        return desk.Session with
        {
            State = UsageSessionState.Closed,
            StartedAt = Monday.At(9),
            EndedAt = Monday.At(9) + Duration.FromSeconds(seconds),
            Total = Duration.FromSeconds(seconds),
        };
    }
}
