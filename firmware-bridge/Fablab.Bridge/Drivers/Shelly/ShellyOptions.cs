using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fablab.Bridge.Drivers.Shelly;

/// <summary>Which relay it is, and how patient we are with it.</summary>
internal sealed class ShellyOptions
{
    /// <summary>
    /// The device's <c>topic_prefix</c>, as in <c>{Topic}/rpc</c>: up to four levels of letters, digits, <c>_</c> and <c>-</c>. At our own broker
    /// <c>shelly/</c> and the device's user name. No default.
    /// </summary>
    [Required, RegularExpression("^[A-Za-z0-9_-]{1,48}(/[A-Za-z0-9_-]{1,48}){0,3}$")]
    public string Topic { get; set; } = "";

    /// <summary>Which relay of the device, as in <c>switch:{Channel}</c>. Default 0, 0 to 7.</summary>
    [Range(0, 7)]
    public int Channel { get; set; }

    /// <summary>A relay that was not read back within so many seconds after a command is unknown. Default 2 s, 0.2 s to 3 s: a stop may wait behind it.</summary>
    [Range(0.2, 3)]
    public double ReadBackSeconds { get; set; } = 2;

    /// <summary>
    /// The device opens its relay by itself so many seconds after the latest unlocking (<c>toggle_after</c>). The bridge repeats an unlocking every
    /// 3 s, so less would not outlive a few lost messages, and more would leave a hazard on after the bridge died; 10 s to 12 s.
    /// </summary>
    [Range(10, 12)]
    public int DeadManSeconds { get; set; } = 12;

    /// <summary>What was read longer ago is not trusted any more. A relay is asked every 10 s. Default 35 s, 25 s to 10 min.</summary>
    [Range(25, 600)]
    public int SilenceSeconds { get; set; } = 35;

    /// <summary>
    /// More power than this behind a relay that says it is open means that its contact is stuck. Default 5 W, above what
    /// meters show for nothing; 1 W to 1,000 W.
    /// </summary>
    [Range(1.0, 1_000)]
    public double StuckContactWatts { get; set; } = 5;
}

[OptionsValidator]
internal sealed partial class ShellyOptionsValidator : IValidateOptions<ShellyOptions>;
