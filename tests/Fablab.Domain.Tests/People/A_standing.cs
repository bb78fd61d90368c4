using Fablab.Domain.Members;

namespace Fablab.Domain.Tests.People;

public sealed class A_standing
{
    [Test]
    public void Of_somebody_good_has_nothing_against_it() => Assert.That(MemberStanding.Good.Against(), Is.Empty);

    [Test]
    public void Tells_all_that_is_against_it_at_once() => Assert.That(
        new MemberStanding { Lack = MembershipLack.Waits, Age = AgeLack.TooYoung, IsSuspended = true, HasAcceptedTerms = false, HasAcceptedSafetyRules = false }
            .Against().Select(problem => (problem.Code, problem.IsHard)),
        Is.EqualTo([("member-suspended", true), ("membership-waits", false), ("too-young", true), ("site-terms-not-accepted", false), ("safety-rules-not-accepted", false)]));

    [Test]
    public void Tells_no_code_but_those_that_are_listed() => Assert.That(
        (from lack in Enum.GetValues<MembershipLack>()
         from age in Enum.GetValues<AgeLack>()
         from problem in new MemberStanding { Lack = lack, Age = age, IsSuspended = true, HasAcceptedTerms = false, HasAcceptedSafetyRules = false }.Against()
         select problem.Code).Distinct(),
        Is.EquivalentTo(MemberStanding.Codes));
}
