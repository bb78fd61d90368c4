using System.Net;
using Fablab.Web.Features.Notices.Pushing;

namespace Fablab.Web.Tests.Features.Notices;

public class Addresses_of_the_internet
{
    [TestCase("8.8.8.8")]
    [TestCase("142.250.179.106")]
    [TestCase("2a00:1450:4007:80c::200a")]
    public void May_be_connected_to(string address) => Assert.That(PublicAddresses.IsPublic(IPAddress.Parse(address)), Is.True);

    [TestCase("127.0.0.1")]
    [TestCase("0.0.0.0")]
    [TestCase("10.1.2.3")]
    [TestCase("172.31.255.255")]
    [TestCase("192.168.1.1")]
    [TestCase("100.64.0.1")]
    [TestCase("169.254.169.254")]
    [TestCase("224.0.0.1")]
    [TestCase("255.255.255.255")]
    [TestCase("::")]
    [TestCase("::1")]
    [TestCase("::ffff:192.168.1.1")]
    [TestCase("64:ff9b::a00:1")]
    [TestCase("fe80::1")]
    [TestCase("fd00::1")]
    [TestCase("fec0::1")]
    [TestCase("2002:7f00:1::1")]
    [TestCase("2001:db8::1")]
    [TestCase("ff02::1")]
    public void Are_not_those_of_a_private_network(string address) => Assert.That(PublicAddresses.IsPublic(IPAddress.Parse(address)), Is.False);
}
