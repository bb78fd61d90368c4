using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Authentication;
using System.Text;
using Fablab.Bridge.Runtime;
using Fablab.Contracts;
using Microsoft.Extensions.Configuration;

namespace Fablab.Bridge.Tests.Runtime;

public sealed class Pairing_a_bridge
{
    private const string Web = "https://lab.example";

    private static readonly string Key = BridgeKey.Create().Reveal();

    private string folder = null!;
    private StringWriter said = null!;

    [SetUp]
    public void A_computer_that_is_no_bridge_yet() => (folder, said) = (Directory.CreateTempSubdirectory("fablab-pairing-").FullName, new StringWriter());

    [TearDown]
    public void Clean_up()
    {
        Directory.Delete(folder, recursive: true);
        said.Dispose();
    }

    [Test]
    public async Task Keeps_who_it_is_and_where_web_and_broker_are_as_settings()
    {
        var asked = new Answering(Told());

        var end = await PairAsync(asked);

        var settings = new ConfigurationBuilder().AddJsonFile(BridgePairing.FileIn(folder)).Build().GetSection(BridgeOptions.Section).Get<BridgeOptions>()!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That((end, asked.Address, asked.Body), Is.EqualTo((0, "https://lab.example/api/v1/bridge/pair", """{"code":"K7RM-X2CD-9QTP"}""")));
            Assert.That((settings.Site, settings.Id, settings.Key, settings.Server), Is.EqualTo(("atelier", "workshop", Key, new Uri("https://lab.example/"))));
            Assert.That((settings.Broker.Host, settings.Broker.Port, settings.Broker.Tls), Is.EqualTo(("mqtt.lab.example", 8883, true)));
            Assert.That(File.ReadAllText(settings.Broker.AuthorityPath!), Does.StartWith("-----BEGIN CERTIFICATE-----"), "believed alone");
            Assert.That(said.ToString(), Does.Contain("workshop").And.Not.Contain(Key));
        }
    }

    [Test]
    [Platform("Linux")]
    [UnsupportedOSPlatform("windows")]
    public async Task Lets_no_other_user_of_the_computer_read_the_key()
    {
        await PairAsync(new Answering(Told()));

        Assert.That(File.GetUnixFileMode(BridgePairing.FileIn(folder)), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public async Task Takes_the_place_of_an_earlier_pairing()
    {
        await PairAsync(new Answering(Told()));
        var later = BridgeKey.Create().Reveal();

        await PairAsync(new Answering(Told(later)));

        Assert.That(File.ReadAllText(BridgePairing.FileIn(folder)), Does.Contain(later).And.Not.Contain(Key));
    }

    [Test]
    public async Task Sends_no_code_over_plain_http_unless_it_is_told_to_or_stays_within_the_computer()
    {
        var asked = new Answering(Told());

        var refused = await PairAsync(asked, "http://lab.example");
        var before = asked.Address;
        var allowed = await PairAsync(asked, "http://lab.example", isPlainAllowed: true);
        var within = await PairAsync(asked, "http://localhost:5080");

        Assert.That((refused, before, allowed, within), Is.EqualTo((1, (string?)null, 0, 0)));
        Assert.That(said.ToString(), Does.Contain("--allow-http"));
    }

    private static readonly TestCaseData<HttpStatusCode, string, string>[] Noes =
    [
        new(HttpStatusCode.UnprocessableEntity, """{"code":"pairing-refused"}""", "new one"),
        new(HttpStatusCode.TooManyRequests, "", "Wait"),
        new(HttpStatusCode.NotFound, "<html>", "404"),
        new(HttpStatusCode.OK, "<html>", "address of the lab"),
        new(HttpStatusCode.OK, "{}", "address of the lab"),
        new(HttpStatusCode.OK, "null", "address of the lab"),
        new(HttpStatusCode.OK, """{"site":"../x","id":"workshop","key":"AAAA","broker":{"host":"h","port":1883,"tls":false}}""", "address of the lab"),
        new(HttpStatusCode.OK, """{"site":"atelier","id":"workshop","key":"AAAA","broker":{"host":"h","port":1883,"tls":false}}""", "32 bytes"),
    ];

    [TestCaseSource(nameof(Noes))]
    public async Task Says_what_to_do_after_a_no_and_leaves_nothing_behind(HttpStatusCode status, string body, string words)
    {
        var end = await PairAsync(new Answering(body, status));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(end, Is.EqualTo(1));
            Assert.That(said.ToString(), Does.Contain(words));
            Assert.That(File.Exists(BridgePairing.FileIn(folder)), Is.False);
        }
    }

    [Test]
    public async Task Tells_a_certificate_that_is_not_believed_from_a_web_that_is_not_there()
    {
        await PairAsync(new Failing(new HttpRequestException("no", new AuthenticationException("The remote certificate is invalid."))));
        await PairAsync(new Failing(new HttpRequestException("no", new SocketException((int)SocketError.ConnectionRefused))));

        Assert.That(said.ToString(), Does.Contain("--authority").And.Contain("Nothing answers"));
    }

    [Test]
    public async Task Wants_the_bridge_stopped_since_its_key_ends()
    {
        using var running = DataFolder.Take(folder);
        var asked = new Answering(Told());

        var end = await PairAsync(asked);

        Assert.That((end, asked.Address), Is.EqualTo((1, (string?)null)), "and the code is not used up");
    }

    [Test]
    public void Believes_an_authority_file_only_when_it_holds_one()
    {
        var path = Path.Combine(folder, "authority.pem");
        File.WriteAllText(path, "nothing");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => WebAuthority.Handler(path), Throws.InstanceOf<IOException>().With.Message.Contains("certificate"));
            Assert.That(() => WebAuthority.Handler(Path.Combine(folder, "none.pem")), Throws.InstanceOf<IOException>());
        }
    }

    private Task<int> PairAsync(HttpMessageHandler web, string server = Web, bool isPlainAllowed = false) =>
        BridgePairing.PairAsync(server, "K7RM-X2CD-9QTP", folder, web, null, isPlainAllowed, said, CancellationToken.None);

    private static string Told(string? key = null) =>
        $$$"""{"site":"atelier","id":"workshop","key":"{{{key ?? Key}}}","broker":{"host":"mqtt.lab.example","port":8883,"tls":true,"authority":"-----BEGIN CERTIFICATE-----\n"}}""";

    private sealed class Answering(string body, HttpStatusCode status = HttpStatusCode.OK) : HttpMessageHandler
    {
        public string? Address { get; private set; }

        public string? Body { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (Address, Body) = (request.RequestUri!.AbsoluteUri, await request.Content!.ReadAsStringAsync(cancellationToken));
            return new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        }
    }

    private sealed class Failing(HttpRequestException failure) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => throw failure;
    }
}
