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
/// <param name="Machine">Name of the machine that it is about; empty without one.</param>
/// <param name="Start">The instant that it is about, on the wall clock of the machine's site.</param>
public sealed record NoticeLine(string Code, string Machine, ZonedDateTime? Start)
{
    internal string InWords(IStringLocalizer<AccountTexts> texts) => NoticeCodes.TopicOf.ContainsKey(Code)
        ? texts[$"Notice.{Code}", Machine, Start is { } at ? Show.DayAndTime(at.ToInstant(), at.Zone) : ""]
        : texts["Notice.other", Code];
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
            return new NoticeLine(notice.Code, about?.Name ?? "", StartOf(notice.Facts)?.InZone(zones[about?.TimeZone ?? web.Value.TimeZone]));
        })];
    }

    private static MachineId? MachineOf(IReadOnlyDictionary<string, string> facts) =>
        Guid.TryParse(facts.GetValueOrDefault("machine"), out var id) ? new MachineId(id) : null;

    private static Instant? StartOf(IReadOnlyDictionary<string, string> facts) =>
        InstantPattern.ExtendedIso.Parse(facts.GetValueOrDefault("slotEnd") ?? facts.GetValueOrDefault("start", "")).TryGetValue(default, out var at) ? at : null;
}
