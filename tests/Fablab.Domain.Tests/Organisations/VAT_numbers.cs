using Fablab.Domain.Organisations;

namespace Fablab.Domain.Tests.Organisations;

public class VAT_numbers
{
    [TestCase("FR40303265045")]
    [TestCase("fr 83 404 833 048")]
    [TestCase("FR83404833048")]
    [TestCase("FRK7399859412", TestName = "A French key may hold letters, of which only the form is known")]
    [TestCase("FR53000004605", TestName = "Monaco has French numbers without a SIREN")]
    [TestCase("BE0428759497")]
    [TestCase("BE 0428.759.497")]
    [TestCase("DE136695976")]
    [TestCase("ESB58378431")]
    [TestCase("ES54362315K")]
    [TestCase("ESX2482300W")]
    [TestCase("ESA28015865")]
    [TestCase("IT00743110157")]
    [TestCase("LU15027442")]
    [TestCase("NL004495445B01")]
    [TestCase("NL123456789B13", TestName = "A Dutch sole trader's number is checked by 97")]
    [TestCase("PT501964843")]
    [TestCase("ATU13585627")]
    [TestCase("PL8567346215")]
    [TestCase("DK13585628")]
    [TestCase("FI20774740")]
    [TestCase("SE123456789701")]
    [TestCase("EE100931558")]
    [TestCase("EL094259216")]
    [TestCase("HU12892312")]
    [TestCase("SI50223054")]
    [TestCase("HR33392005961")]
    [TestCase("MT11679112")]
    [TestCase("SK2022749619")]
    [TestCase("IE6433435F")]
    [TestCase("CY10259033P")]
    [TestCase("RO18547290")]
    [TestCase("XI925901618", TestName = "Northern Ireland is in the Union for goods")]
    public void Are_taken_when_form_and_sum_are_right(string text)
    {
        Assert.That(VatNumber.Check(text), Is.EqualTo(VatTrouble.None));
    }

    [TestCase("FR84404833048", VatTrouble.CheckDigit)]
    [TestCase("FR83404833047", VatTrouble.CheckDigit)]
    [TestCase("FR8340483304", VatTrouble.Form)]
    [TestCase("FRO7399859412", VatTrouble.Form, TestName = "A French key has no letter O")]
    [TestCase("BE0428759498", VatTrouble.CheckDigit)]
    [TestCase("BE428759497", VatTrouble.Form, TestName = "A Belgian number of before 2005 lacks its zero")]
    [TestCase("DE136695978", VatTrouble.CheckDigit)]
    [TestCase("ESB58378432", VatTrouble.CheckDigit)]
    [TestCase("ES54362315Z", VatTrouble.CheckDigit)]
    [TestCase("ESX2482300A", VatTrouble.CheckDigit)]
    [TestCase("IT00743110158", VatTrouble.CheckDigit)]
    [TestCase("LU15027443", VatTrouble.CheckDigit)]
    [TestCase("NL004495446B01", VatTrouble.CheckDigit)]
    [TestCase("NL004495445X01", VatTrouble.Form)]
    [TestCase("PT501964842", VatTrouble.CheckDigit)]
    [TestCase("ATU13585626", VatTrouble.CheckDigit)]
    [TestCase("AT13585627", VatTrouble.Form)]
    [TestCase("PL8567346216", VatTrouble.CheckDigit)]
    [TestCase("DK13585629", VatTrouble.CheckDigit)]
    [TestCase("FI20774741", VatTrouble.CheckDigit)]
    [TestCase("SE123456789101", VatTrouble.CheckDigit)]
    [TestCase("EE100594103", VatTrouble.CheckDigit)]
    [TestCase("EL123456781", VatTrouble.CheckDigit)]
    [TestCase("HU12892313", VatTrouble.CheckDigit)]
    [TestCase("SI50223055", VatTrouble.CheckDigit)]
    [TestCase("HR33392005962", VatTrouble.CheckDigit)]
    [TestCase("MT11679113", VatTrouble.CheckDigit)]
    [TestCase("SK2022749618", VatTrouble.CheckDigit)]
    [TestCase("GB123456789", VatTrouble.Country, TestName = "Great Britain left")]
    [TestCase("GR094259216", VatTrouble.Country, TestName = "Greece is EL")]
    [TestCase("40303265045", VatTrouble.Country)]
    [TestCase("", VatTrouble.Country)]
    [TestCase(null, VatTrouble.Country)]
    public void Are_refused_with_what_is_wrong(string? text, VatTrouble trouble) => Assert.That(VatNumber.Check(text), Is.EqualTo(trouble));

    [Test]
    public void Of_France_hold_the_SIREN()
    {
        var french = VatNumber.TryParse("FR 83 404833048", out var one) ? one : null;
        var german = VatNumber.TryParse("DE136695976", out var other) ? other : null;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(french!.ToString(), Is.EqualTo("FR83404833048"));
            Assert.That(french.Siren!.Digits, Is.EqualTo("404833048"));
            Assert.That(german!.Siren, Is.Null);
        }
    }
}
