using Fablab.Domain.Desks;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Tests.Desks;

public class A_session_given_up
{
    [Test]
    public void Keeps_what_is_known_and_goes_to_a_person()
    {
        var desk = new DeskInUse().Running().Works(Monday.At(9, 5), seconds: 300);

        desk.Do(new DeskEvent.GiveUpSession(), Monday.At(9, 40));

        var ended = desk.Ended.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((ended.State, ended.ReviewReason, ended.EndReason), Is.EqualTo((UsageSessionState.Closed, "bridge-lost", "given-up")));
            Assert.That(ended.Total.TotalSeconds, Is.EqualTo(300));
            Assert.That(desk.Desk.Session, Is.Null);
        }
    }

    [Test]
    public void Ends_its_reservation_and_frees_the_rest_of_the_slot()
    {
        var desk = new DeskInUse().Running();

        desk.Do(new DeskEvent.GiveUpSession(), Monday.At(9, 40));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Left.Last().State, Is.EqualTo(ReservationState.Completed));
            Assert.That(desk.Freed.Single(), Is.EqualTo(Monday.Slot((9, 40), (10, 0))));
        }
    }

    [Test]
    public void Is_void_and_needs_nobody_to_look_when_no_lease_was_ever_given()
    {
        var desk = new DeskInUse();
        desk.CheckIn(Monday.At(9));

        desk.Do(new DeskEvent.GiveUpSession(), Monday.At(9, 5));

        var ended = desk.Ended.Single();
        Assert.That((ended.State, ended.ReviewReason, desk.Desk.Session), Is.EqualTo((UsageSessionState.Void, (string?)null, (UsageSession?)null)));
    }

    [Test]
    public void Is_no_longer_wanted_of_the_bridge()
    {
        var desk = new DeskInUse().Running();
        var before = desk.Desk.Desired;

        desk.Do(new DeskEvent.GiveUpSession(), Monday.At(9, 40));

        Assert.That((desk.Desk.Desired.Mode, desk.Desk.Desired.Version), Is.EqualTo((DeskMode.Available, before.Version + 1)));
    }

    [Test]
    public void Must_be_open() =>
        Assert.That(new DeskInUse().Do(new DeskEvent.GiveUpSession(), Monday.At(9)), Is.EqualTo(new NoSession()));
}
