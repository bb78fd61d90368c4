using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Presence;

namespace Fablab.Domain.Tests.Presence;

public class A_tap
{
    private static readonly SiteId Here = new(Guid.Parse("00000000-0000-0000-0000-000000000001"));
    private static readonly SiteId There = new(Guid.Parse("00000000-0000-0000-0000-000000000002"));
    private static readonly Duration Soon = Duration.FromSeconds(15);

    [Test]
    public void Lets_somebody_in_who_was_never_here() => Assert.That(Meaning(null, 9), Is.EqualTo(TapMeaning.Arrive));

    [Test]
    public void Lets_somebody_out_who_is_in() => Assert.That(Meaning(Open(Here), 9, 1), Is.EqualTo(TapMeaning.Leave));

    [Test]
    public void A_moment_after_the_one_before_is_the_same_tap()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Meaning(Open(Here), 9, 0, 14), Is.EqualTo(TapMeaning.Repeat));
            Assert.That(Meaning(Open(Here), 9, 0, 15), Is.EqualTo(TapMeaning.Leave));
            Assert.That(Meaning(Open(Here).Ended(Monday.At(10), Told.Badge), 10, 0, 14), Is.EqualTo(TapMeaning.Repeat));
            Assert.That(Meaning(Open(Here).Ended(Monday.At(10), Told.Badge), 10, 0, 15), Is.EqualTo(TapMeaning.Arrive));
        }
    }

    [Test]
    public void At_another_site_is_an_arrival_however_soon() => Assert.That(Meaning(Open(There), 9), Is.EqualTo(TapMeaning.Arrive));

    [Test]
    public void Never_ends_a_visit_before_it_began() =>
        Assert.That(Open(Here).Ended(Monday.At(8), Told.Badge).LeftAt, Is.EqualTo(Monday.At(9)));

    [Test]
    public void Behind_closed_doors_lets_somebody_out_who_was_taken_for_gone()
    {
        var taken = Open(Here).Closed();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Meaning(taken, 20, 0, 5, isOpen: false), Is.EqualTo(TapMeaning.Leave), "however soon after");
            Assert.That(Meaning(taken, 22, isOpen: false), Is.EqualTo(TapMeaning.Leave));
            Assert.That(Meaning(taken, 22), Is.EqualTo(TapMeaning.Arrive), "the site is open again");
            Assert.That(Meaning(taken, 23, isOpen: false), Is.EqualTo(TapMeaning.Arrive), "nobody stays that long");
            Assert.That(Meaning(Open(Here).Ended(Monday.At(19), Told.Badge), 22, isOpen: false), Is.EqualTo(TapMeaning.Arrive), "they left by themselves");
        }
    }

    private static TapMeaning Meaning(Visit? newest, int hour, int minute = 0, int second = 0, bool isOpen = true) =>
        VisitRules.MeaningOfTap(newest, Here, Monday.At(hour, minute, second), Soon, isOpen, Duration.FromHours(14));

    private static Visit Open(SiteId site) => new()
    {
        Id = new VisitId(Guid.NewGuid()), Member = new MemberId(Guid.NewGuid()), Site = site, ArrivedAt = Monday.At(9), ArrivedBy = Told.Badge, ClosesAt = Monday.At(20),
    };
}
