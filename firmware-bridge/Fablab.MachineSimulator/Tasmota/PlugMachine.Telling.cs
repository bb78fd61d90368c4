using System.Globalization;
using System.Text.Json.Nodes;

namespace Fablab.MachineSimulator.Tasmota;

/// <content>What the plug says of itself, as Tasmota words it.</content>
internal sealed partial class PlugMachine
{
    private void PublishState() => PublishJson("tele", "STATE", State());

    private void PublishSensor()
    {
        _reportedWatts = Watts;
        PublishJson("tele", "SENSOR", Sensor());
        _reportedKilowattHours = _totalKilowattHours;
    }

    private JsonObject State()
    {
        var uptime = Now - _bootedAt;
        return new JsonObject
        {
            ["Time"] = Time(Now),
            ["Uptime"] = string.Create(CultureInfo.InvariantCulture, $"{uptime.Days}T{uptime:hh\\:mm\\:ss}"),
            ["UptimeSec"] = (long)uptime.TotalSeconds,
            ["Heap"] = 25,
            ["SleepMode"] = "Dynamic",
            ["Sleep"] = 50,
            ["LoadAvg"] = 19,
            ["MqttCount"] = 1,
            ["POWER"] = IsRelayOn ? "ON" : "OFF",
            ["Wifi"] = new JsonObject { ["AP"] = 1, ["SSId"] = "lab", ["Channel"] = 6, ["RSSI"] = 82, ["Signal"] = -59, ["LinkCount"] = 1 },
        };
    }

    private JsonObject Sensor()
    {
        var apparent = Watts / PowerFactor;
        return new JsonObject
        {
            ["Time"] = Time(Now),
            ["ENERGY"] = new JsonObject
            {
                ["TotalStartTime"] = Time(_bornAt),
                ["Total"] = Math.Round(_totalKilowattHours, 6),
                ["Yesterday"] = Math.Round(_yesterdayKilowattHours, 6),
                ["Today"] = Math.Round(_todayKilowattHours, 6),
                ["Period"] = Math.Round((_totalKilowattHours - _reportedKilowattHours) * 1000, 3),
                ["Power"] = Watts,
                ["ApparentPower"] = Math.Round(apparent, 1),
                ["ReactivePower"] = Math.Round(Math.Sqrt((apparent * apparent) - (Watts * Watts)), 1),
                ["Factor"] = Watts > 0 ? PowerFactor : 0,
                ["Voltage"] = Volts,
                ["Current"] = Math.Round(apparent / Volts, 3),
            },
        };
    }

    /// <summary>Tasmota's clock has no zone.</summary>
    private static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);

    private void PublishJson(string prefix, string name, JsonObject payload) => Publish(prefix, name, payload.ToJsonString());

    private void Publish(string prefix, string name, string payload, bool isRetained = false) =>
        _messages.Add(new PlugMessage($"{prefix}/{_topic}/{name}", payload, isRetained));
}
