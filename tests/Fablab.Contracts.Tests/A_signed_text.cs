using System.Text;
using CsCheck;

namespace Fablab.Contracts.Tests;

public class A_signed_text
{
    private static readonly byte[] Key = BridgeKey.Parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8").LeaseKey;

    [Test]
    public void Opens_with_the_key_that_signed_it()
    {
        var opened = SignedText.TryOpen(Key, Signed(), out var json);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(opened, Is.True);
            Assert.That(json, Is.EqualTo(ContractsJson.Write(ProtocolExamples.LeaseGranted)));
        }
    }

    [Test]
    public void Does_not_open_with_another_key()
    {
        Assert.That(SignedText.TryOpen(BridgeKey.Create().LeaseKey, Signed(), out _), Is.False);
    }

    [Test]
    public void Does_not_open_when_any_of_its_bytes_is_another()
    {
        var text = Encoding.UTF8.GetBytes(Signed());

        using (Assert.EnterMultipleScope())
        {
            for (var at = 0; at < text.Length; at++)
            {
                foreach (var value in "ABwxyz019-_.=+/ \n\0")
                {
                    if (text[at] == value)
                    {
                        continue;
                    }

                    var tampered = (byte[])text.Clone();
                    tampered[at] = (byte)value;
                    Assert.That(SignedText.TryOpen(Key, tampered, out _), Is.False, $"byte {at} is '{value}'");
                }
            }
        }
    }

    [TestCase(" {0}")]
    [TestCase("{0}\n")]
    [TestCase("{0}=")]
    [TestCase("{0}.")]
    [TestCase("{0}.{0}")]
    public void Does_not_open_with_anything_added(string pattern)
    {
        var more = string.Format(System.Globalization.CultureInfo.InvariantCulture, pattern, Signed());

        Assert.That(SignedText.TryOpen(Key, more, out _), Is.False);
    }

    [Test]
    public void Does_not_open_when_it_is_garbage_and_never_throws()
    {
        var pieces = Gen.OneOf(Gen.String, Gen.String[Gen.Char["ABab01-_.="], 0, 60]);

        pieces.Sample(text => !SignedText.TryOpen(Key, text, out _));
        Gen.Byte.Array[0, 100].Sample(bytes => !SignedText.TryOpen(Key, bytes, out _));
    }

    [Test]
    public void Looks_as_the_protocol_shows_it()
    {
        var signed = SignedText.Sign(Encoding.UTF8.GetBytes("0123456789abcdef0123456789abcdef"), "{}"u8);

        // Reference: printf '{}' | openssl dgst -sha256 -mac HMAC -macopt key:0123456789abcdef0123456789abcdef -binary | basenc --base64url
        Assert.That(signed, Is.EqualTo("e30.syZgTA3HNkyLaIVWGJwKUQ5RUM1GKHNr6BTHyYmPiZ0"));
    }

    private static string Signed() => SignedText.Sign(Key, ContractsJson.Write(ProtocolExamples.LeaseGranted));
}
