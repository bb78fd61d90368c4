using System.Globalization;
using Fablab.Domain.Reservations.Rules;
using Fablab.Web.Components;
using Fablab.Web.Resources;
using Microsoft.Extensions.Localization;
using NodaTime;

namespace Fablab.Web.Features.Reservations.Rules.Editing;

/// <summary>A rule in plain words, a sentence for each thing that it says.</summary>
/// <param name="zone">The wall clock of the reader's site.</param>
internal sealed class RuleWords(IStringLocalizer<RuleTexts> t, IStringLocalizer<MachineTexts> machines, RuleNames names, DateTimeZone zone)
{
    public IEnumerable<string> Sentences(BookingRule rule) => Said(rule).OfType<string>();


    /// <summary>What a rule is about and for whom, in names.</summary>
    public string Scope(BookingRule rule)
    {
        var scope = rule.Scope;
        List<string> parts = [];
        Add("machine", scope.Machine is { } machine ? names.Machine(machine) ?? t["Gone"].Value : null);
        Add("pool", scope.Pool is { } pool ? names.Pool(pool) ?? t["Gone"].Value : null);
        Add("category", scope.Category is { } category ? machines[$"Category.{category}"].Value : null);
        Add("site", scope.Site is { } site && names.Site is null ? names.SiteOf(site) ?? t["Gone"].Value : null);
        Add("organisation", scope.Organisation is { } organisation ? names.Organisation(organisation) ?? t["Gone"].Value : null);
        Add("group", scope.Group is { } group ? names.Group(group) ?? t["Gone"].Value : null);
        return parts.Count == 0 ? t["Scope.All"] : string.Join(" · ", parts);

        void Add(string axis, string? name)
        {
            if (name is not null)
            {
                parts.Add(t["Scope.Part", t[$"Scope.{axis}"], name]);
            }
        }
    }

    /// <summary>Who books in spite of it; <see langword="null"/> for a rule that refuses nothing.</summary>
    public string? Lifted(BookingRule rule) => RuleFields.IsLifted(rule.Code) ? t[$"Lifted.{rule.LiftedBy}"].Value : null;

    private IEnumerable<string?> Said(BookingRule rule) => rule switch
    {
        LengthRule r => [Length("Length.Minimum", r.Minimum), Length("Length.Maximum", r.Maximum), Length("Length.Granularity", r.Granularity)],
        NoticeRule r => [Length("Notice.ToBook", r.ToBook), Length("Notice.ToChange", r.ToChange), Length("Notice.ToCancel", r.ToCancel)],
        HorizonRule r => [Length("Horizon.Ahead", r.Ahead)],
        GapRule r => [t[$"Gap.{r.Per}", Show.Length(r.Between)]],
        BufferRule r => [Length("Buffers.SetUp", r.SetUp), Length("Buffers.CleanUp", r.CleanUp)],
        QuotaRule r => Quota(r),
        OpenBookingsRule r => [r.MostBookings is { } most ? Words.Count(t, "Open.Bookings", most) : null, Length("Open.Time", r.MostTime)],
        QuietHoursRule r => [t["Quiet.Windows", Week(r.Windows)], t["Quiet.Relaxes", List(r.Relaxes.Select(kind => t[$"Kind.{kind}"].Value))]],
        OpeningHoursRule r => [t["Opening.Windows", Week(r.Windows)], r.MayCrossClosing ? t["Opening.MayCross"] : t["Opening.Within"]],
        ClosedDaysRule r => [Days(r.First, r.Last), Reason(r.Reason)],
        ClosedTimeRule r => [t["Closed.Time", Show.Slot(r.Time.Start, r.Time.End, zone)], Reason(r.Reason)],
        BlackoutRule r => [t["Blackout.Windows", Week(r.Windows)], Date("Blackout.First", r.First), Date("Blackout.Last", r.Last), Reason(r.Reason)],
        HolidayRule r => Holidays(r),
        AuthorisationRule r => [r.For is { } machine ? t["Authorisation.For", names.Machine(machine) ?? t["Gone"]] : t["Authorisation.Own"]],
        ApprovalRule r => Approval(r),
        PeopleRule r => [Words.Count(t, "People.AtLeast", r.AtLeast), r.AtStart ? t["People.AtStart"].Value : null],
        PresenceRule => [t["Presence.AtStart"]],
        CompanionRule r => [t["Companions.Codes", List(r.Codes.Select(code => names.Bookable(code) ?? code))]],
        TermsRule r => [t["Terms.Accepted", names.SiteByCode(r.Terms) ?? r.Terms, r.Version]],
        CancellationRule r => Cancellation(r.Terms),
        WalkUpRule r => [t[$"WalkUp.{r.Use}"], r.Use is WalkUpKind.Forbidden || r.Before == Duration.Zero ? null : t["WalkUp.Before", Show.Length(r.Before)].Value],
        _ => [],
    };

    private IEnumerable<string?> Quota(QuotaRule rule)
    {
        var period = rule.Period is QuotaPeriod.RollingDays ? t["Period.Rolling", rule.RollingDays] : t[$"Period.{rule.Period}"];
        yield return rule.MostTime is { } time ? t["Quota.Time", Show.Length(time), period].Value : null;
        yield return rule.MostBookings is { } count ? Words.Count(t, "Quota.Bookings", count, period) : null;
        yield return t[$"Counted.{rule.Per}"];
        yield return t[$"Whose.{rule.Whose}"];
        yield return rule.Enforced is { } hours ? t["Quota.Enforced", Week(hours)].Value : null;
        yield return rule.IncludesPast ? null : t["Quota.NoPast"].Value;
    }

    private IEnumerable<string?> Holidays(HolidayRule rule)
    {
        yield return rule.Public is PublicHolidays.None ? null : t[$"Holidays.{rule.Public}"].Value;
        foreach (var days in rule.Named)
        {
            yield return t["Holidays.Named", days.Name, Show.Date(days.First), Show.Date(days.Last)];
        }

        yield return rule.Hours.Count == 0 ? t["Holidays.Closed"] : t["Holidays.Hours", Hours(rule.Hours)];
        yield return rule.Exceptions.Count == 0 ? null : t["Holidays.Exceptions", List(rule.Exceptions.Select(Show.Date))].Value;
    }

    private IEnumerable<string?> Approval(ApprovalRule rule)
    {
        yield return rule.WhenLongerThan is null && rule.WhenOutside is null ? t["Approval.Always"].Value : null;
        yield return Length("Approval.LongerThan", rule.WhenLongerThan);
        yield return rule.WhenOutside is { } hours ? t["Approval.Outside", Week(hours)].Value : null;
        yield return Length("Approval.HeldFor", rule.HeldFor);
    }

    private IEnumerable<string?> Cancellation(CancellationTerms terms)
    {
        yield return terms.Deadline == Duration.Zero ? t["Cancellation.UntilStart"] : t["Cancellation.Deadline", Show.Length(terms.Deadline)];
        yield return t["Cancellation.Late", Fee(terms.LateFee)];
        yield return t["Cancellation.NoShow", Fee(terms.NoShowFee)];
        yield return Length("Cancellation.Grace", terms.Grace);
    }

    private string Fee(FeePolicy fee) => fee switch
    {
        FeePolicy.Fixed { Amount: { Minor: not 0 } amount } => Show.Money(amount),
        FeePolicy.Share { Percent: 100 } => t["Fee.Full"],
        FeePolicy.Share { Percent: not 0 } share => t["Fee.Share", share.Percent.ToString("0.##", CultureInfo.CurrentCulture)],
        _ => t["Fee.None"],
    };

    private string? Length(string key, Duration? length) => length is { } known ? t[$"Said.{key}", Show.Length(known)].Value : null;

    private string? Date(string key, LocalDate? date) => date is { } known ? t[$"Said.{key}", Show.Date(known)].Value : null;

    private string? Reason(string? reason) => string.IsNullOrEmpty(reason) ? null : t["Reason", reason].Value;

    private string Days(LocalDate first, LocalDate last) => first == last ? t["Closed.Day", Show.Date(first)] : t["Closed.Days", Show.Date(first), Show.Date(last)];

    private static string List(IEnumerable<string> words) => string.Join(", ", words);

    /// <summary>Days with the same hours together: <c>Monday–Friday 08:00–20:00; Saturday 10:00–14:00</c>.</summary>
    private string Week(WeeklyWindows windows)
    {
        List<(IsoDayOfWeek First, IsoDayOfWeek Last, string Hours)> runs = [];
        foreach (var day in WeekField.Days)
        {
            var hours = Hours([.. windows.All.Where(window => window.Day == day).Select(window => window.Window).OrderBy(window => window.From)]);
            if (runs.Count > 0 && runs[^1].Last == day - 1 && runs[^1].Hours == hours)
            {
                runs[^1] = runs[^1] with { Last = day };
            }
            else if (hours.Length > 0)
            {
                runs.Add((day, day, hours));
            }
        }

        return runs.Count == 0 ? t["Week.Never"] : string.Join("; ", runs.Select(run => $"{Span(run.First, run.Last)} {run.Hours}"));
    }

    private static string Span(IsoDayOfWeek first, IsoDayOfWeek last) => first == last ? DayName(first)
        : last == first + 1 ? $"{DayName(first)}, {DayName(last)}"
        : $"{DayName(first)}–{DayName(last)}";

    private string Hours(IReadOnlyList<DailyWindow> windows) => List(windows.Select(window => window == DailyWindow.WholeDay ? t["Week.WholeDay"].Value
        : window.To == LocalTime.Midnight ? $"{Show.Time(window.From)}–24:00"
        : window.To <= window.From ? t["Week.NextDay", Show.Time(window.From), Show.Time(window.To)].Value
        : $"{Show.Time(window.From)}–{Show.Time(window.To)}"));

    public static string DayName(IsoDayOfWeek day) => CultureInfo.CurrentCulture.DateTimeFormat.GetDayName((DayOfWeek)((int)day % 7));
}
