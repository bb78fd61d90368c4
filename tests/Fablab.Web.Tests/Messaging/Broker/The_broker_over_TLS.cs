using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Fablab.Web.Data;
using Fablab.Web.Hosting;
using Fablab.Web.Messaging;
using Fablab.Web.Tests.Testing;
using Microsoft.Extensions.DependencyInjection;
using MQTTnet;

namespace Fablab.Web.Tests.Messaging.Broker;

public class The_broker_over_TLS
{
    private const string Up = "fablab/v1/north/bridge-a/up/journal";

    private string folder = "";
    private string authority = "";

    [OneTimeSetUp]
    public void An_authority_of_the_lab_signs_a_certificate()
    {
        folder = Directory.CreateTempSubdirectory("fablab-tls-").FullName;
        authority = Issue("localhost", "broker");
    }

    [OneTimeTearDown]
    public void Clean_up() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task Carries_messages_of_bridges_that_trust_the_authority()
    {
        await using var broker = await StartAsync();
        await using var web = await new TestLink("web", broker.Broker.OwnPort).StartConnectedAsync("fablab/v1/+/+/up/#");
        await using var bridge = await new TestLink(
            "bridge-a", broker.Port, change: options => (options.Host, options.Tls, options.AuthorityPath) = ("localhost", true, authority)).StartConnectedAsync();

        await bridge.SayAsync(Up, "batch 1").Soonest();

        Assert.That(await web.Inbox.NextAsync(), Is.EqualTo(new Letter(Up, "batch 1", false)));
    }

    [Test]
    public async Task Is_not_trusted_by_who_knows_another_authority()
    {
        var stranger = Issue("localhost", "stranger");
        await using var broker = await StartAsync();

        Assert.That(() => ConnectAsync(broker, "localhost", stranger), Throws.InstanceOf<Exception>().With.InnerException.InstanceOf<AuthenticationException>());
    }

    [Test]
    public async Task Is_not_trusted_under_another_name()
    {
        await using var broker = await StartAsync();

        Assert.That(() => ConnectAsync(broker, "127.0.0.1", authority), Throws.InstanceOf<Exception>().With.InnerException.InstanceOf<AuthenticationException>());
    }

    [Test]
    public async Task Lets_nobody_in_who_does_not_speak_it()
    {
        await using var broker = await StartAsync();

        Assert.That(() => broker.TryConnectAsync("bridge-a"), Throws.InstanceOf<Exception>());
    }

    [Test]
    public async Task Drops_a_connection_whose_handshake_does_not_come()
    {
        await using var broker = await StartAsync(TimeSpan.FromMilliseconds(200));
        using var silent = await broker.OpenSocketAsync();

        var read = await silent.GetStream().ReadAsync(new byte[1]).AsTask().Soonest();

        Assert.That(read, Is.Zero, "closed by the broker");
    }

    [Test]
    public async Task Leaves_the_program_s_own_way_to_its_broker_open_whatever_the_certificate_is_called()
    {
        Issue("broker.lab.example", "public");
        using var lab = new LabApp(StorageProvider.Sqlite, new()
        {
            ["Broker:CertificatePath"] = Path.Combine(folder, "public.pem"), ["Broker:CertificateKeyPath"] = Path.Combine(folder, "public.key"),
        });
        var session = lab.Services.GetRequiredService<BrokerSession>();
        var until = TimeProvider.System.GetTimestamp();

        while (!session.IsConnected && TimeProvider.System.GetElapsedTime(until) < Soon.Limit)
        {
            await Task.Yield();
        }

        Assert.That(session.IsConnected, Is.True);
    }

    [TestCase("nothing-there.pem", "broker.key")]
    [TestCase("broker.pem", "nothing-there.key")]
    [TestCase("broker.key", "broker.key")]
    public void Does_not_start_without_a_certificate_and_its_key(string certificate, string key) => Assert.That(
        () => TestBroker.StartAsync(folder, options => (options.CertificatePath, options.CertificateKeyPath) = (Path.Combine(folder, certificate), Path.Combine(folder, key))),
        Throws.InstanceOf<StartRefusedException>().With.Message.Contains("Broker:CertificatePath"));

    private Task<TestBroker> StartAsync(TimeSpan? deadline = null) => TestBroker.StartAsync(folder, options =>
    {
        (options.CertificatePath, options.CertificateKeyPath) = (Path.Combine(folder, "broker.pem"), Path.Combine(folder, "broker.key"));
        options.ConnectDeadline = deadline ?? options.ConnectDeadline;
    });

    private static Task ConnectAsync(TestBroker broker, string host, string trusted)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(trusted);
        return broker.TryConnectAsync("bridge-a", options => options.WithTcpServer("127.0.0.1", broker.Port)
            .WithTlsOptions(tls => tls.UseTls().WithTargetHost(host).WithTrustChain(roots).WithRevocationMode(X509RevocationMode.NoCheck)));
    }

    /// <returns>Path of the authority's certificate; the broker's lie beside it as <c>{name}.pem</c> and <c>.key</c>.</returns>
    private string Issue(string host, string name)
    {
        var (from, until) = (TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(2));
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest($"CN=Lab authority of {name}", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = rootRequest.CreateSelfSigned(from, until);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(root, from, until, RandomNumberGenerator.GetBytes(8));

        File.WriteAllText(Path.Combine(folder, $"{name}.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, $"{name}.key"), key.ExportPkcs8PrivateKeyPem());
        var path = Path.Combine(folder, $"{name}-authority.pem");
        File.WriteAllText(path, root.ExportCertificatePem());
        return path;
    }
}
