namespace Fablab.Bridge.Drivers.Grbl;

/// <summary>GRBL answers with bare numbers; these are our words for those that people meet. Firmware adds numbers of its own.</summary>
internal static class GrblTexts
{
    public static string Describe(GrblError error) => error.Code is { } code ? $"error:{code} ({Error(code)})" : $"error: {error.Text}";

    public static string Describe(GrblAlarm alarm) => alarm.Code is { } code ? $"ALARM:{code} ({Alarm(code)})" : $"ALARM: {alarm.Text}";

    private static string Error(int code) => code switch
    {
        1 => "a word does not start with a letter",
        2 => "a number is missing or malformed",
        3 => "unknown $ command",
        4 => "a value may not be negative",
        5 => "homing is switched off in the settings",
        7 => "stored settings could not be read and were reset",
        8 => "only allowed while idle",
        9 => "locked after an alarm or while jogging",
        10 => "soft limits need homing",
        11 or 14 => "the line is too long",
        15 => "the jog leaves the machine's range",
        17 => "laser mode needs a speed-controlled output",
        20 => "unsupported or unknown G-code word",
        21 => "two words of the same group in one line",
        22 => "no feed rate set",
        23 => "a whole number is needed",
        24 => "two words in one line both want the axes",
        25 => "a word occurs twice",
        26 => "axis words are missing",
        33 => "the target of the motion is invalid",
        34 => "the arc's radius does not fit",
        35 => "the arc's offsets are missing",
        36 => "words that nothing uses",
        37 => "tool length offset on the wrong axis",
        38 => "the tool number is too large",
        _ => "the controller's documentation tells more",
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
        _ => "the controller's documentation tells more",
    };
}
