using CsCheck;

namespace Fablab.Contracts.Tests;

public class A_code
{
    [TestCase("laser-1")]
    [TestCase("a")]
    [TestCase("7")]
    [TestCase("north-campus-wood-shop")]
    [TestCase("a234567890123456789012345678901234567890")]
    public void May_be_made_of_small_letters_digits_and_single_hyphens(string code)
    {
        Assert.That(Codes.IsValid(code), Is.True);
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("-laser")]
    [TestCase("laser-")]
    [TestCase("laser--1")]
    [TestCase("Laser")]
    [TestCase("laser 1")]
    [TestCase("laser_1")]
    [TestCase("l\u00e4ser")]
    [TestCase("laser/1")]
    [TestCase("+")]
    [TestCase("#")]
    [TestCase("laser\0")]
    [TestCase("laser\n")]
    [TestCase("a2345678901234567890123456789012345678901")]
    public void Is_nothing_else(string? code)
    {
        Assert.That(Codes.IsValid(code), Is.False);
    }

    [Test]
    public void Never_holds_what_means_something_in_a_topic()
    {
        Gen.String.Sample(text => !Codes.IsValid(text) || text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'));
    }

    [Test]
    public void That_is_invalid_makes_no_bridge_address()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => new BridgeAddress("nor+th", "b1"), Throws.ArgumentException.With.Message.Contains("site code"));
            Assert.That(() => new BridgeAddress("north", "b/1"), Throws.ArgumentException.With.Message.Contains("bridge code"));
            Assert.That(() => Topics.Desired(new BridgeAddress("north", "b1"), "#"), Throws.ArgumentException.With.Message.Contains("machine code"));
        }
    }
}
