using Fablab.Domain.Members;

namespace Fablab.Domain.Tests.SignIns;

public class Somebody_back_from_a_provider
{
    private static readonly MemberId Owner = new(Guid.CreateVersion7());
    private static readonly MemberId Another = new(Guid.CreateVersion7());
    private static readonly ProviderTerms Anybody = new([], CreatesAccounts: true);
    private static readonly ProviderTerms OfTheSchool = new(["school.example"], CreatesAccounts: true);
    private static readonly ProviderArrival New = new("ada@school.example", IsEmailVerified: true, LinkedTo: null, IsEmailKnown: false);

    [Test]
    public void Is_signed_in_by_a_link_and_by_nothing_else()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That((New with { LinkedTo = Owner }).Meet(Anybody, null), Is.EqualTo(ArrivalOutcome.SignIn));
            Assert.That((New with { IsEmailKnown = true }).Meet(Anybody, null), Is.EqualTo(ArrivalOutcome.EmailKnown));
            Assert.That(New.Meet(Anybody, null), Is.EqualTo(ArrivalOutcome.AskToCreate));
            Assert.That(New.Meet(Anybody with { CreatesAccounts = false }, null), Is.EqualTo(ArrivalOutcome.NotLinked));
        }
    }

    [TestCase(null, true)]
    [TestCase("", true)]
    [TestCase("ada@school.example", false)]
    public void Without_a_verified_address_gets_no_account(string? email, bool isVerified)
    {
        var outcome = (New with { Email = email, IsEmailVerified = isVerified, IsEmailKnown = true }).Meet(Anybody, null);

        Assert.That(outcome, Is.EqualTo(ArrivalOutcome.EmailNotVerified), "nor do they learn whether the address is known");
    }

    [TestCase("ada@school.example", ArrivalOutcome.SignIn)]
    [TestCase("ada@SCHOOL.example", ArrivalOutcome.SignIn)]
    [TestCase("ada@evil-school.example", ArrivalOutcome.DomainNotAllowed)]
    [TestCase("ada@school.example@elsewhere.example", ArrivalOutcome.DomainNotAllowed)]
    public void Needs_an_address_of_the_provider_s_domains_each_time(string email, ArrivalOutcome expected) =>
        Assert.That((New with { Email = email, LinkedTo = Owner }).Meet(OfTheSchool, null), Is.EqualTo(expected));

    [Test]
    public void Links_only_what_is_nobody_else_s()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(New.Meet(Anybody, Owner), Is.EqualTo(ArrivalOutcome.AskToLink));
            Assert.That((New with { LinkedTo = Owner }).Meet(Anybody, Owner), Is.EqualTo(ArrivalOutcome.AlreadyLinked));
            Assert.That((New with { LinkedTo = Another }).Meet(Anybody, Owner), Is.EqualTo(ArrivalOutcome.LinkedToAnother));
            Assert.That((New with { IsEmailVerified = false }).Meet(Anybody, Owner), Is.EqualTo(ArrivalOutcome.AskToLink), "the address plays no part");
        }
    }
}
