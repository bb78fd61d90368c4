namespace Fablab.Bridge.Drivers.Grbl;

/// <summary>
/// GRBL answers with bare numbers; these are our words for them. Errors 1 to 38 and alarms 1 to 9 are GRBL 1.1's, the later ones and
/// errors 18 and 19 grblHAL's. Other firmware adds numbers of its own.
/// </summary>
internal static class GrblTexts
{
    public static string Describe(GrblError error) => error.Code is { } code ? $"error:{code} ({Error(code)})" : $"error: {error.Text}";

    public static string Describe(GrblAlarm alarm) => alarm.Code is { } code ? $"ALARM:{code} ({Alarm(code)})" : $"ALARM: {alarm.Text}";

    /// <summary>What we say of a number that we have no words for.</summary>
    public const string Unknown = "the controller's documentation tells more";

    private static string Error(int code) => code switch
    {
        1 => "a word does not start with a letter",
        2 => "a number is missing or malformed",
        3 => "unknown $ command",
        4 => "a value may not be negative",
        5 => "homing is switched off in the settings",
        6 => "the step pulse is too short",
        7 => "stored settings could not be read and were reset",
        8 => "only allowed while idle",
        9 => "locked after an alarm or while jogging",
        10 => "soft limits need homing",
        12 => "the step rate is too high",
        13 => "the safety door is open",
        11 or 14 => "the line is too long",
        15 => "the jog leaves the machine's range",
        16 => "malformed jog command",
        17 => "laser mode needs a speed-controlled output",
        18 => "the controller was being reset",
        19 => "the value must be above zero",
        20 => "unsupported or unknown G-code word",
        21 => "two words of the same group in one line",
        22 => "no feed rate set",
        23 => "a whole number is needed",
        24 => "two words in one line both want the axes",
        25 => "a word occurs twice",
        26 => "axis words are missing",
        27 => "the line number is out of range",
        28 => "a word that the command needs is missing",
        29 => "unsupported work coordinate system",
        30 => "G53 goes with G0 and G1 only",
        31 => "axis words that the command cannot use",
        32 => "the arc has no axis words in its plane",
        33 => "the target of the motion is invalid",
        34 => "the arc's radius does not fit",
        35 => "the arc's offsets are missing",
        36 => "words that nothing uses",
        37 => "tool length offset on the wrong axis",
        38 => "the tool number is too large",
        39 => "a value is out of range",
        40 => "a tool change is pending",
        41 => "the spindle does not turn",
        42 => "the command does not work in this plane",
        43 => "the feed rate is too high",
        44 => "the spindle speed is out of range",
        45 => "a limit switch is pressed",
        46 => "homing is required",
        47 => "the tool change failed",
        48 => "words of one line contradict each other",
        49 => "the controller's self-test failed",
        50 => "the emergency stop is pressed",
        51 => "a motor reports a fault",
        52 => "the setting's value is out of range",
        53 => "the setting is disabled",
        54 => "the retract height is invalid",
        _ => Unknown,
    };

    private static string Alarm(int code) => code switch
    {
        1 => "a limit switch was hit; the position is lost",
        2 => "the motion would leave the machine's range",
        3 => "reset while moving; the position is lost",
        4 => "the probe was not in its first state",
        5 => "the probe found nothing",
        6 => "homing was reset",
        7 => "the door opened while homing",
        8 or 9 => "homing did not find or leave a switch",
        10 => "the emergency stop is pressed",
        11 => "homing is required",
        12 => "a limit switch is pressed",
        13 => "the probe's protection was triggered",
        14 => "the spindle did not reach its speed in time",
        15 => "homing did not find the second switch of an axis",
        16 => "the controller's self-test failed",
        17 => "a motor reports a fault",
        18 => "homing is set up wrongly",
        19 => "the spindle drive does not answer",
        20 => "the controller's extension board does not answer",
        21 => "the controller's storage failed",
        _ => Unknown,
    };
}
