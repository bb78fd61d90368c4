using Fablab.Contracts;
using Fablab.Web.Hosting;
using Fablab.Web.Tests.Testing;
using Microsoft.Extensions.Time.Testing;
using Board = Fablab.Web.Features.LiveBoard.LiveBoard;

namespace Fablab.Web.Tests.Features.LiveBoard;

public class A_bridge_that_comes_and_goes
{
    private static readonly Guid First = Guid.Parse("00000000-0000-0000-0000-000000000001");
    private static readonly Guid Second = Guid.Parse("00000000-0000-0000-0000-000000000002");

    private Board board = null!;

    [SetUp]
    public void A_board() => board = new Board(new LabClock(new FakeTimeProvider()));

    [Test]
    public void Takes_its_machines_along()
    {
        Hear(First, epoch: 3, up: true);
        Report(epoch: 3, version: 1);

        Hear(First, epoch: 3, up: false);

        Assert.That(board.Of("printer-1").IsBridgeOnline, Is.False);
    }

    [TestCase(3, 4, TestName = "Is_not_sent_away_by_the_last_will_of_its_boot_before")]
    [TestCase(12, 1, TestName = "Is_not_sent_away_by_the_last_will_of_a_boot_with_another_spool")]
    public void Late_news(long before, long now)
    {
        Hear(First, before, up: true);
        Hear(Second, now, up: true);
        Report(now, version: 1);

        Hear(First, before, up: false);

        Assert.That(board.Of("printer-1").IsBridgeOnline, Is.True);
    }

    [Test]
    public void With_a_new_spool_is_believed_although_its_epochs_begin_anew()
    {
        Hear(First, epoch: 12, up: true);
        Report(epoch: 12, version: 400);

        Hear(Second, epoch: 1, up: true);
        var between = board.Of("printer-1").Twin;
        Report(epoch: 1, version: 1);

        Assert.That((between, board.Of("printer-1").Twin?.Epoch), Is.EqualTo(((ReportedTwin?)null, (long?)1)));
    }

    [Test]
    public void Of_one_boot_never_goes_back_to_an_older_report()
    {
        Hear(First, epoch: 3, up: true);
        Report(epoch: 3, version: 8);

        Report(epoch: 3, version: 7);

        Assert.That(board.Of("printer-1").Twin?.Version, Is.EqualTo(8));
    }

    private void Hear(Guid boot, long epoch, bool up) => board.Heard(BridgeSide.Atelier, new Online { BootId = boot, Epoch = epoch, Up = up });

    private void Report(long epoch, long version) => board.Reported(BridgeSide.Atelier, new ReportedTwin
    {
        Machine = "printer-1", Version = version, Epoch = epoch, DesiredVersion = 1, At = DateTimeOffset.UnixEpoch, Mode = MachineMode.Available, Link = ReportedLink.Up,
        Activity = ReportedActivity.Idle, Relay = RelayState.None,
    });
}
