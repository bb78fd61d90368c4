using Fablab.Domain.Machines;
using Fablab.Web.Components;
using Fablab.Web.Data;
using Fablab.Web.Hosting;
using Fablab.Web.Resources;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;
using NodaTime;
using NodaTime.Text;

namespace Fablab.Web.Features.Notices;

/// <summary>A notice as its reader sees it.</summary>
/// <param name="About">Name of the machine, course, organisation or site that it is about; empty without one.</param>
/// <param name="When">The day or time that it is about, by the clock of the machine's site; empty without one.</param>
/// <param name="Reason">What staff wrote for the member; empty when they wrote nothing.</param>
/// <param name="Until">Up to when the reader may do what the notice says; empty when nothing ends.</param>
public sealed record NoticeLine(string Code, string About, string When, string Reason, string Until = "")
{
    internal string InWords(IStringLocalizer<AccountTexts> texts)
    {
        string said = NoticeCodes.TopicOf.ContainsKey(Code) ? texts[$"Notice.{Code}", About, When, Until] : texts["Notice.other", Code];
        return Reason.Length > 0 ? texts["Notices.Because", said, Reason] : said;
    }
}

/// <summary>Finds what notices are about: the machine's name and its site's clock.</summary>
internal sealed class NoticeLines(FablabDb db, IDateTimeZoneProvider zones, IOptions<WebOptions> web)
{
    /// <returns>A line for each, in the same order.</returns>
    public async Task<IReadOnlyList<NoticeLine>> OfAsync(IReadOnlyList<(string Code, IReadOnlyDictionary<string, string> Facts)> notices, CancellationToken ct)
    {
        var ids = notices.Select(notice => MachineOf(notice.Facts)).OfType<MachineId>().Distinct().ToList();
        var machines = ids.Count == 0 ? [] : await (
            from machine in db.Machines.AsNoTracking()
            join site in db.Sites.AsNoTracking() on machine.Site equals site.Id
            where ids.Contains(machine.Id)
            select new { machine.Id, machine.Name, site.TimeZone }).ToDictionaryAsync(row => row.Id, ct);
        return [.. notices.Select(notice =>
        {
            var about = MachineOf(notice.Facts) is { } id ? machines.GetValueOrDefault(id) : null;
            return new NoticeLine(
                notice.Code,
                about?.Name ?? CourseOf(notice.Facts) ?? notice.Facts.GetValueOrDefault("organisation") ?? notice.Facts.GetValueOrDefault("group") ?? notice.Facts.GetValueOrDefault("site", ""),
                WhenOf(notice.Code, notice.Facts, zones[about?.TimeZone ?? web.Value.TimeZone]),
                notice.Facts.GetValueOrDefault("reason", ""),
                InstantOf(notice.Facts, "freeUntil") is { } until ? Show.DayAndTime(until, zones[about?.TimeZone ?? web.Value.TimeZone]) : "");
        })];
    }

    private static string? CourseOf(IReadOnlyDictionary<string, string> facts) =>
        Language.Current == "en" && facts.TryGetValue("courseEn", out var english) ? english : facts.GetValueOrDefault("course");

    private static MachineId? MachineOf(IReadOnlyDictionary<string, string> facts) =>
        Guid.TryParse(facts.GetValueOrDefault("machine"), out var id) ? new MachineId(id) : null;

    private static string WhenOf(string code, IReadOnlyDictionary<string, string> facts, DateTimeZone zone)
    {
        // What ends has a last day: the instant of its end does not belong to it.
        if (code is "authorisation-ends-soon" or "suspended-until" or "tariff-ends" && InstantOf(facts, "until") is { } until)
        {
            return Show.Date((until - Duration.Epsilon).InZone(zone).Date);
        }

        return (InstantOf(facts, "begins") ?? InstantOf(facts, "slotEnd") ?? InstantOf(facts, "start")) is { } at ? Show.DayAndTime(at, zone) : "";
    }

    private static Instant? InstantOf(IReadOnlyDictionary<string, string> facts, string fact) =>
        InstantPattern.ExtendedIso.Parse(facts.GetValueOrDefault(fact, "")).TryGetValue(default, out var at) ? at : null;
}
