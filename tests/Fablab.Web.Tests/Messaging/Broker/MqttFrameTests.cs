using System.Buffers;
using CsCheck;
using Fablab.Web.Messaging.Broker;

namespace Fablab.Web.Tests.Messaging.Broker;

public class The_length_of_a_packet
{
    private const int Limit = 256 * 1024;

    [TestCase(new byte[] { 0xC0, 0x00 }, 2)]
    [TestCase(new byte[] { 0x30, 0x03, 1, 2, 3 }, 5)]
    [TestCase(new byte[] { 0xC0, 0x00, 0xC0, 0x00 }, 2)]
    public void Ends_the_first_whole_packet(byte[] bytes, int length)
    {
        var verdict = MqttFrame.Read(new ReadOnlySequence<byte>(bytes), Limit, out _, out var actual);

        Assert.That((verdict, actual), Is.EqualTo((FrameVerdict.Whole, length)));
    }

    [TestCase(new byte[] { })]
    [TestCase(new byte[] { 0x30 })]
    [TestCase(new byte[] { 0x30, 0x80 })]
    [TestCase(new byte[] { 0x30, 0x05, 1, 2 })]
    public void Is_awaited_when_bytes_are_missing(byte[] bytes) => Assert.That(Verdict(bytes), Is.EqualTo(FrameVerdict.Incomplete));

    [TestCase(new byte[] { 0x30, 0x80, 0x80, 0x80, 0x80 })]
    [TestCase(new byte[] { 0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 })]
    [TestCase(new byte[] { 0x00, 0x00 })]
    public void Is_malformed_beyond_four_bytes_or_for_kind_zero(byte[] bytes) => Assert.That(Verdict(bytes), Is.EqualTo(FrameVerdict.Malformed));

    [TestCase(new byte[] { 0x30, 0xFF, 0xFF, 0xFF, 0x7F }, Description = "256 MiB, announced with five bytes")]
    [TestCase(new byte[] { 0x30, 0xFE, 0xFF, 0x0F }, Description = "two bytes over the limit with its header")]
    public void Is_refused_over_the_limit_as_soon_as_it_is_announced(byte[] bytes) => Assert.That(Verdict(bytes), Is.EqualTo(FrameVerdict.TooLarge));

    [Test]
    public void Is_judged_without_an_exception_whatever_the_bytes_are() => Gen.Byte.Array[0, 64].Sample(bytes =>
    {
        var verdict = MqttFrame.Read(new ReadOnlySequence<byte>(bytes), Limit, out _, out var length);
        return verdict is not FrameVerdict.Whole || (length >= 2 && length <= bytes.Length);
    });

    private static FrameVerdict Verdict(byte[] bytes) => MqttFrame.Read(new ReadOnlySequence<byte>(bytes), Limit, out _, out _);
}
