using System.Buffers.Text;

namespace Fablab.Contracts.Tests;

public class A_bridge_key
{
    private const string Text = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    [Test]
    public void Survives_being_written_down()
    {
        var key = BridgeKey.Create();

        var again = BridgeKey.Parse(key.Reveal());

        Assert.That(again.MqttPassword, Is.EqualTo(key.MqttPassword));
    }

    [Test]
    public void Gives_every_wire_a_secret_of_its_own()
    {
        var key = BridgeKey.Parse(Text);

        // HMAC-SHA-256 of "fablab/v1/mqtt", "fablab/v1/http" and "fablab/v1/lease" under the bytes 0, 1, 2 … 31.
        using (Assert.EnterMultipleScope())
        {
            Assert.That(key.MqttPassword, Is.EqualTo("ESJzUrEmOwwJ7G9MUvsYSpY0IBiD1undn1m4W6jlqGg"));
            Assert.That(key.HttpToken, Is.EqualTo("wqP24Xg6LQAMssJw-TUGhSECA7xXphoIi6EFp4yyscQ"));
            Assert.That(Base64Url.EncodeToString(key.LeaseKey), Is.EqualTo("wrhqZwUwWUIaX-L_FwE0sKnjy_Y9uMTUsCt_lW-t9sY"));
        }
    }

    [TestCase("")]
    [TestCase("AAEC")]
    [TestCase("not base64 at all!")]
    [TestCase("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8AAA")]
    public void Is_exactly_32_bytes_of_base64url(string text)
    {
        Assert.That(() => BridgeKey.Parse(text), Throws.TypeOf<FormatException>());
    }

    [Test]
    public void Does_not_show_itself_in_a_log()
    {
        Assert.That(BridgeKey.Parse(Text).ToString(), Does.Not.Contain(Text));
    }

    [Test]
    public void Is_another_one_each_time()
    {
        var (first, second) = (BridgeKey.Create(), BridgeKey.Create());

        Assert.That(second.Reveal(), Is.Not.EqualTo(first.Reveal()));
    }
}
