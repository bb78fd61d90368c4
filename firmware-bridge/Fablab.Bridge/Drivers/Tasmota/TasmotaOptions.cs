using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Fablab.Bridge.Drivers.Tasmota;

/// <summary>Which plug it is, and how patient we are with it.</summary>
internal sealed class TasmotaOptions
{
    /// <summary>The plug's own level in its topics, as in <c>cmnd/{Topic}/POWER</c>: letters, digits, <c>_</c> and <c>-</c>, at most 64. No default.</summary>
    [Required, RegularExpression("^[A-Za-z0-9_-]{1,64}$")]
    public string Topic { get; set; } = "";

    /// <summary>A relay that was not read back within so many seconds after a command is unknown. Default 2 s, 0.2 s to 3 s: a stop may wait behind it.</summary>
    [Range(0.2, 3)]
    public double ReadBackSeconds { get; set; } = 2;

    /// <summary>
    /// The plug opens its relay by itself so many seconds after the latest unlocking. The bridge repeats an unlocking every
    /// 3 s, so less would not outlive a few lost messages, and more would leave a hazard on after the bridge died; 10 s to 12 s.
    /// </summary>
    [Range(10, 12)]
    public int DeadManSeconds { get; set; } = 12;

    /// <summary>What was read longer ago is not trusted any more. A plug speaks every 10 s, and is asked when it does not. Default 35 s, 15 s to 10 min.</summary>
    [Range(15, 600)]
    public int SilenceSeconds { get; set; } = 35;

    /// <summary>The plug reports at once when the power has changed by so many watts. Default 20 W, 1 W to 31,900 W.</summary>
    [Range(1, 31_900)]
    public int ReportJumpWatts { get; set; } = 20;

    /// <summary>
    /// More power than this behind a relay that says it is open means that its contact is stuck. Default 5 W, above what
    /// meters show for nothing; 1 W to 1,000 W.
    /// </summary>
    [Range(1.0, 1_000)]
    public double StuckContactWatts { get; set; } = 5;
}

[OptionsValidator]
internal sealed partial class TasmotaOptionsValidator : IValidateOptions<TasmotaOptions>;
