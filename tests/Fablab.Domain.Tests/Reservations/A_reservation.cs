using Fablab.Domain.Reservations;
using Fablab.Domain.Tests.Desks;
using Fablab.Testing;

namespace Fablab.Domain.Tests.Reservations;

public class A_reservation
{
    [Test]
    public void Lives_as_the_table_says()
    {
        var events = Enum.GetValues<ReservationEvent>();
        var table = Enum.GetValues<ReservationState>()
            .Select(state => Row(state.ToString(), events.Select(e => ReservationLifecycle.Next(state, e)?.ToString() ?? ".")))
            .Prepend(Row("", events.Select(e => e.ToString())));

        Approved.Matches(
            "What each event makes of a reservation in each state; a dot means that it means nothing there.\n\n" + string.Join('\n', table),
            "ReservationLifecycle");
    }

    [Test]
    public void That_is_confirmed_goes_back_to_the_calendar_when_nobody_checks_in_within_the_grace_period()
    {
        Assert.That(ReservationLifecycle.Next(ReservationState.Confirmed, ReservationEvent.GraceExpired), Is.EqualTo(ReservationState.Released));
    }

    [Test]
    public void That_is_over_stays_over()
    {
        var over = Enum.GetValues<ReservationState>().Where(state => Of(state).IsOver).ToList();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(over, Has.Count.EqualTo(6));
            foreach (var state in over)
            {
                Assert.That(Enum.GetValues<ReservationEvent>().Select(e => ReservationLifecycle.Next(state, e)), Has.All.Null, state.ToString());
            }
        }
    }

    [TestCase(ReservationState.Requested, true)]
    [TestCase(ReservationState.Held, true)]
    [TestCase(ReservationState.Confirmed, true)]
    [TestCase(ReservationState.Active, true)]
    [TestCase(ReservationState.Completed, true)]
    [TestCase(ReservationState.Declined, false)]
    [TestCase(ReservationState.Cancelled, false)]
    [TestCase(ReservationState.Released, false)]
    [TestCase(ReservationState.Displaced, false)]
    [TestCase(ReservationState.Lapsed, false)]
    public void Holds_its_time_against_others_in_some_states(ReservationState state, bool takesTheSlot)
    {
        Assert.That(Of(state).TakesTheSlot, Is.EqualTo(takesTheSlot));
    }

    private static string Row(string head, IEnumerable<string> cells) =>
        string.Join(' ', cells.Prepend(head).Select(cell => cell.PadRight(12))).TrimEnd();

    private static Reservation Of(ReservationState state) =>
        DeskInUse.ReservationOf(DeskInUse.Ada, Monday.Slot((9, 0), (10, 0))) with { State = state };
}
