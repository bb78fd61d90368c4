using Fablab.Web.Messaging.Broker;

namespace Fablab.Web.Tests.Messaging.Broker;

public class The_files_for_Mosquitto
{
    private static readonly BrokerAccount[] Accounts =
    [
        new("web", new ServerPrincipal(), "$7$1$c2FsdA==$aGFzaA=="),
        new("bridge-a", new BridgePrincipal("north", "bridge-a", ["plug-1"]), "$7$1$c2FsdA==$aGFzaA=="),
        new("plug-1", new DevicePrincipal("plug-1", "bridge-a"), "$7$1$c2FsdA==$aGFzaA=="),
    ];

    [Test]
    public void Hold_the_same_rules_as_the_embedded_broker() => Assert.That(MosquittoAcl.Acl(Accounts), Is.EqualTo(
        """
        # Written by Fablab; changes are lost. Whoever is not named here may do nothing.

        user web
        topic write fablab/v1/+/+/down/#
        topic read fablab/v1/+/+/up/#

        user bridge-a
        topic write fablab/v1/north/bridge-a/up/#
        topic write cmnd/plug-1/#
        topic write shelly/plug-1/rpc
        topic read fablab/v1/north/bridge-a/down/#
        topic read stat/plug-1/#
        topic read tele/plug-1/#
        topic read shelly/plug-1/online
        topic read shelly/plug-1/events/#
        topic read shelly/plug-1/status/#
        topic read shelly/plug-1/reply/#

        user plug-1
        topic write stat/plug-1/#
        topic write tele/plug-1/#
        topic write shelly/plug-1/online
        topic write shelly/plug-1/events/#
        topic write shelly/plug-1/status/#
        topic write shelly/plug-1/reply/#
        topic read cmnd/plug-1/#
        topic read shelly/plug-1/rpc

        """));

    [Test]
    public void Name_one_user_and_hash_per_line() =>
        Assert.That(MosquittoAcl.Passwords(Accounts[..1]), Is.EqualTo("web:$7$1$c2FsdA==$aGFzaA==\n"));

    [Test]
    public void Are_refused_for_a_name_that_would_write_rules_of_its_own([Values("a\ntopic #", "a:b", "a b", "")] string user) =>
        Assert.That(() => MosquittoAcl.Acl([new(user, new DevicePrincipal("x\ny", "b"), "")]), Throws.ArgumentException);

    [Test]
    public async Task Are_written_for_their_owner_alone()
    {
        var folder = Directory.CreateTempSubdirectory("fablab-mosquitto-").FullName;

        await MosquittoAcl.WriteAsync(folder, Accounts, CancellationToken.None);

        var passwords = Path.Combine(folder, MosquittoAcl.PasswordFile);
        Assert.That(await File.ReadAllTextAsync(passwords), Is.EqualTo(MosquittoAcl.Passwords(Accounts)));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(passwords), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }

        Directory.Delete(folder, recursive: true);
    }
}

public class A_broker_password
{
    [Test]
    public void Fits_its_hash_and_no_other()
    {
        var hash = MosquittoPassword.Hash("correct horse");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(MosquittoPassword.Verify("correct horse", hash), Is.True);
            Assert.That(MosquittoPassword.Verify("correct hors", hash), Is.False);
            Assert.That(MosquittoPassword.Hash("correct horse"), Is.Not.EqualTo(hash), "salted");
        }
    }

    [TestCase("")]
    [TestCase("$6$c2FsdA==$aGFzaA==")]
    [TestCase("$7$0$c2FsdA==$aGFzaA==")]
    [TestCase("$7$101$not base64$aGFzaA==")]
    [TestCase("$7$101$$")]
    public void Fits_no_hash_in_another_form(string hash) => Assert.That(MosquittoPassword.Verify("", hash), Is.False);
}
