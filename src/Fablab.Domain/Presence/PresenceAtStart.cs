using Fablab.Domain.Reservations.Rules;

namespace Fablab.Domain.Presence;

/// <summary>Whoever wants to start has told no door of the site that they are in.</summary>
public sealed record NotBadgedIn() : Refusal("not-badged-in");

/// <summary>So many others must be in who may use the machine by themselves.</summary>
public sealed record SecondPersonMissing(int Present, int Needed) : Refusal("second-person-missing")
{
    public override IReadOnlyDictionary<string, object> Facts => new Dictionary<string, object> { ["present"] = Present, ["needed"] = Needed };
}

/// <summary>What rules ask of who is in when a use begins, and what was found.</summary>
/// <param name="AsksMember">Whoever starts must be in.</param>
/// <param name="Others">So many others must be in who are authorised for the machine.</param>
/// <param name="IsMemberIn">Found.</param>
/// <param name="OthersIn">Found, of those who count.</param>
public readonly record struct PresenceAtStart(bool AsksMember, int Others, bool IsMemberIn, int OthersIn)
{
    /// <summary>Then nothing starts by itself either: somebody has to check in.</summary>
    public bool AsksAnything => AsksMember || Others > 0;

    public Refusal? Refusal => this switch
    {
        { AsksMember: true, IsMemberIn: false } => new NotBadgedIn(),
        _ when OthersIn < Others => new SecondPersonMissing(OthersIn, Others),
        _ => null,
    };

    /// <summary>What the rules ask at an instant. Hours that relax a kind of rule relax it here too.</summary>
    public static PresenceAtStart Asked(EffectiveRules rules, DateTimeZone zone, Instant now)
    {
        var others = 0;
        foreach (var rule in rules.People)
        {
            others = rule.AtStart ? Math.Max(others, rule.AtLeast - 1) : others;
        }

        return new PresenceAtStart(
            rules.Presence.Count > 0 && !IsRelaxed(rules, PresenceRule.Kind, zone, now),
            others > 0 && IsRelaxed(rules, PeopleRule.Kind, zone, now) ? 0 : others,
            IsMemberIn: false,
            OthersIn: 0);
    }

    private static bool IsRelaxed(EffectiveRules rules, string kind, DateTimeZone zone, Instant now)
    {
        var moment = new Stretch(now, now + Duration.FromMilliseconds(1));
        return rules.QuietHours.Count > 0 && CountedHours.Quiet(kind, rules.QuietHours, moment, zone) is { } quiet && Stretches.Cover(quiet, moment);
    }
}
