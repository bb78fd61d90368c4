using System.Text.Json;
using Fablab.Web.Data.Mappings;
using Fablab.Web.Features.Reservations.Rules;
using Fablab.Web.Resources;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Fablab.Web.Tests.Features.Reservations;

/// <summary>Nothing, less than nothing, the wrong way round, and more than a year: refused with what is wrong, or meant.</summary>
public sealed class Rules_at_their_edges
{
    private const string Week = """[{ "day": "monday", "from": "08:00:00", "to": "12:00:00" }]""";

    /// <summary>By kind, a rule's members and what is wrong with them; nothing where they mean something.</summary>
    private static readonly (string Kind, string Members, string? Trouble)[] Table =
    [
        ("length", """ "minimum": "0:00:00" """, "minimum-nothing"),
        ("length", """ "minimum": "-1:00:00" """, "below-nothing"),
        ("length", """ "maximum": "0:00:00" """, "maximum-nothing"),
        ("length", """ "maximum": "8784:00:00" """, null),
        ("length", """ "maximum": "8784:00:01" """, "too-long"),
        ("length", """ "granularity": "0:00:00" """, "granularity-nothing"),
        ("length", """ "granularity": "-0:15:00" """, "below-nothing"),
        ("length", """ "minimum": "2:00:00", "maximum": "2:00:00" """, null),
        ("length", """ "minimum": "2:00:01", "maximum": "2:00:00" """, "minimum-over-maximum"),
        ("length", """ "granularity": "1:00:00", "maximum": "0:30:00" """, "no-step-between"),
        ("length", """ "minimum": "1:10:00", "granularity": "1:00:00", "maximum": "1:50:00" """, "no-step-between"),
        ("length", """ "minimum": "1:10:00", "granularity": "1:00:00", "maximum": "2:00:00" """, null),
        ("notice", """ "toBook": "0:00:00", "toChange": "0:00:00", "toCancel": "0:00:00" """, null),
        ("notice", """ "toCancel": "-0:00:01" """, "below-nothing"),
        ("notice", """ "toBook": "9000:00:00" """, "too-long"),
        ("horizon", """ "ahead": "0:00:00" """, null),
        ("horizon", """ "ahead": "-24:00:00" """, "below-nothing"),
        ("horizon", """ "ahead": "17520:00:00" """, null),
        ("horizon", """ "ahead": "90000:00:00" """, "too-far"),
        ("gap", """ "between": "0:00:00" """, null),
        ("gap", """ "between": "-0:15:00" """, "below-nothing"),
        ("gap", """ "between": "200000000:00:00" """, "too-long"),
        ("buffers", """ "setUp": "0:00:00", "cleanUp": "0:00:00" """, null),
        ("buffers", """ "cleanUp": "-0:10:00" """, "below-nothing"),
        ("buffers", """ "setUp": "200000000:00:00" """, "too-long"),
        ("quota", """ "mostTime": "0:00:00", "period": "day" """, null),
        ("quota", """ "mostBookings": 0, "period": "day" """, null),
        ("quota", """ "mostBookings": -1, "period": "day" """, "below-nothing"),
        ("quota", """ "mostTime": "-1:00:00", "period": "day" """, "below-nothing"),
        ("quota", """ "mostTime": "99999:00:00", "period": "day" """, null),
        ("quota", """ "mostBookings": 1, "period": "rollingDays", "rollingDays": 0 """, "rolling-days"),
        ("quota", """ "mostBookings": 1, "period": "rollingDays", "rollingDays": 366 """, null),
        ("quota", """ "mostBookings": 1, "period": "rollingDays", "rollingDays": 367 """, "rolling-days"),
        ("quota", """ "mostBookings": 1, "period": "day", "enforced": [] """, "no-windows"),
        ("quota", """ "period": "day" """, "no-limit"),
        ("open-bookings", """ "mostBookings": 0 """, null),
        ("open-bookings", """ "mostBookings": -1 """, "below-nothing"),
        ("open-bookings", """ "mostTime": "-1:00:00" """, "below-nothing"),
        ("open-bookings", "", "no-limit"),
        ("quiet-hours", $""" "windows": {Week}, "relaxes": ["quota"] """, null),
        ("quiet-hours", """ "windows": [], "relaxes": ["quota"] """, "no-windows"),
        ("quiet-hours", $""" "windows": {Week}, "relaxes": [] """, "relaxes"),
        ("quiet-hours", $""" "windows": {Week}, "relaxes": ["qotas"] """, "relaxes"),
        ("quiet-hours", $""" "windows": {Week}, "relaxes": ["buffers"] """, "relaxes"),
        ("opening-hours", """ "windows": [] """, null),
        ("opening-hours", """ "windows": [{ "day": "monday", "from": "08:00:00", "to": "08:00:00" }] """, null),
        ("closed-days", """ "first": "2026-05-01", "last": "2026-05-01" """, null),
        ("closed-days", """ "first": "2026-05-02", "last": "2026-05-01" """, "last-before-first"),
        ("closed-days", """ "first": "2026-05-01", "last": "2028-05-01" """, null),
        ("closed-time", """ "time": { "start": "2026-05-01T10:00:00Z", "end": "2026-05-01T10:00:00Z" } """, "unreadable"),
        ("closed-time", """ "time": { "start": "2026-05-01T10:00:00Z", "end": "2026-05-01T09:00:00Z" } """, "unreadable"),
        ("blackout", """ "windows": [] """, "no-windows"),
        ("blackout", $""" "windows": {Week}, "first": "2026-05-02", "last": "2026-05-01" """, "last-before-first"),
        ("holidays", """ "public": "none" """, null),
        ("holidays", """ "named": [{ "name": "Summer", "first": "2026-08-02", "last": "2026-08-01" }] """, "last-before-first"),
        ("authorisation", "", null),
        ("approval", """ "heldFor": "0:00:00" """, "held-for-nothing"),
        ("approval", """ "heldFor": "-1:00:00" """, "below-nothing"),
        ("approval", """ "heldFor": "48:00:00", "whenLongerThan": "0:00:00" """, null),
        ("approval", """ "heldFor": "48:00:00", "whenLongerThan": "-1:00:00" """, "below-nothing"),
        ("approval", """ "heldFor": "9000:00:00" """, "too-long"),
        ("people", """ "atLeast": 0 """, "at-least-one"),
        ("people", """ "atLeast": 1 """, null),
        ("people", """ "atLeast": 52 """, "most-people"),
        ("presence", "", null),
        ("companions", """ "codes": [] """, "no-code"),
        ("companions", """ "codes": [" "] """, "no-code"),
        ("terms", """ "terms": "atelier", "version": 0 """, "no-terms"),
        ("terms", """ "terms": "", "version": 1 """, "no-terms"),
        ("cancellation", """ "terms": { "deadline": "0:00:00", "lateFee": { "kind": "share", "percent": 0 }, "grace": "0:00:00" } """, null),
        ("cancellation", """ "terms": { "deadline": "-1:00:00" } """, "below-nothing"),
        ("cancellation", """ "terms": { "deadline": "9000:00:00" } """, "too-long"),
        ("cancellation", """ "terms": { "grace": "-0:01:00" } """, "below-nothing"),
        ("cancellation", """ "terms": { "lateFee": { "kind": "share", "percent": 101 } } """, "share"),
        ("cancellation", """ "terms": { "noShowFee": { "kind": "share", "percent": -1 } } """, "share"),
        ("cancellation", """ "terms": { "lateFee": { "kind": "fixed", "amount": { "minor": -1, "currency": "EUR" } } } """, "below-nothing"),
        ("walk-up", """ "use": "createsBooking", "before": "0:00:00" """, null),
        ("walk-up", """ "use": "createsBooking", "before": "-0:10:00" """, "below-nothing"),
        ("walk-up", """ "use": "createsBooking", "before": "9000:00:00" """, "too-long"),
    ];

    private static IEnumerable<TestCaseData> Edges() => Table.Select(row => new TestCaseData(row.Kind, row.Members.Trim(), row.Trouble));

    [TestCaseSource(nameof(Edges))]
    public void Are_refused_with_what_is_wrong_or_mean_something(string kind, string members, string? trouble)
    {
        var rules = JsonDocument.Parse($$"""[{ "kind": "{{kind}}" {{(members.Length > 0 ? "," : "")}} {{members}} }]""").RootElement;

        var refused = EditRules.Parse(rules).Refusal as RulesMalformed;

        Assert.That(refused is null ? null : refused.Trouble ?? "unreadable", Is.EqualTo(trouble), refused?.Where);
        Assert.That(refused?.Where, Is.Null.Or.Not.Empty);
    }

    [Test]
    public void Are_told_of_every_kind() => Assert.That(Table.Select(row => row.Kind).Distinct(), Is.EquivalentTo(RuleJson.Kinds.Keys));

    [Test]
    public void Are_refused_in_words()
    {
        var texts = new StringLocalizer<RuleTexts>(new ResourceManagerStringLocalizerFactory(Options.Create(new LocalizationOptions()), NullLoggerFactory.Instance));

        var speechless = Table.Select(row => row.Trouble).OfType<string>().Distinct().Where(trouble => trouble != "unreadable" && texts[$"Whole.{trouble}"].ResourceNotFound);

        Assert.That(speechless, Is.Empty);
    }
}
