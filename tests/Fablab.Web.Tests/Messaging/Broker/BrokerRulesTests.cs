using Fablab.Web.Messaging.Broker;

namespace Fablab.Web.Tests.Messaging.Broker;

public class The_broker_rules
{
    private static readonly BrokerPrincipal Server = new ServerPrincipal();
    private static readonly BrokerPrincipal Bridge = new BridgePrincipal("north", "bridge-a", ["plug-1"]);
    private static readonly BrokerPrincipal Device = new DevicePrincipal("plug-1", "bridge-a");

    private static IEnumerable<TestCaseData> Publishing()
    {
        //                          topic                                        server bridge device
        yield return new TestCaseData("fablab/v1/north/bridge-a/up/hello", false, true, false);
        yield return new TestCaseData("fablab/v1/north/bridge-a/up/reported/laser-1", false, true, false);
        yield return new TestCaseData("fablab/v1/north/bridge-a/down/desired/laser-1", true, false, false);
        yield return new TestCaseData("fablab/v1/north/bridge-b/up/hello", false, false, false);
        yield return new TestCaseData("fablab/v1/south/bridge-a/up/hello", false, false, false);
        yield return new TestCaseData("fablab/v1/south/bridge-b/down/lease/cnc-1", true, false, false);
        yield return new TestCaseData("fablab/v2/north/bridge-a/up/hello", false, false, false);
        yield return new TestCaseData("cmnd/plug-1/POWER", false, true, false);
        yield return new TestCaseData("cmnd/plug-2/POWER", false, false, false);
        yield return new TestCaseData("cmnd/tasmotas/POWER", false, false, false);
        yield return new TestCaseData("stat/plug-1/RESULT", false, false, true);
        yield return new TestCaseData("tele/plug-1/LWT", false, false, true);
        yield return new TestCaseData("tele/plug-2/LWT", false, false, false);
        yield return new TestCaseData("shelly/plug-1/rpc", false, true, false);
        yield return new TestCaseData("shelly/plug-2/rpc", false, false, false);
        yield return new TestCaseData("shelly/plug-1/command/switch:0", false, false, false);
        yield return new TestCaseData("shelly/plug-1/online", false, false, true);
        yield return new TestCaseData("shelly/plug-1/events/rpc", false, false, true);
        yield return new TestCaseData("shelly/plug-1/reply/rpc", false, false, true);
        yield return new TestCaseData("shelly/plug-2/online", false, false, false);
        yield return new TestCaseData("anything/else", false, false, false);
    }

    [TestCaseSource(nameof(Publishing))]
    public void Say_who_may_publish_where(string topic, bool server, bool bridge, bool device)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Code(Server, topic), Is.EqualTo(server ? null : 0x87), "server");
            Assert.That(Code(Bridge, topic), Is.EqualTo(bridge ? null : 0x87), "bridge");
            Assert.That(Code(Device, topic), Is.EqualTo(device ? null : 0x87), "device");
        }

        static int? Code(BrokerPrincipal who, string topic) => BrokerRules.JudgePublish(who, topic, 10, retain: false, 1_000)?.ReasonCode;
    }

    private static IEnumerable<TestCaseData> Subscribing()
    {
        //                          filter                                   server bridge device
        yield return new TestCaseData("fablab/v1/+/+/up/#", true, false, false);
        yield return new TestCaseData("fablab/v1/north/+/up/reported/+", true, false, false);
        yield return new TestCaseData("fablab/v1/north/bridge-a/up/#", true, false, false);
        yield return new TestCaseData("fablab/v1/north/bridge-a/down/#", false, true, false);
        yield return new TestCaseData("fablab/v1/north/bridge-a/down/desired/+", false, true, false);
        yield return new TestCaseData("fablab/v1/north/bridge-b/down/#", false, false, false);
        yield return new TestCaseData("fablab/v1/north/+/down/#", false, false, false);
        yield return new TestCaseData("fablab/v1/north/bridge-a/#", false, false, false);
        yield return new TestCaseData("fablab/#", false, false, false);
        yield return new TestCaseData("#", false, false, false);
        yield return new TestCaseData("+/+/+", false, false, false);
        yield return new TestCaseData("stat/plug-1/#", false, true, false);
        yield return new TestCaseData("tele/plug-1/+", false, true, false);
        yield return new TestCaseData("tele/+/LWT", false, false, false);
        yield return new TestCaseData("cmnd/plug-1/#", false, false, true);
        yield return new TestCaseData("cmnd/plug-2/#", false, false, false);
        yield return new TestCaseData("cmnd/#", false, false, false);
        yield return new TestCaseData("shelly/plug-1/rpc", false, false, true);
        yield return new TestCaseData("shelly/plug-2/rpc", false, false, false);
        yield return new TestCaseData("shelly/plug-1/reply/rpc", false, true, false);
        yield return new TestCaseData("shelly/plug-1/online", false, true, false);
        yield return new TestCaseData("shelly/plug-1/#", false, false, false);
    }

    [TestCaseSource(nameof(Subscribing))]
    public void Say_who_may_hear_what(string filter, bool server, bool bridge, bool device)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Code(Server, filter), Is.EqualTo(server ? null : 0x87), "server");
            Assert.That(Code(Bridge, filter), Is.EqualTo(bridge ? null : 0x87), "bridge");
            Assert.That(Code(Device, filter), Is.EqualTo(device ? null : 0x87), "device");
        }

        static int? Code(BrokerPrincipal who, string filter) => BrokerRules.JudgeSubscribe(who, filter)?.ReasonCode;
    }

    [TestCase("fablab/v1/north/bridge-a/up/+/b")]
    [TestCase("fablab/v1/north/bridge-a/up/#")]
    [TestCase("$SYS/broker")]
    [TestCase("")]
    [TestCase(null)]
    [TestCase("fablab/v1/north/bridge-a/up/a\0b")]
    [TestCase("fablab/v1/north/bridge-a/up/a\nb")]
    public void Refuse_a_topic_that_is_none(string? topic) =>
        Assert.That(BrokerRules.JudgePublish(Bridge, topic, 10, false, 1_000)?.ReasonCode, Is.EqualTo(0x90));

    [TestCase("a#", 0x8F)]
    [TestCase("+a", 0x8F)]
    [TestCase("a/#/b", 0x8F)]
    [TestCase("", 0x8F)]
    [TestCase("$SYS/#", 0x8F)]
    [TestCase("$share/workers/fablab/v1/+/+/up/#", 0x9E)]
    public void Refuse_a_filter_that_is_none_and_shared_subscriptions(string filter, int code) =>
        Assert.That(BrokerRules.JudgeSubscribe(Server, filter)?.ReasonCode, Is.EqualTo(code));

    [Test]
    public void Refuse_topics_and_filters_over_200_bytes()
    {
        var tooLong = "fablab/v1/north/bridge-a/up/" + new string('x', 200);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(BrokerRules.JudgePublish(Bridge, tooLong, 10, false, 1_000)?.ReasonCode, Is.EqualTo(0x90));
            Assert.That(BrokerRules.JudgeSubscribe(Server, tooLong)?.ReasonCode, Is.EqualTo(0x8F));
        }
    }

    [TestCase("fablab/v1/north/bridge-a/down/desired/laser-1", true)]
    [TestCase("fablab/v1/north/bridge-a/down/lease/laser-1", false)]
    [TestCase("fablab/v1/north/bridge-a/down/cmd", false)]
    [TestCase("fablab/v1/north/bridge-a/down/journal-ack", false)]
    public void Refuse_to_keep_what_means_something_only_when_it_is_sent(string topic, bool mayBeKept) =>
        Assert.That(BrokerRules.JudgePublish(Server, topic, 10, retain: true, 1_000) is null, Is.EqualTo(mayBeKept));

    [TestCase("cmnd/plug-1/POWER")]
    [TestCase("shelly/plug-1/rpc")]
    public void Refuse_a_retained_command_to_a_relay(string topic) =>
        Assert.That(BrokerRules.JudgePublish(Bridge, topic, 2, retain: true, 1_000)?.ReasonCode, Is.EqualTo(0x87));

    [Test]
    public void Refuse_a_payload_over_the_limit() =>
        Assert.That(BrokerRules.JudgePublish(Bridge, "fablab/v1/north/bridge-a/up/journal", 1_001, false, 1_000)?.ReasonCode, Is.EqualTo(0x97));

    [Test]
    public void Know_no_sender_without_a_sign_in()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(BrokerRules.JudgePublish(null, "fablab/v1/north/bridge-a/up/hello", 1, false, 1_000), Is.Not.Null);
            Assert.That(BrokerRules.JudgeSubscribe(null, "fablab/v1/+/+/up/#"), Is.Not.Null);
        }
    }

    [TestCase(0, false)]
    [TestCase(9, false)]
    [TestCase(10, true)]
    [TestCase(60, true)]
    [TestCase(61, false)]
    public void Want_a_keep_alive_of_10_to_60_seconds(int seconds, bool isFine) =>
        Assert.That(BrokerRules.JudgeConnect(Connect with { KeepAliveSeconds = seconds }) is null, Is.EqualTo(isFine));

    [Test]
    public void Refuse_a_connect_for_each_of_its_faults()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(BrokerRules.JudgeConnect(Connect), Is.Null);
            Assert.That(BrokerRules.JudgeConnect(Connect with { IsVersionSupported = false })?.ReasonCode, Is.EqualTo(0x84));
            Assert.That(BrokerRules.JudgeConnect(Connect with { UsesEnhancedAuthentication = true })?.ReasonCode, Is.EqualTo(0x8C));
            Assert.That(BrokerRules.JudgeConnect(Connect with { SessionExpirySeconds = 3_601 })?.ReasonCode, Is.EqualTo(0x83));
            Assert.That(BrokerRules.JudgeConnect(Connect with { User = null })?.ReasonCode, Is.EqualTo(0x86));
            Assert.That(BrokerRules.JudgeConnect(Connect with { User = new string('x', 65) })?.ReasonCode, Is.EqualTo(0x86));
            Assert.That(BrokerRules.JudgeConnect(Connect with { PasswordLength = 0 })?.ReasonCode, Is.EqualTo(0x86));
        }
    }

    [Test]
    public void Want_the_user_name_as_client_id_so_that_nobody_takes_anothers_session()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(BrokerRules.JudgeClientId(Bridge, "bridge-a", "bridge-a"), Is.Null);
            Assert.That(BrokerRules.JudgeClientId(Bridge, "bridge-a", "bridge-b")?.ReasonCode, Is.EqualTo(0x85));
            Assert.That(BrokerRules.JudgeClientId(Bridge, "bridge-a", "bridge-a.2")?.ReasonCode, Is.EqualTo(0x85));
            Assert.That(BrokerRules.JudgeClientId(Device, "plug-1", "bridge-a")?.ReasonCode, Is.EqualTo(0x85));
            Assert.That(BrokerRules.JudgeClientId(Server, "web", "web.node-2"), Is.Null, "several nodes share one account");
            Assert.That(BrokerRules.JudgeClientId(Server, "web", "bridge-a")?.ReasonCode, Is.EqualTo(0x85));
        }
    }

    private static ConnectFacts Connect => new()
    {
        IsVersionSupported = true,
        UsesEnhancedAuthentication = false,
        KeepAliveSeconds = 20,
        SessionExpirySeconds = 600,
        User = "bridge-a",
        PasswordLength = 12,
    };
}
