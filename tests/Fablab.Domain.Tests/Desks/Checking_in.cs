using Fablab.Domain.Desks;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Tests.Desks;

public class Checking_in
{
    [Test]
    public void Opens_a_session_that_the_bridge_may_ask_a_lease_for()
    {
        var desk = new DeskInUse();

        var refusal = desk.CheckIn(Monday.At(9, 5));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal, Is.Null);
            Assert.That(desk.Session.State, Is.EqualTo(UsageSessionState.Authorised));
            Assert.That(desk.Session.Generation, Is.EqualTo(1));
            Assert.That(desk.Desk.Current!.State, Is.EqualTo(ReservationState.Active));
            Assert.That(desk.Desk.Desired.Mode, Is.EqualTo(DeskMode.InSession));
            Assert.That(desk.Desk.Desired.Session, Is.EqualTo(desk.Session.Id));
        }
    }

    [Test]
    public void Within_the_lead_time_moves_the_start_of_the_slot_to_now()
    {
        var desk = new DeskInUse();

        desk.CheckIn(Monday.At(8, 50));

        Assert.That(desk.Desk.Current!.Slot, Is.EqualTo(Monday.Slot((8, 50), (10, 0))));
    }

    [Test]
    public void Before_the_lead_time_is_refused_with_the_time_at_which_it_opens()
    {
        var desk = new DeskInUse();

        var refusal = desk.CheckIn(Monday.At(8, 49, 59));

        Assert.That(refusal, Is.EqualTo(new TooEarly(Monday.At(8, 50), Monday.Slot((9, 0), (10, 0)))));
    }

    [Test]
    public void Waits_for_the_clean_up_of_the_one_before()
    {
        var desk = new DeskInUse(policy: policy => policy with { CleanUp = Duration.FromMinutes(15) }).Running();
        desk.Do(new DeskEvent.End(DeskInUse.Ada, false), Monday.At(9, 40));
        desk.BridgeCloses(Monday.At(9, 40));
        desk.NextComes(Monday.Slot((10, 0), (11, 0)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(desk.Left.Single().Kept.End, Is.EqualTo(Monday.At(9, 55)));
            Assert.That(desk.CheckIn(Monday.At(9, 54), DeskInUse.Ben), Is.EqualTo(new TooEarly(Monday.At(9, 55), Monday.Slot((10, 0), (11, 0)))));
            Assert.That(desk.CheckIn(Monday.At(9, 55), DeskInUse.Ben), Is.Null);
        }
    }

    [Test]
    public void After_the_slot_is_refused()
    {
        var desk = new DeskInUse();

        Assert.That(desk.CheckIn(Monday.At(10)), Is.EqualTo(new SlotEnded(Monday.Slot((9, 0), (10, 0)))));
    }

    [Test]
    public void A_second_time_changes_nothing()
    {
        var desk = new DeskInUse();
        desk.CheckIn(Monday.At(9));
        var before = desk.Desk;

        var refusal = desk.CheckIn(Monday.At(9, 1));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(refusal, Is.Null);
            Assert.That(desk.Desk, Is.EqualTo(before));
        }
    }

    [Test]
    public void Is_for_the_one_who_booked()
    {
        var desk = new DeskInUse();

        Assert.That(desk.CheckIn(Monday.At(9), DeskInUse.Ben), Is.EqualTo(new NoReservation()));
    }

    [Test]
    public void Is_refused_when_nothing_is_booked()
    {
        var desk = new DeskInUse().With(d => d with { Current = null });

        Assert.That(desk.CheckIn(Monday.At(9)), Is.EqualTo(new NoReservation()));
    }

    [Test]
    public void Is_refused_while_a_manager_still_has_to_approve()
    {
        var desk = new DeskInUse().With(d => d with { Current = d.Current! with { State = ReservationState.Requested } });

        Assert.That(desk.CheckIn(Monday.At(9)), Is.EqualTo(new NoReservation()));
    }

    [Test]
    public void Is_refused_on_a_machine_that_is_out_of_order()
    {
        var desk = new DeskInUse();
        desk.Do(new DeskEvent.SetOutOfOrder(true), Monday.At(8));

        Assert.That(desk.CheckIn(Monday.At(9)), Is.EqualTo(new MachineOutOfOrder()));
    }

    [Test]
    public void Is_refused_without_a_valid_machine_authorisation()
    {
        var desk = new DeskInUse().With(d => d with { IsAuthorised = false });

        Assert.That(desk.CheckIn(Monday.At(9)), Is.EqualTo(new NotAuthorised()));
    }

    [Test]
    public void Is_refused_while_the_bridge_has_not_closed_the_session_before()
    {
        var desk = new DeskInUse().Running();
        desk.Do(new DeskEvent.End(DeskInUse.Ada, false), Monday.At(9, 30));

        Assert.That(desk.CheckIn(Monday.At(9, 31)), Is.EqualTo(new StillInUse(null)));
    }
}
