namespace Fablab.Web.Features.Reservations.Rules.Editing;

/// <summary>The form of every kind of rule, in the order in which kinds are offered: what is set most often comes first.</summary>
public static class RuleFields
{
    private static readonly string[] Axes = ["machine", "pool", "category", "site", "everything"];

    /// <summary>Kinds that quiet hours cannot relax: most refuse nothing, and holidays go with the opening hours.</summary>
    private static readonly string[] Unrelaxed = ["buffers", "quiet-hours", "cancellation", "walk-up", "holidays"];

    /// <summary>Kinds that nobody lifts because they refuse no booking; of a request for approval the member always may.</summary>
    private static readonly string[] Unlifted = ["buffers", "quiet-hours", "cancellation", "walk-up", "approval", "presence"];

    private static readonly IReadOnlyList<(string Kind, RuleField[] Fields)> All =
    [
        ("opening-hours", [new WeekField("windows") { IsRequired = true }, new FlagField("mayCrossClosing")]),
        ("closed-days", [new DateField("first") { IsRequired = true }, new DateField("last") { IsRequired = true }, new TextField("reason")]),
        ("closed-time", [new MomentsField("time") { IsRequired = true }, new TextField("reason")]),
        ("blackout", [new WeekField("windows") { IsRequired = true }, new DateField("first"), new DateField("last"), new TextField("reason")]),
        ("holidays",
        [
            new ChoiceField("public", ["none", "france", "alsaceMoselle"], "none"), new NamedDaysField("named"), new DatesField("exceptions"), new HoursField("hours"),
        ]),
        ("length", [new LengthField("minimum"), new LengthField("maximum"), new LengthField("granularity")]),
        ("notice", [new LengthField("toBook"), new LengthField("toChange"), new LengthField("toCancel")]),
        ("horizon", [new LengthField("ahead") { IsRequired = true }]),
        ("gap", [new LengthField("between") { IsRequired = true }, new ChoiceField("per", Axes, "machine")]),
        ("buffers", [new LengthField("setUp"), new LengthField("cleanUp")]),
        ("quota",
        [
            new LengthField("mostTime"), new NumberField("mostBookings"), new ChoiceField("period", ["day", "week", "month", "year", "rollingDays"], "week"),
            new NumberField("rollingDays", 1, Fablab.Domain.Reservations.Rules.QuotaRule.MostRollingDays, 7), new ChoiceField("per", Axes, "everything"),
            new ChoiceField("whose", ["member", "organisation", "group"], "member"), new WeekField("enforced"), new FlagField("includesPast", Usual: true),
        ]),
        ("open-bookings", [new NumberField("mostBookings"), new LengthField("mostTime")]),
        ("quiet-hours", [new WeekField("windows") { IsRequired = true }, new KindsField("relaxes", []) { IsRequired = true }]),
        ("authorisation", [new PlaceField("for", PlaceKind.MachineById)]),
        ("approval", [new LengthField("whenLongerThan"), new WeekField("whenOutside"), new LengthField("heldFor", "48:00:00") { IsRequired = true }]),
        ("people", [new NumberField("atLeast", 1, Usual: 2) { IsRequired = true }, new FlagField("atStart")]),
        ("presence", []),
        ("companions", [new CodesField("codes") { IsRequired = true }]),
        ("terms", [new PlaceField("terms", PlaceKind.SiteByCode) { IsRequired = true }, new NumberField("version", 1) { IsRequired = true }]),
        ("cancellation", [new LengthField("terms.deadline"), new FeeField("terms.lateFee"), new FeeField("terms.noShowFee"), new LengthField("terms.grace")]),
        ("walk-up", [new ChoiceField("use", ["forbidden", "createsBooking", "untilNextBooking"], "createsBooking"), new LengthField("before")]),
    ];

    public static IReadOnlyList<string> Kinds { get; } = [.. All.Select(one => one.Kind)];

    public static IReadOnlyList<string> Relaxable { get; } = [.. Kinds.Except(Unrelaxed)];

    private static readonly Dictionary<string, IReadOnlyList<RuleField>> ByKind = All.ToDictionary(
        one => one.Kind, one => (IReadOnlyList<RuleField>)[.. one.Fields.Select(field => field is KindsField kinds ? kinds with { Options = Relaxable } : field)]);

    /// <returns><see langword="null"/> for what is no kind.</returns>
    public static IReadOnlyList<RuleField>? Of(string kind) => ByKind.GetValueOrDefault(kind);

    public static bool IsLifted(string kind) => !Unlifted.Contains(kind);
}
