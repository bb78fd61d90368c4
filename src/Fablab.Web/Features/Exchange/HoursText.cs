using Fablab.Domain.Reservations.Rules;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Exchange;

/// <summary>Weekly hours in one cell: <c>monday 09:00-17:00|friday 22:00-02:00</c>.</summary>
internal static class HoursText
{
    private static readonly LocalTimePattern Time = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    public static string Of(WeeklyWindows hours) => string.Join('|', hours.All.Select(one =>
        $"{one.Day.ToString().ToLowerInvariant()} {Time.Format(one.Window.From)}-{Time.Format(one.Window.To)}"));

    /// <returns><see langword="null"/> for what is not written so.</returns>
    public static WeeklyWindows? Read(string text)
    {
        List<WeeklyWindow> windows = [];
        foreach (var part in text.Split('|', StringSplitOptions.TrimEntries))
        {
            var words = part.Split([' ', '-'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length != 3 || DayOf(words[0]) is not { } day || !Time.Parse(words[1]).TryGetValue(default, out var from) || !Time.Parse(words[2]).TryGetValue(default, out var to))
            {
                return null;
            }

            windows.Add(new WeeklyWindow(day, new DailyWindow(from, to)));
        }

        return windows.Count is 0 or > 50 ? null : new WeeklyWindows([.. windows]);
    }

    private static IsoDayOfWeek? DayOf(string word) =>
        Enum.TryParse<IsoDayOfWeek>(word, ignoreCase: true, out var day) && day is >= IsoDayOfWeek.Monday and <= IsoDayOfWeek.Sunday && !char.IsDigit(word[0]) ? day : null;
}
