using Fablab.Domain.Machines;
using Fablab.Domain.Members;
using Fablab.Domain.Reservations;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Data.Rows;
using Fablab.Web.Features.Machines;
using Fablab.Web.Features.Members;
using Fablab.Web.Features.Privacy.Consenting;
using Fablab.Web.Features.Reservations.Rules;
using Fablab.Web.Hosting;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Reservations.Reading;

/// <summary>What the address of a calendar page names.</summary>
/// <param name="Day">Its week is shown, on a phone this day alone.</param>
/// <param name="Kind">Machines of this kind only.</param>
public sealed record CalendarChoice(string Site, LocalDate Day, MachineCategory? Kind)
{
    public string Address => $"/sites/{Site}/calendar?day={LocalDatePattern.Iso.Format(Day)}{(Kind is { } kind ? $"&kind={kind}" : "")}";

    public LocalDate Monday => Day.PlusDays(1 - (int)Day.DayOfWeek);
}

/// <summary>A day of the week that is shown; it is as long as the wall clock makes it.</summary>
public sealed record CalendarDay(LocalDate Date, TimeSlot Time);

/// <summary>The week of a site at a glance, from the same data as <c>GET /api/v1/calendar</c>.</summary>
internal static class CalendarPages
{
    private const int DaysShown = 7;

    /// <summary>Weeks farther from now are not shown.</summary>
    private static readonly Period Farthest = Period.FromYears(1);

    /// <summary>Also read around the week: what is kept there reaches into it with its set-up and clean-up.</summary>
    private static readonly Duration Around = Duration.FromDays(1);

    public static void MapCalendarPage(this IEndpointRouteBuilder pages) => pages.MapGet("/sites/{code}/calendar", ShowAsync);

    private static async Task<IResult> ShowAsync(
        string code, string? day, string? kind, SiteCalendar calendar, ReadMachines machines, RuleFacts rules, FablabDb db, CurrentMember me, IDateTimeZoneProvider zones, LabClock clock, CancellationToken ct)
    {
        if ((await machines.SitesAsync(ct)).Find(one => one.Code == code) is not { } site)
        {
            return PageResults.NotFound();
        }

        var (now, zone) = (clock.Now, zones[site.TimeZone]);
        var today = now.InZone(zone).Date;
        var choice = new CalendarChoice(code, DayOf(day, today), Enum.TryParse<MachineCategory>(kind, ignoreCase: true, out var category) && Enum.IsDefined(category) ? category : null);
        var days = Enumerable.Range(0, DaysShown).Select(choice.Monday.PlusDays).Select(date => new CalendarDay(date, TimeOf(date, zone))).ToList();
        var views = await machines.MachinesAsync(code, ct);
        return PageResults.Page<CalendarPage>(new
        {
            Site = site,
            Zone = zone,
            Choice = choice,
            Today = today,
            Days = days,
            Kinds = views.Select(view => view.Machine.Category).Distinct().Order().ToList(),
            Weeks = await WeeksAsync(site, [.. views.Select(view => view.Machine).Where(machine => choice.Kind is null || machine.Category == choice.Kind)], days, calendar, rules, db, me, now, ct),
        });
    }

    private static async Task<List<MachineWeek>> WeeksAsync(
        SiteRow site, IReadOnlyList<MachineRow> machines, List<CalendarDay> days, SiteCalendar calendar, RuleFacts rules, FablabDb db, CurrentMember me, Instant now, CancellationToken ct)
    {
        var window = new TimeSlot(days[0].Time.Start - Around, days[^1].Time.End + Around);
        var reader = new CalendarReader(me.Id, me.May(Right.SeeSiteReservations, Subject.At(site.Id)));
        var found = (await calendar.OfAsync(site.Code, window, reader, ct))!;
        var taken = found.ToDictionary(machine => machine.Id, machine => machine.Taken);
        var ruled = await rules.ReadAsync([site.Id], me.Id, null, now, ct);
        var reading = new WeekReading(reader.SeesAll, found.Where(machine => machine.StoppedUntil is not null).ToDictionary(machine => machine.Id, machine => machine.StoppedUntil!.Value), now)
        {
            Names = await db.ShownNamesAsync(site.Id, window, ct),
        };
        return [.. machines.Select(machine => reading.Read(machine, ruled.At(machine), taken.GetValueOrDefault(machine.Id, []), [.. days.Select(one => one.Time)]))];
    }

    private static LocalDate DayOf(string? text, LocalDate today) =>
        LocalDatePattern.Iso.Parse(text ?? "").TryGetValue(today, out var day) && day > today - Farthest && day < today + Farthest ? day : today;

    private static TimeSlot TimeOf(LocalDate date, DateTimeZone zone) => new(zone.AtStartOfDay(date).ToInstant(), zone.AtStartOfDay(date.PlusDays(1)).ToInstant());
}
