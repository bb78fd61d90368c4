using Fablab.Domain.Members;

namespace Fablab.Domain.Tests.People;

public class A_membership
{
    [TestCase(RegistrationPolicy.Open, null, MembershipAnswer.Member)]
    [TestCase(RegistrationPolicy.Approval, null, MembershipAnswer.Waits)]
    [TestCase(RegistrationPolicy.Invitation, null, MembershipAnswer.NeedsInvitation)]
    [TestCase(RegistrationPolicy.Invitation, MembershipState.Active, MembershipAnswer.Member)]
    [TestCase(RegistrationPolicy.Open, MembershipState.Waiting, MembershipAnswer.Waits)]
    [TestCase(RegistrationPolicy.Open, MembershipState.Refused, MembershipAnswer.WasRefused)]
    public void Is_given_as_the_site_says(RegistrationPolicy policy, MembershipState? present, MembershipAnswer answer) =>
        Assert.That(SiteMembership.Ask(policy, present), Is.EqualTo(answer));

    [TestCase(RegistrationPolicy.Open, null, false, null)]
    [TestCase(RegistrationPolicy.Approval, null, false, MembershipLack.NotAMember)]
    [TestCase(RegistrationPolicy.Approval, null, true, null)]
    [TestCase(RegistrationPolicy.Invitation, MembershipState.Active, false, null)]
    [TestCase(RegistrationPolicy.Open, MembershipState.Waiting, false, MembershipLack.Waits)]
    [TestCase(RegistrationPolicy.Open, MembershipState.Refused, false, MembershipLack.NotAMember)]
    public void Is_what_a_booking_needs_where_the_site_is_not_open(RegistrationPolicy policy, MembershipState? present, bool isStaff, MembershipLack? lack) =>
        Assert.That(SiteMembership.LackOf(policy, present, isStaff), Is.EqualTo(lack));
}
