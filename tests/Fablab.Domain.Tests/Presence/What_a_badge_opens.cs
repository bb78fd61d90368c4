using Fablab.Domain.Machines;
using Fablab.Domain.Presence;

namespace Fablab.Domain.Tests.Presence;

public sealed class What_a_badge_opens
{
    [TestCase(KioskAct.Start, HazardClass.H, true)]
    [TestCase(KioskAct.Start, HazardClass.R, false)]
    [TestCase(KioskAct.Start, HazardClass.L, false)]
    [TestCase(KioskAct.WalkUp, HazardClass.L, true)]
    [TestCase(KioskAct.Extend, HazardClass.R, true)]
    public void Without_a_PIN_is_nothing_that_cuts_or_costs(KioskAct act, HazardClass machine, bool asksPin) =>
        Assert.That(KioskEvidence.AsksPin(act, machine), Is.EqualTo(asksPin));

    [Test]
    public void Is_always_a_stop_and_to_say_that_one_is_there([Values] HazardClass machine) =>
        Assert.That(KioskEvidence.AsksPin(KioskAct.End, machine) || KioskEvidence.AsksPin(KioskAct.ConfirmPresence, machine), Is.False);
}
