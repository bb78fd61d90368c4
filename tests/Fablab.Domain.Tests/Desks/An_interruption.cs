using Fablab.Domain.Desks;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Tests.Desks;

public class An_interruption
{
    [TestCase("lease-lost")]
    [TestCase("lease-refused")]
    [TestCase("bridge-restarted")]
    [TestCase("fault")]
    public void Closes_the_session_and_leaves_the_slot_to_the_member(string reason)
    {
        var desk = new DeskInUse().Running().Works(Monday.At(9, 10));

        desk.BridgeCloses(Monday.At(9, 20), reason);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Ended.Single().State, Is.EqualTo(UsageSessionState.Closed));
            Assert.That(desk.Desk.Current!.State, Is.EqualTo(ReservationState.Active));
            Assert.That(desk.Desk.Current.Slot, Is.EqualTo(Monday.Slot((9, 0), (10, 0))));
            Assert.That(desk.Freed, Is.Empty);
            Assert.That(desk.Desk.DueAt, Is.EqualTo(Monday.At(10)));
        }
    }

    [Test]
    public void Lets_the_member_check_in_again_with_a_new_generation()
    {
        var desk = new DeskInUse().Running().BridgeCloses(Monday.At(9, 20), "fault");

        desk.CheckIn(Monday.At(9, 25));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Session.Generation, Is.EqualTo(2));
            Assert.That(desk.Session.Total, Is.EqualTo(Duration.Zero));
        }
    }

    [Test]
    public void Behind_the_end_of_the_slot_completes_the_reservation()
    {
        var desk = new DeskInUse().Running();

        desk.Do(new DeskEvent.SessionClosed(desk.Session.Id, Monday.At(9, 59), Duration.Zero, "lease-lost"), Monday.At(10, 3));

        Assert.That(desk.Left.Single().State, Is.EqualTo(ReservationState.Completed));
    }

    [Test]
    public void Is_not_what_ends_a_session_that_was_closing_already()
    {
        var desk = new DeskInUse().Running();
        desk.Do(new DeskEvent.End(DeskInUse.Ada, false), Monday.At(9, 20));

        desk.BridgeCloses(Monday.At(9, 21), "lease-lost");

        Assert.That(desk.Left.Single().State, Is.EqualTo(ReservationState.Completed));
    }
}
