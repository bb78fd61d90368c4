using Fablab.Domain.Desks;
using Fablab.Domain.Machines;
using Fablab.Domain.Reservations;
using Fablab.Domain.UsageSessions;

namespace Fablab.Domain.Tests.Desks;

/// <summary>Rooms, benches and seats have no controller: nothing is unlocked, and the clock is the meter.</summary>
public class A_room
{
    [Test]
    public void Is_in_use_from_the_check_in_on_without_any_bridge()
    {
        var room = Room();

        room.CheckIn(Monday.At(9, 5), DeskInUse.Ada);

        Assert.That(room.Session.State, Is.EqualTo(UsageSessionState.Armed));
        Assert.That(room.Session.StartedAt, Is.EqualTo(Monday.At(9, 5)));
    }

    [Test]
    public void Is_metered_until_its_user_ends()
    {
        var room = Room();
        room.CheckIn(Monday.At(9, 5), DeskInUse.Ada);

        room.Do(new DeskEvent.End(DeskInUse.Ada, false), Monday.At(9, 45));

        var ended = Ended(room);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ended.State, Is.EqualTo(UsageSessionState.Closed));
            Assert.That(ended.Total, Is.EqualTo(Duration.FromMinutes(40)));
            Assert.That(room.Left.Single().State, Is.EqualTo(ReservationState.Completed));
            Assert.That(room.Freed.Single(), Is.EqualTo(Monday.Slot((9, 45), (10, 0))));
        }
    }

    [Test]
    public void Is_not_metered_beyond_its_slot_when_the_sweep_comes_a_day_late()
    {
        var room = Room();
        room.CheckIn(Monday.At(9), DeskInUse.Ada);

        room.TimePasses(Monday.At(9) + Duration.FromDays(1));

        Assert.That(Ended(room).Total, Is.EqualTo(Duration.FromHours(1)));
        Assert.That(Ended(room).EndedAt, Is.EqualTo(Monday.At(10)));
    }

    [Test]
    public void Is_not_taken_away_from_people_who_sit_still()
    {
        var room = Room();
        room.CheckIn(Monday.At(9), DeskInUse.Ada);

        room.TimePasses(Monday.At(9, 55));

        Assert.That(room.Session.IsOpen, Is.True);
    }

    [Test]
    public void May_need_no_check_in_at_all()
    {
        var room = Room(policy => policy with { StartsUnattended = true });

        room.TimePasses(Monday.At(9));

        Assert.That(room.Desk.Current!.State, Is.EqualTo(ReservationState.Active));
        Assert.That(room.Session.StartedAt, Is.EqualTo(Monday.At(9)));
    }

    private static DeskInUse Room(Func<MachinePolicy, MachinePolicy>? policy = null) =>
        new DeskInUse(HazardClass.L, policy ?? (p => p)).With(desk => desk with { HasController = false });

    private static UsageSession Ended(DeskInUse room) => room.Effects.OfType<DeskEffect.SessionEnded>().Single().Session;
}
