using System.ComponentModel.DataAnnotations;
using Fablab.Bridge.Drivers.Mqtt;
using Microsoft.Extensions.Options;

namespace Fablab.Bridge.Drivers.EspHome;

/// <summary>Which relay of which ESPHome node it is, and how patient we are with it.</summary>
internal sealed class EspHomeOptions : IValidatableObject
{
    private const string IdForm = "^[a-z0-9_-]{1,64}$";

    /// <summary>The node's <c>topic_prefix</c>: up to four levels of letters, digits, <c>_</c> and <c>-</c>. No default.</summary>
    [Required, RegularExpression("^[A-Za-z0-9_-]{1,64}(/[A-Za-z0-9_-]{1,64}){0,3}$")]
    public string Topic { get; set; } = "";

    /// <summary>Name of the switch in topics: its name in small letters, with <c>_</c> for blanks. Default <c>relay</c>.</summary>
    [Required, RegularExpression(IdForm)]
    public string Switch { get; set; } = "relay";

    /// <summary>Where the switch hears commands; empty for ESPHome's own <c>{Topic}/switch/{Switch}/command</c>.</summary>
    [RegularExpression(MqttRelayOptions.TopicForm)]
    public string CommandTopic { get; set; } = "";

    /// <summary>Name of the sensor of the power, in watts. Default <c>power</c>; empty without a meter.</summary>
    [RegularExpression(IdForm)]
    public string PowerSensor { get; set; } = "power";

    /// <summary>Name of the sensor of the energy. Default <c>energy</c>; empty without one.</summary>
    [RegularExpression(IdForm)]
    public string EnergySensor { get; set; } = "energy";

    /// <summary>What that sensor counts in. Default Wh, as ESPHome's meters do.</summary>
    [EnumDataType(typeof(EnergyUnit))]
    public EnergyUnit EnergyUnit { get; set; } = EnergyUnit.Wh;

    /// <summary>
    /// The node's own automation opens the relay so many seconds after the latest command to close it. ESPHome has none by itself, so it must be said that it is
    /// there: 10 s to 12 s, since the bridge renews every 3 s. No default.
    /// </summary>
    public int? SwitchesOffAfterSeconds { get; set; }

    /// <inheritdoc cref="MqttRelayOptions.ReadBackSeconds"/>
    [Range(0.2, 3)]
    public double ReadBackSeconds { get; set; } = 2;

    /// <inheritdoc cref="MqttRelayOptions.SilenceSeconds"/>
    [Range(15, 600)]
    public int SilenceSeconds { get; set; } = 35;

    /// <inheritdoc cref="MqttRelayOptions.StuckContactWatts"/>
    [Range(1.0, 1_000)]
    public double StuckContactWatts { get; set; } = 5;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SwitchesOffAfterSeconds is not (>= 10 and <= 12))
        {
            yield return new ValidationResult("SwitchesOffAfterSeconds: say after how many seconds without a renewal the node's automation opens the relay, 10 to 12; docs/machines/esphome.md has the automation.");
        }
    }

    public MqttRelayOptions ToMqtt() => new()
    {
        StateTopic = $"{Topic}/switch/{Switch}/state",
        CommandTopic = CommandTopic.Length > 0 ? CommandTopic : $"{Topic}/switch/{Switch}/command",
        AvailabilityTopic = $"{Topic}/status",
        PowerTopic = PowerSensor.Length > 0 ? $"{Topic}/sensor/{PowerSensor}/state" : "",
        EnergyTopic = EnergySensor.Length > 0 ? $"{Topic}/sensor/{EnergySensor}/state" : "",
        EnergyUnit = EnergyUnit,
        SwitchesOffAfterSeconds = SwitchesOffAfterSeconds,
        ReadBackSeconds = ReadBackSeconds,
        SilenceSeconds = SilenceSeconds,
        StuckContactWatts = StuckContactWatts,
    };
}

[OptionsValidator]
internal sealed partial class EspHomeOptionsValidator : IValidateOptions<EspHomeOptions>;
