using Fablab.Domain.Organisations;

namespace Fablab.Domain.Tests.Organisations;

public class Numbers_of_companies
{
    [TestCase("732829320")]
    [TestCase("404 833 048")]
    [TestCase("356.000.000")]
    [TestCase("000000018", TestName = "A made-up SIREN for a demo is one by its sum")]
    public void A_SIREN_is_nine_digits_with_a_check_digit(string text)
    {
        Assert.That(Siren.TryParse(text, out var siren), Is.True);
        Assert.That(siren!.Digits, Has.Length.EqualTo(9));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("732829321", TestName = "A SIREN with a wrong last digit is none")]
    [TestCase("372829320", TestName = "A SIREN with two digits exchanged is none")]
    [TestCase("73282932", TestName = "A SIREN of eight digits is none")]
    [TestCase("7328293200", TestName = "A SIREN of ten digits is none")]
    [TestCase("73282932O", TestName = "A SIREN with a letter is none")]
    [TestCase("000000000", TestName = "Nine zeros are nobody's SIREN")]
    [TestCase("٧٣٢٨٢٩٣٢٠", TestName = "Digits of another script make no SIREN")]
    public void What_is_no_SIREN_is_told(string? text) => Assert.That(Siren.TryParse(text, out _), Is.False);

    [TestCase("73282932000074")]
    [TestCase("732 829 320 00074")]
    [TestCase("35600000000048", TestName = "The head office of La Poste keeps the usual sum")]
    [TestCase("35600000049837", TestName = "A post office's SIRET adds up to a multiple of five")]
    [TestCase("35600000000006", TestName = "A SIRET of La Poste may add up to twenty")]
    public void A_SIRET_is_the_SIREN_with_five_digits_more(string text)
    {
        Assert.That(Siret.TryParse(text, out var siret), Is.True);
        Assert.That(siret!.Digits, Does.StartWith(siret.Siren.Digits));
    }

    [TestCase(null)]
    [TestCase("73282932000075", TestName = "A SIRET with a wrong last digit is none")]
    [TestCase("73282932100073", TestName = "A SIRET of a wrong SIREN is none")]
    [TestCase("732829320", TestName = "A SIREN alone is no SIRET")]
    [TestCase("35600000049838", TestName = "A post office's SIRET with a wrong last digit is none")]
    [TestCase("73282932000079", TestName = "Nobody but La Poste has the sum by five")]
    public void What_is_no_SIRET_is_told(string? text) => Assert.That(Siret.TryParse(text, out _), Is.False);

    [Test]
    public void The_VAT_key_follows_from_the_SIREN()
    {
        Assert.That(Siren.TryParse("404833048", out var siren), Is.True);
        Assert.That(siren!.VatKey, Is.EqualTo("83"));
    }
}
