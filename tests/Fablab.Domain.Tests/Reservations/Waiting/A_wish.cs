using Fablab.Domain.Machines;
using Fablab.Domain.Reservations.Waiting;
using Fablab.Testing;
using static Fablab.Domain.Tests.Reservations.Waiting.Wishes;

namespace Fablab.Domain.Tests.Reservations.Waiting;

public class A_wish
{
    [Test]
    public void Lives_as_the_table_says()
    {
        var events = Enum.GetValues<WishEvent>();
        var table = Enum.GetValues<WishState>()
            .Select(state => Row(state.ToString(), events.Select(e => WishLifecycle.Next(state, e)?.ToString() ?? ".")))
            .Prepend(Row("", events.Select(e => e.ToString())));

        Approved.Matches(
            "What each event makes of a wish on the waiting list in each state; a dot means that it means nothing there.\n\n" + string.Join('\n', table),
            "WishLifecycle");
    }

    [Test]
    public void Goes_back_into_the_line_when_its_hold_ends()
    {
        Assert.That(WishLifecycle.Next(WishState.Offered, WishEvent.HoldEnded), Is.EqualTo(WishState.Waiting));
    }

    [TestCase(WishState.Waiting)]
    [TestCase(WishState.Fulfilled)]
    [TestCase(WishState.Withdrawn)]
    [TestCase(WishState.Expired)]
    public void Cannot_accept_what_is_not_kept_for_it_any_more(WishState state)
    {
        Assert.That(WishLifecycle.Next(state, WishEvent.Accept), Is.Null);
    }

    [TestCase(9, 11, true)]
    [TestCase(7, 12, true, Description = "more than what was wished for")]
    [TestCase(7, 9, true, Description = "two hours, of which one lies in the window")]
    [TestCase(7, 8, false)]
    [TestCase(19, 21, true)]
    [TestCase(20, 22, false)]
    public void Is_fulfilled_by_as_much_time_of_its_window_as_is_of_use(int from, int until, bool isFulfilled)
    {
        Assert.That(Wish(1).IsFulfilledBy(Monday.Slot((from, 0), (until, 0))), Is.EqualTo(isFulfilled));
    }

    [Test]
    public void Is_of_no_use_after_its_latest_start_or_when_its_minimum_no_longer_fits()
    {
        using var all = Assert.EnterMultipleScope();
        Assert.That(Wish(1).LastUsefulStart, Is.EqualTo(Monday.At(19)));
        Assert.That((Wish(1) with { LatestStart = Monday.At(12) }).LastUsefulStart, Is.EqualTo(Monday.At(12)));
    }

    [Test]
    public void Wants_a_machine_or_any_of_a_pool_or_any_of_a_kind_here_or_anywhere()
    {
        var freed = Freed((9, 0), (10, 0)) with { Pool = new PoolId(new Guid(1, 5, 0, new byte[8])) };
        var (other, elsewhere) = (new MachineId(Guid.Empty), new SiteId(Guid.Empty));

        using var all = Assert.EnterMultipleScope();
        Assert.That(new WishTarget.OneMachine(Laser).Takes(freed), Is.True);
        Assert.That(new WishTarget.OneMachine(other).Takes(freed), Is.False);
        Assert.That(new WishTarget.AnyOfPool(freed.Pool.Value).Takes(freed), Is.True);
        Assert.That(new WishTarget.AnyOfPool(freed.Pool.Value).Takes(freed with { Pool = null }), Is.False);
        Assert.That(new WishTarget.AnyOfCategory(MachineCategory.LaserCutter).Takes(freed), Is.True);
        Assert.That(new WishTarget.AnyOfCategory(MachineCategory.LaserCutter, Here).Takes(freed), Is.True);
        Assert.That(new WishTarget.AnyOfCategory(MachineCategory.LaserCutter, elsewhere).Takes(freed), Is.False);
        Assert.That(new WishTarget.AnyOfCategory(MachineCategory.Printer3D).Takes(freed), Is.False);
    }

    private static string Row(string head, IEnumerable<string> cells) =>
        string.Join(' ', cells.Prepend(head).Select(cell => cell.PadRight(10))).TrimEnd();
}
