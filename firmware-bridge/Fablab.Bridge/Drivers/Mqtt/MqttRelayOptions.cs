using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fablab.Bridge.Drivers.Mqtt;

/// <summary>What the power is told in.</summary>
internal enum PowerUnit
{
    W,
    KW,
}

/// <summary>What the energy is told in.</summary>
internal enum EnergyUnit
{
    Wh,
    KWh,
}

/// <summary>
/// Which topics and words a relay speaks. A value is the whole text of its message, or with a path one value of its JSON: names from the outside to
/// the inside with dots between them, such as <c>StatusSNS.ENERGY.Power</c>.
/// </summary>
internal sealed class MqttRelayOptions : IValidatableObject
{
    /// <summary>A topic without wildcards, at most 200 characters.</summary>
    public const string TopicForm = @"^[^\p{C}+#/$][^\p{C}+#]{0,199}$";

    /// <summary>Up to eight names of at most 40 characters.</summary>
    private const string PathForm = @"^[^.\p{C}]{1,40}(\.[^.\p{C}]{1,40}){0,7}$";

    /// <summary>Ours. A relay that is told to listen there would be commanded by the protocol between bridge and web.</summary>
    private const string OwnTopics = "fablab/";

    /// <summary>Where the device tells of its relay. No default.</summary>
    [Required, RegularExpression(TopicForm)]
    public string StateTopic { get; set; } = "";

    [RegularExpression(PathForm)]
    public string StatePath { get; set; } = "";

    /// <summary>The words for a closed relay. Default <c>ON</c>, at most 40 characters.</summary>
    [Required, MaxLength(40)]
    public string StateOn { get; set; } = "ON";

    /// <summary>The words for an open relay. Default <c>OFF</c>.</summary>
    [Required, MaxLength(40)]
    public string StateOff { get; set; } = "OFF";

    /// <summary>Where the device hears commands. No default.</summary>
    [Required, RegularExpression(TopicForm)]
    public string CommandTopic { get; set; } = "";

    /// <summary>The whole message that closes the relay, perhaps with the time after which it opens by itself. Default <c>ON</c>, at most 200 characters.</summary>
    [Required, MaxLength(200)]
    public string CommandOn { get; set; } = "ON";

    /// <summary>The whole message that opens the relay. Default <c>OFF</c>.</summary>
    [Required, MaxLength(200)]
    public string CommandOff { get; set; } = "OFF";

    /// <summary>A message here makes the device tell of its relay and meter; empty when there is none.</summary>
    [RegularExpression(TopicForm)]
    public string QueryTopic { get; set; } = "";

    [MaxLength(200)]
    public string QueryPayload { get; set; } = "";

    /// <summary>Where the broker keeps whether it has the device; empty when it does not.</summary>
    [RegularExpression(TopicForm)]
    public string AvailabilityTopic { get; set; } = "";

    [RegularExpression(PathForm)]
    public string AvailabilityPath { get; set; } = "";

    [Required, MaxLength(40)]
    public string Online { get; set; } = "online";

    [Required, MaxLength(40)]
    public string Offline { get; set; } = "offline";

    /// <summary>Where the device tells of its power; empty without a meter.</summary>
    [RegularExpression(TopicForm)]
    public string PowerTopic { get; set; } = "";

    [RegularExpression(PathForm)]
    public string PowerPath { get; set; } = "";

    /// <summary>Default W.</summary>
    [EnumDataType(typeof(PowerUnit))]
    public PowerUnit PowerUnit { get; set; } = PowerUnit.W;

    /// <summary>Where the device tells of its meter's total; empty without one.</summary>
    [RegularExpression(TopicForm)]
    public string EnergyTopic { get; set; } = "";

    [RegularExpression(PathForm)]
    public string EnergyPath { get; set; } = "";

    /// <summary>Default kWh.</summary>
    [EnumDataType(typeof(EnergyUnit))]
    public EnergyUnit EnergyUnit { get; set; } = EnergyUnit.KWh;

    /// <summary>
    /// The device opens its relay by itself so many seconds after the latest command to close it: 10 to 12, since the bridge repeats it every 3 s. Or 0: it never
    /// does, and then it is not for hazards. Must be said.
    /// </summary>
    public int? SwitchesOffAfterSeconds { get; set; }

    /// <summary>A relay that was not read back within so many seconds after a command is unknown. Default 2 s, 0.2 s to 3 s: a stop may wait behind it.</summary>
    [Range(0.2, 3)]
    public double ReadBackSeconds { get; set; } = 2;

    /// <summary>What was read longer ago is not trusted any more. Default 35 s, 15 s to 10 min. The device must speak, or answer a query, three times within it.</summary>
    [Range(15, 600)]
    public int SilenceSeconds { get; set; } = 35;

    /// <summary>More power than this behind a relay that says it is open means that its contact is stuck. Default 5 W; 1 W to 1,000 W.</summary>
    [Range(1.0, 1_000)]
    public double StuckContactWatts { get; set; } = 5;

    /// <summary>What is listened to.</summary>
    public IEnumerable<string> Listened => new[] { StateTopic, AvailabilityTopic, PowerTopic, EnergyTopic }.Where(topic => topic.Length > 0).Distinct(StringComparer.Ordinal);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SwitchesOffAfterSeconds is not (0 or (>= 10 and <= 12)))
        {
            yield return new ValidationResult("SwitchesOffAfterSeconds: say after how many seconds without a renewal the device opens its relay by itself, 10 to 12; or 0 when it never does.");
        }

        if (StateOn == StateOff || CommandOn == CommandOff || Online == Offline)
        {
            yield return new ValidationResult("StateOn and StateOff, CommandOn and CommandOff, Online and Offline must differ.");
        }

        foreach (var (topic, name) in new[] { (CommandTopic, nameof(CommandTopic)), (QueryTopic, nameof(QueryTopic)) })
        {
            if (topic.Length > 0 && Listened.Contains(topic, StringComparer.Ordinal))
            {
                yield return new ValidationResult($"{name}: '{topic}' is listened to as well; what we say there would read as the device's own word.");
            }
        }

        if (Listened.Append(CommandTopic).Append(QueryTopic).Any(topic => topic.StartsWith(OwnTopics, StringComparison.Ordinal)))
        {
            yield return new ValidationResult($"Topics below '{OwnTopics}' are Fablab's own.");
        }

        foreach (var (topic, path, name) in new[] { (PowerTopic, PowerPath, "Power"), (EnergyTopic, EnergyPath, "Energy"), (AvailabilityTopic, AvailabilityPath, "Availability") })
        {
            if (topic.Length == 0 && path.Length > 0)
            {
                yield return new ValidationResult($"{name}Path: there is no {name}Topic.");
            }
        }
    }
}

[OptionsValidator]
internal sealed partial class MqttRelayOptionsValidator : IValidateOptions<MqttRelayOptions>;
