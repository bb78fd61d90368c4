using System.Text;
using Fablab.Bridge.Drivers.Tasmota;

namespace Fablab.Bridge.Tests.Drivers.Tasmota;

public class What_a_plug_says
{
    [TestCase("stat/p/POWER", "ON", true)]
    [TestCase("stat/p/POWER", "OFF", false)]
    [TestCase("stat/p/POWER1", "ON", true)]
    [TestCase("stat/p/RESULT", """{"POWER":"ON"}""", true)]
    [TestCase("stat/p/RESULT", """{"POWER1":"OFF"}""", false)]
    [TestCase("stat/p/POWER", """{"POWER":"ON"}""", true, TestName = "of its relay with SetOption4")]
    [TestCase("tele/p/STATE", """{"Time":"2026-01-01T12:00:00","POWER":"ON","Wifi":{}}""", true)]
    [TestCase("stat/p/STATUS11", """{"StatusSTS":{"POWER":"OFF"}}""", false)]
    [TestCase("stat/p/POWER2", "ON", null, TestName = "of its second relay does not count")]
    [TestCase("stat/p/RESULT", """{"POWER2":"ON"}""", null)]
    [TestCase("stat/p/RESULT", """{"TelePeriod":10}""", null)]
    public void Of_its_relay(string topic, string payload, bool? isOn) =>
        Assert.That(Read(topic, payload)!.IsRelayOn, Is.EqualTo(isOn));

    [TestCase("tele/p/SENSOR", """{"ENERGY":{"Total":1.25,"Power":420}}""", 420.0, 1250.0)]
    [TestCase("tele/p/SENSOR", """{"ENERGY":{"Total":"1.25","Power":"420"}}""", 420.0, 1250.0)]
    [TestCase("stat/p/STATUS8", """{"StatusSNS":{"ENERGY":{"Total":1.25,"Power":420}}}""", 420.0, 1250.0)]
    [TestCase("stat/p/STATUS10", """{"StatusSNS":{"ENERGY":{"Total":1.25,"Power":420}}}""", 420.0, 1250.0)]
    [TestCase("tele/p/SENSOR", """{"ENERGY":{"Total":1.25,"Power":[100,200,120]}}""", 420.0, 1250.0)]
    [TestCase("tele/p/SENSOR", """{"ENERGY":{"Power":0}}""", 0.0, null)]
    [TestCase("tele/p/SENSOR", """{"ENERGY":{"Total":1.25,"Power":-3}}""", null, 1250.0)]
    [TestCase("tele/p/SENSOR", """{"ENERGY":{"Total":"a lot","Power":null}}""", null, null)]
    [TestCase("tele/p/SENSOR", """{"DS18B20":{"Temperature":20}}""", null, null)]
    public void Of_its_meter(string topic, string payload, double? watts, double? wattHours)
    {
        var news = Read(topic, payload)!;

        Assert.That((news.Watts, news.WattHours), Is.EqualTo((watts, wattHours)));
    }

    [Test]
    public void Counts_when_it_is_its_last_will_even_if_the_broker_kept_it()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Read("tele/p/LWT", "Offline", isRetained: true)!.IsOnline, Is.False);
            Assert.That(Read("tele/p/LWT", "Online", isRetained: true)!.IsOnline, Is.True);
        }
    }

    [TestCase("stat/p/POWER", "ON")]
    [TestCase("stat/p/RESULT", """{"POWER":"ON"}""")]
    [TestCase("tele/p/SENSOR", """{"ENERGY":{"Total":1.25,"Power":420}}""")]
    public void Does_not_count_when_the_broker_kept_it_of_an_earlier_time(string topic, string payload) =>
        Assert.That(Read(topic, payload, isRetained: true), Is.Null);

    [TestCase("stat/other/POWER")]
    [TestCase("cmnd/p/POWER")]
    [TestCase("stat/p")]
    [TestCase("stat/p/POWER/x")]
    public void Under_other_names_is_not_its_word(string topic) => Assert.That(Read(topic, "ON"), Is.Null);

    private static TasmotaNews? Read(string topic, string payload, bool isRetained = false) =>
        TasmotaNews.Read("p", topic, Encoding.UTF8.GetBytes(payload), isRetained);
}
