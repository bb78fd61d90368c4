using Fablab.Domain.Bridges;

namespace Fablab.Domain.Tests.Bridges;

public class A_sign_of_life
{
    private static readonly Guid First = Guid.Parse("00000000-0000-0000-0000-000000000001");
    private static readonly Guid Second = Guid.Parse("00000000-0000-0000-0000-000000000002");

    [Test]
    public void Of_the_present_boot_counts_whether_it_comes_or_goes()
    {
        var presence = After((First, 3, true), (First, 3, false)).Presence;

        Assert.That(presence.Last.IsUp, Is.False);
    }

    [TestCase(3, 4, TestName = "That_is_the_last_will_of_the_boot_before_is_late_news")]
    [TestCase(12, 1, TestName = "That_is_the_last_will_of_a_boot_with_another_spool_is_late_news")]
    public void Late_news(long before, long now)
    {
        var presence = After((First, before, true), (Second, now, true), (First, before, false)).Presence;

        Assert.That(presence.Last, Is.EqualTo(new SignOfLife(Second, now, true)));
    }

    [TestCase(12, 1, true)]
    [TestCase(3, 4, false)]
    public void Of_a_boot_whose_epochs_begin_anew_tells_of_a_new_spool(long before, long now, bool isNew) =>
        Assert.That(After((First, before, true), (Second, now, true)).HasNewSpool, Is.EqualTo(isNew));

    [TestCase(3, 8, 3, 7, false)]
    [TestCase(3, 8, 3, 8, false)]
    [TestCase(3, 8, 3, 9, true)]
    [TestCase(3, 8, 4, 1, true)]
    [TestCase(3, 8, 2, 99, false)]
    public void Comes_with_reports_of_which_only_the_newer_are_taken(long epoch, long version, long arrivedEpoch, long arrivedVersion, bool isNewer) =>
        Assert.That(new ReportNumber(arrivedEpoch, arrivedVersion).IsNewerThan(new ReportNumber(epoch, version)), Is.EqualTo(isNewer));

    [Test]
    public void Is_remembered_for_a_bounded_number_of_boots()
    {
        var presence = Enumerable.Range(1, 500).Aggregate(
            (BridgePresence?)null, (known, epoch) => BridgePresence.Heard(known, new SignOfLife(new Guid(epoch, 0, 0, new byte[8]), epoch, true)).Presence);

        Assert.That(presence!.Former, Has.Length.EqualTo(64));
    }

    private static (BridgePresence Presence, bool HasNewSpool) After(params (Guid Boot, long Epoch, bool IsUp)[] signs)
    {
        var heard = BridgePresence.Heard(null, new SignOfLife(signs[0].Boot, signs[0].Epoch, signs[0].IsUp));
        return signs.Skip(1).Aggregate(heard, (known, sign) => BridgePresence.Heard(known.Presence, new SignOfLife(sign.Boot, sign.Epoch, sign.IsUp)));
    }
}
